#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/socket_address.h"
#include "sdp/session_description.h"

namespace janus_harness::sdp {

// What an offer and its answer agree on for audio, seen from one end.
struct NegotiatedAudio {
    std::string codec;                      // encoding name as the remote end writes it
    std::uint8_t send_payload_type = 0;     // the remote end's number for it
    std::uint8_t receive_payload_type = 0;  // our number for it
    std::uint32_t clock_rate = 8000;
    std::uint8_t channels = 1;
    // The remote end's number, if both sides have telephone-event at this clock rate (any, if not).
    std::optional<std::uint8_t> telephone_event_payload_type;
    bool send = false;  // the directions of both sides allow it, and no side is on hold
    bool receive = false;
    std::uint32_t ptime_ms = 20;  // the remote end's wish, 20 without one
};

// The first audio section that neither side rejected. The codec is the first of the remote side
// that the local side has too (RFC 3264 6.1, 7). A c=0.0.0.0 of an RTP/AVP section is hold (RFC
// 3264 8.4). Errors: "no_audio_section", "audio_rejected", "no_common_codec".
Result<NegotiatedAudio> negotiate_audio(const SessionDescription& local,
                                        const SessionDescription& remote);

// Where the first active audio section receives RTP: its port and its c= line, else the session's.
// Errors: "no_audio_section", "no_connection_address", "bad_address" (a host name).
Result<SocketAddress> rtp_address(const SessionDescription& description);
// a=rtcp (RFC 3605), the RTP port with a=rtcp-mux, else the RTP port + 1. Errors as rtp_address().
Result<SocketAddress> rtcp_address(const SessionDescription& description);

// The parameters of the one transport that BUNDLE makes of all sections.
struct TransportParameters {
    std::string ice_ufrag;
    std::string ice_pwd;
    std::vector<Fingerprint> fingerprints;
    std::optional<Setup> setup;  // nullopt: no a=setup line
    std::vector<Candidate> candidates;
    bool ice_lite = false;
    bool end_of_candidates = false;
};

// Of the tagged section: the first mid of the BUNDLE group (RFC 9143 7.2), else the first section
// that is not rejected. Errors: "no_active_section", "ice_credentials_missing",
// "fingerprint_missing".
Result<TransportParameters> transport_parameters(const SessionDescription& description);

}  // namespace janus_harness::sdp
