#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/socket_address.h"
#include "sdp/session_description.h"

namespace janus_harness::sdp {

// What a SIP phone says about its audio: plain RTP/AVP (RFC 3551, RFC 3264).
struct SipMediaOptions {
    SocketAddress rtp_address;  // where it receives RTP; RTCP is one port higher
    std::vector<std::string> codecs{"PCMU", "PCMA"};  // encoding names in order of preference
    Direction direction = Direction::sendrecv;
    std::uint32_t ptime = 20;  // milliseconds; 0 leaves the line out
    std::uint64_t session_id = 0;
    std::uint64_t session_version = 0;  // raise it by 1 with each change (RFC 3264 8)
    std::string user_name = "-";        // of the o= line; no spaces
    bool telephone_event = true;
    // Appended to the audio section verbatim, without line ends: "a=mid:zz". For faults.
    std::vector<std::string> extra_media_lines;
    // The number that the first codec gets instead of the right one. For faults.
    std::optional<std::uint8_t> force_payload_type;
};

std::string make_sip_offer(const SipMediaOptions& options);

// Answers each m= line: the first audio line that has a common codec with that codec alone (the
// phone's preference, the offer's number: RFC 3264 6.1) plus telephone-event if offered; every
// other line, or all if nothing is common, with port 0. The direction is narrowed to what the offer
// allows.
std::string make_sip_answer(const SessionDescription& offer, const SipMediaOptions& options);

}  // namespace janus_harness::sdp
