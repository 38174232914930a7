#pragma once

#include <optional>
#include <string>

#include "core/socket_address.h"
#include "sip/uri.h"

namespace janus_harness::sip {

inline constexpr std::string_view branch_cookie = "z9hG4bK";  // RFC 3261 8.1.1.7

// One Via value (RFC 3261 20.42).
struct Via {
    std::string transport = "UDP";
    std::string host;        // sent-by, without the brackets of IPv6
    std::uint16_t port = 0;  // 0: not given
    Parameters parameters;

    std::string branch() const { return parameter_value(parameters, "branch"); }
    // "host:port" in lower case, the default port filled in: the sent-by of transaction matching.
    std::string sent_by() const;
    std::string to_string() const;
    static std::optional<Via> parse(const std::string& text);
};

// Our own Via for a request; asks for symmetric response routing (RFC 3581 3).
Via make_via(const SocketAddress& local, std::string branch);

// RFC 3261 18.2.1 and RFC 3581 4: notes in a request's top Via where the datagram came from.
void stamp_received(Via& via, const SocketAddress& remote);

// RFC 3261 18.2.2 and RFC 3581 4: where a response with this top Via goes. None when neither
// `received` nor sent-by is a numeric address.
std::optional<SocketAddress> response_destination(const Via& via);

}  // namespace janus_harness::sip
