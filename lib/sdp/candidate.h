#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "core/socket_address.h"

namespace janus_harness::sdp {

// An ICE candidate as a=candidate and Janus's trickle messages write it (RFC 8839 5.1).
struct Candidate {
    std::string foundation = "1";   // 1 to 32 ice-chars
    std::uint32_t component = 1;    // 1 to 256; 1 is RTP, or both with rtcp-mux
    std::string transport = "udp";  // as written; compare without case
    std::uint32_t priority = 0;     // 1 to 2^31 - 1
    std::string address;            // numeric, a host name, or an mDNS name (x.local)
    std::uint16_t port = 0;
    std::string type = "host";       // host, srflx, prflx or relay
    std::string related_address;     // raddr; empty if there is none
    std::uint16_t related_port = 0;  // rport
    // What follows: tcptype, generation, ufrag, network-cost ... in order.
    std::vector<std::pair<std::string, std::string>> extensions;

    // Takes the value of a=candidate, with or without "candidate:" or "a=candidate:" in front.
    // Error "sdp_candidate" says which field is wrong.
    static Result<Candidate> parse(std::string_view text);
    // "candidate:1 1 udp 2015363327 192.0.2.1 40000 typ host", as trickle messages carry it.
    std::string to_string() const;
    // The value of a=candidate: to_string() without "candidate:".
    std::string value() const;
    // Error "bad_address" when the address is not numeric.
    Result<SocketAddress> socket_address() const;

    // A UDP host candidate of component 1 with the priority of RFC 8445 5.1.2.1 (type preference
    // 126), the higher the local preference, the earlier it is tried.
    static Candidate host(const SocketAddress& address, std::uint16_t local_preference = 65535);

    bool operator==(const Candidate&) const = default;
};

}  // namespace janus_harness::sdp
