#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/socket_address.h"
#include "sdp/session_description.h"

namespace janus_harness::capacity_stub {

struct AnswerParameters {
    std::string ice_ufrag;
    std::string ice_pwd;
    std::string fingerprint;  // "AB:CD:...", of SHA-256
    SocketAddress address;    // the one candidate
    std::uint32_t ssrc = 0;   // of what is sent back
    std::uint64_t session_id = 0;
};

// An answer with the lines of Janus 1.1.2's, but for its two faults (extmap-allow-mixed that was
// not offered, a default destination that is no candidate). The first audio section is accepted
// with the first codec of it that we know (opus, PCMU, PCMA, G722) and telephone-event, every other
// section is rejected. nullopt if nothing can be accepted.
std::optional<std::string> make_answer(const sdp::SessionDescription& offer,
                                       const AnswerParameters& parameters);

}  // namespace janus_harness::capacity_stub
