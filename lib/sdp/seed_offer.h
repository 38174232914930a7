#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sdp/candidate.h"

namespace janus_harness::sdp {

// The offer of Firefox 71 that this project started from, byte for byte. Its ice-pwd is shorter
// than 22 characters and holds a "`", which is no ice-char (RFC 8839 5.4), and it has no rtcp-mux:
// it is a fixture of what clients really send, not an example to follow.
inline constexpr std::string_view seed_offer =
    "v=0\r\n"
    "o=mozilla...THIS_IS_SDPARTA-71.0 193135304282057553 0 IN IP4 0.0.0.0\r\n"
    "s=-\r\n"
    "t=0 0\r\n"
    "a=fingerprint:sha-256 7A:59:CD:7A:79:8A:3C:E4:A0:2D:D7:59:63:3D:17:FD:85:F1:5D:8D:94:3C:60:C3:"
    "82:52:63:B2:96:BC:91:FB\r\n"
    "a=group:BUNDLE 0\r\n"
    "a=ice-options:trickle\r\n"
    "a=msid-semantic:WMS *\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 109 9 0 8 101\r\n"
    "c=IN IP4 0.0.0.0\r\n"
    "a=sendrecv\r\n"
    "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"
    "a=extmap:2/recvonly urn:ietf:params:rtp-hdrext:csrc-audio-level\r\n"
    "a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
    "a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1\r\n"
    "a=fmtp:101 0-15\r\n"
    "a=ice-pwd:printf`1\r\n"
    "a=ice-ufrag:huanglin\r\n"
    "a=mid:0\r\n"
    "a=msid:{96e3a11e-ecda-499a-ad79-fc9216d99d2b} {16c327d4-157a-4d08-8e63-e05a89031dc2}\r\n"
    "a=rtpmap:109 opus/48000/2\r\n"
    "a=rtpmap:9 G722/8000/1\r\n"
    "a=rtpmap:0 PCMU/8000\r\n"
    "a=rtpmap:8 PCMA/8000\r\n"
    "a=rtpmap:101 telephone-event/8000/1\r\n"
    "a=setup:actpass\r\n"
    "a=ssrc:743106987 cname:{2ccb8d2c-e04b-4fb0-a27b-42084a25bc58}\r\n";

// What a media engine needs to stand behind the seed's offer.
struct SeedOfferCredentials {
    std::string ice_ufrag;
    std::string ice_pwd;
    std::string fingerprint_hash = "sha-256";
    std::string fingerprint;
    std::uint32_t ssrc = 0;
    std::string cname;
    std::vector<Candidate> candidates;  // appended to the audio section
    bool end_of_candidates = false;     // appended after them
};

// The seed's offer with these values in place of its own, and nothing else changed.
std::string seed_offer_with(const SeedOfferCredentials& credentials);

}  // namespace janus_harness::sdp
