#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace janus_harness::sdp {

// A codec that the harness knows, as rtpmap names it (RFC 8866 6.6).
struct Codec {
    std::string_view name;     // "opus", "PCMU", "PCMA", "G722" or "telephone-event"
    std::uint32_t clock_rate;  // of RTP timestamps; 8000 for G722 too (RFC 3551 4.5.2)
    std::uint8_t channels;     // 2 for opus whatever is sent (RFC 7587 7)
    std::optional<std::uint8_t> static_payload_type;  // RFC 3551 6
    std::string_view media_format_parameters;         // a phone's usual fmtp; may be empty
};

// opus, PCMU, PCMA, G722 and telephone-event.
std::span<const Codec> known_codecs();
// By encoding name, without case; nullptr if unknown.
const Codec* find_codec(std::string_view name);

// What a payload type stands for (RFC 8866 6.6).
struct RtpMap {
    std::uint8_t payload_type = 0;  // 0 to 127
    std::string encoding_name;
    std::uint32_t clock_rate = 0;
    std::uint8_t channels = 1;
    std::size_t line = 0;  // of the a=rtpmap; 0 if implied by a static payload type

    bool operator==(const RtpMap&) const = default;
    // The same codec whatever its number: name without case, clock rate and channels.
    bool same_codec(const RtpMap& other) const;
    // "opus/48000/2"; a single channel is left out.
    std::string encoding() const;
};

// The value of a=rtpmap: "109 opus/48000/2". nullopt if malformed.
std::optional<RtpMap> parse_rtpmap(std::string_view value);
// PCMU, PCMA and G722 need no a=rtpmap (RFC 3551 6). nullopt for the others.
std::optional<RtpMap> static_rtpmap(std::uint8_t payload_type);

}  // namespace janus_harness::sdp
