#include "sdp/codec.h"

#include <fmt/format.h>

#include <array>

#include "sdp/field.h"

namespace janus_harness::sdp {
namespace {

constexpr std::array codecs{
    Codec{"opus", 48000, 2, std::nullopt, "useinbandfec=1"},
    Codec{"PCMU", 8000, 1, 0, ""},
    Codec{"PCMA", 8000, 1, 8, ""},
    Codec{"G722", 8000, 1, 9, ""},
    Codec{"telephone-event", 8000, 1, std::nullopt, "0-15"},
};

}  // namespace

std::span<const Codec> known_codecs() {
    return codecs;
}

const Codec* find_codec(std::string_view name) {
    for (const Codec& codec : codecs) {
        if (iequals(codec.name, name)) return &codec;
    }
    return nullptr;
}

bool RtpMap::same_codec(const RtpMap& other) const {
    return clock_rate == other.clock_rate && channels == other.channels &&
           iequals(encoding_name, other.encoding_name);
}

std::string RtpMap::encoding() const {
    if (channels == 1) return fmt::format("{}/{}", encoding_name, clock_rate);
    return fmt::format("{}/{}/{}", encoding_name, clock_rate, channels);
}

std::optional<RtpMap> parse_rtpmap(std::string_view value) {
    const auto payload_type = parse_number<std::uint8_t>(take_field(value));
    value = trim(value);
    const auto name = take_field(value, '/');
    const auto clock_rate = parse_number<std::uint32_t>(take_field(value, '/'));
    const auto channels = value.empty() ? 1 : parse_number<std::uint8_t>(value).value_or(0);
    if (!payload_type || *payload_type > 127 || name.empty() || !clock_rate || channels < 1) {
        return std::nullopt;
    }
    return RtpMap{*payload_type, std::string(name), *clock_rate,
                  static_cast<std::uint8_t>(channels), 0};
}

std::optional<RtpMap> static_rtpmap(std::uint8_t payload_type) {
    for (const Codec& codec : codecs) {
        if (codec.static_payload_type != payload_type) continue;
        return RtpMap{payload_type, std::string(codec.name), codec.clock_rate, codec.channels, 0};
    }
    return std::nullopt;
}

}  // namespace janus_harness::sdp
