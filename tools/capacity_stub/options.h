#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/time.h"

// The capacity stub: a program that speaks enough of the Janus API, ICE, DTLS and SRTP to take the
// calls of the harness and to send back each RTP packet that it gets, at a fraction of what Janus
// needs for that. It exists to find out what the harness itself can carry, and to plant faults that
// the harness has to notice. It is not Janus and says so wherever it can be asked: nothing about
// Janus is ever concluded from it. One thread, one event loop.
//
// What it answers is what Janus 1.1.2 would: GET /janus/info, create, attach of janus.plugin.sip,
// message (register, unregister, call, hangup), trickle, hangup, keepalive, detach, destroy, over
// HTTP with its long polls and over WebSocket. It registers and calls nobody: every account is
// registered, every call is answered. Sessions never time out.
namespace janus_harness::capacity_stub {

inline constexpr std::string_view program_name = "Janus capacity stub (not Janus)";
inline constexpr std::string_view program_version = "capacity stub, not a version of Janus";

// Planted faults, all off unless set.
struct Faults {
    // Every n-th packet that would be sent back, counted over all calls, is not. 0: none.
    std::uint64_t drop_every = 0;
    // Once, this long after the first call was answered, nothing is done for `stall_for`: nothing
    // is read, answered or sent.
    Duration stall_after{};
    Duration stall_for{};
};

struct Options {
    std::string address = "127.0.0.1";  // of all sockets, those of the media too
    std::uint16_t http_port = 8088;     // 0: the system chooses
    std::uint16_t web_socket_port = 8188;
    // The most UDP sockets that the calls share, opened as they are needed. A call is known by the
    // addresses and ports of its two ends: off loopback, where a socket is one host only, so many
    // calls of one port of a client are possible.
    std::size_t media_sockets = 4096;
    Duration answer_delay{};  // from `call` to `accepted`
    Faults faults;
};

}  // namespace janus_harness::capacity_stub
