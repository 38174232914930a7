#include "sdp/sip_media.h"

#include <algorithm>

#include "core/text.h"
#include "sdp/text_builder.h"

namespace janus_harness::sdp {
namespace {

constexpr std::uint8_t opus_payload_type = 96;
constexpr std::uint8_t telephone_event_payload_type = 101;

std::string connection_of(const SocketAddress& address) {
    return fmt::format("IN {} {}", address.is_ipv6() ? "IP6" : "IP4", address.ip());
}

void write_session(TextBuilder& text, const SipMediaOptions& options) {
    const auto connection = connection_of(options.rtp_address);
    text.line("v=0");
    text.line("o={} {} {} {}", options.user_name, options.session_id, options.session_version,
              connection);
    text.line("s=-");
    text.line("c={}", connection);
    text.line("t=0 0");
}

void write_formats(TextBuilder& text, const std::vector<RtpMap>& formats) {
    for (const RtpMap& format : formats) {
        text.line("a=rtpmap:{} {}", format.payload_type, format.encoding());
        const Codec* codec = find_codec(format.encoding_name);
        if (codec == nullptr || codec->media_format_parameters.empty()) continue;
        text.line("a=fmtp:{} {}", format.payload_type, codec->media_format_parameters);
    }
}

void write_audio(TextBuilder& text, std::string_view protocol, std::vector<RtpMap> formats,
                 Direction direction, const SipMediaOptions& options) {
    if (options.force_payload_type && !formats.empty()) {
        formats.front().payload_type = *options.force_payload_type;
    }
    std::string numbers;
    for (const RtpMap& format : formats) numbers += fmt::format(" {}", format.payload_type);
    text.line("m=audio {} {}{}", options.rtp_address.port(), protocol, numbers);
    write_formats(text, formats);
    if (options.ptime > 0) text.line("a=ptime:{}", options.ptime);
    text.line("a={}", to_string(direction));
    for (const std::string& line : options.extra_media_lines) text.line("{}", line);
}

std::vector<RtpMap> offered_formats(const SipMediaOptions& options) {
    std::vector<RtpMap> formats;
    for (const std::string& name : options.codecs) {
        const Codec* codec = find_codec(name);
        if (codec == nullptr || codec->name == "telephone-event") continue;
        formats.push_back({codec->static_payload_type.value_or(opus_payload_type),
                           std::string(codec->name), codec->clock_rate, codec->channels, 0});
    }
    if (options.telephone_event) {
        formats.push_back({telephone_event_payload_type, "telephone-event", 8000, 1, 0});
    }
    return formats;
}

// The first of the phone's codecs that was offered, under the offer's number.
std::optional<RtpMap> chosen_codec(const std::vector<RtpMap>& offered,
                                   const SipMediaOptions& options) {
    for (const std::string& name : options.codecs) {
        const Codec* codec = find_codec(name);
        if (codec == nullptr || codec->name == "telephone-event") continue;
        const auto found = std::ranges::find_if(offered, [&](const RtpMap& map) {
            return iequals(map.encoding_name, codec->name) && map.clock_rate == codec->clock_rate &&
                   map.channels == codec->channels;
        });
        if (found != offered.end()) return *found;
    }
    return std::nullopt;
}

// At the codec's clock rate if that was offered (RFC 4733 2.1), else any.
std::optional<RtpMap> chosen_telephone_event(const std::vector<RtpMap>& offered,
                                             std::uint32_t clock_rate) {
    std::optional<RtpMap> chosen;
    for (const RtpMap& map : offered) {
        if (!iequals(map.encoding_name, "telephone-event")) continue;
        if (map.clock_rate == clock_rate) return map;
        if (!chosen) chosen = map;
    }
    return chosen;
}

// Empty: the section is to be rejected.
std::vector<RtpMap> answered_formats(const MediaSection& offer, const SipMediaOptions& options) {
    const MediaDescription& media = offer.description();
    const bool plain = media.protocol == "RTP/AVP" || media.protocol == "RTP/AVPF";
    if (media.media != "audio" || media.rejected() || !plain) return {};
    const auto offered = offer.rtpmaps();
    const auto codec = chosen_codec(offered, options);
    if (!codec) return {};
    std::vector<RtpMap> formats{*codec};
    const auto event = chosen_telephone_event(offered, codec->clock_rate);
    if (options.telephone_event && event) formats.push_back(*event);
    return formats;
}

void write_rejected(TextBuilder& text, const MediaDescription& media) {
    text.line("m={} 0 {} {}", media.media, media.protocol,
              media.formats.empty() ? "0" : media.formats.front());
}

}  // namespace

std::string make_sip_offer(const SipMediaOptions& options) {
    TextBuilder text;
    write_session(text, options);
    write_audio(text, "RTP/AVP", offered_formats(options), options.direction, options);
    return text.take();
}

std::string make_sip_answer(const SessionDescription& offer, const SipMediaOptions& options) {
    TextBuilder text;
    write_session(text, options);
    bool accepted = false;  // one RTP port, so one audio section
    for (const MediaSection& section : offer.sections()) {
        auto formats = accepted ? std::vector<RtpMap>{} : answered_formats(section, options);
        if (formats.empty()) {
            write_rejected(text, section.description());
            continue;
        }
        accepted = true;
        const auto direction = intersection(options.direction, reversed(section.direction()));
        write_audio(text, section.description().protocol, std::move(formats), direction, options);
    }
    return text.take();
}

}  // namespace janus_harness::sdp
