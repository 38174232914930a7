#pragma once

#include <cstdint>
#include <string>

#include "core/time.h"

namespace janus_harness::capacity_stub {

// What GET /stub/counters shows, and the last line that the program prints. All from the program's
// start on unless said otherwise.
struct Counters {
    std::uint64_t sessions = 0;           // now
    std::uint64_t handles = 0;            // now
    std::uint64_t calls = 0;              // answered
    std::uint64_t active_calls = 0;       // now: answered and not ended
    std::uint64_t connected_calls = 0;    // whose DTLS handshake was done
    std::uint64_t failed_calls = 0;       // whose DTLS handshake failed
    std::uint64_t api_messages = 0;       // requests taken, over HTTP or WebSocket; polls are none
    std::uint64_t api_events = 0;         // asynchronous messages to clients
    std::uint64_t rtp_received = 0;       // of a call that has its keys
    std::uint64_t rtp_authenticated = 0;  // of these, with a right tag and never seen before
    std::uint64_t rtp_reflected = 0;      // taken by the kernel
    std::uint64_t rtp_dropped_on_purpose = 0;
    std::uint64_t rtcp_received = 0;      // authenticated; nothing is answered
    std::uint64_t send_errors = 0;        // datagrams refused by the kernel
    std::uint64_t receive_drops = 0;      // datagrams that found the receive buffer full
    std::uint64_t unknown_datagrams = 0;  // of no call, or of none of the protocols
    std::uint64_t stun_requests = 0;      // answered
    std::uint64_t stalls = 0;             // planted
    // The longest that a datagram may have waited in its socket, planted stalls included.
    Duration longest_media_wait{};
    std::uint64_t media_rounds = 0;  // readings of the media sockets
};

// With the CPU time and the greatest resident size of this process beside them.
std::string to_json(const Counters& counters);

}  // namespace janus_harness::capacity_stub
