#include <algorithm>
#include <array>

#include "core/text.h"
#include "sdp/field.h"
#include "sdp/rule_context.h"

// Rules on payload types and what describes them.
namespace janus_harness::sdp {
namespace {

bool listed(const MediaDescription& media, std::string_view format) {
    return std::ranges::find(media.formats, format) != media.formats.end();
}

const RtpMap* find_map(const std::vector<RtpMap>& maps, std::uint8_t payload_type) {
    const auto found = std::ranges::find(maps, payload_type, &RtpMap::payload_type);
    return found == maps.end() ? nullptr : &*found;
}

// Sections over RTP, whose formats are payload types.
bool has_payload_types(const CheckedSection& checked) {
    return checked.media().protocol.find("RTP/") != std::string::npos;
}

// Formats that stand beside a codec and carry no media of their own.
bool is_auxiliary(const RtpMap& map) {
    constexpr std::array<std::string_view, 4> names{"telephone-event", "CN", "red", "rtx"};
    return std::ranges::any_of(names, [&](auto name) { return iequals(name, map.encoding_name); });
}

const RtpMap* find_codec_in(const std::vector<RtpMap>& maps, const RtpMap& wanted) {
    const auto found =
        std::ranges::find_if(maps, [&](const RtpMap& map) { return map.same_codec(wanted); });
    return found == maps.end() ? nullptr : &*found;
}

// By codec, whatever its number; by the format itself where nothing says what it means.
bool shares_codec(const CheckedSection& checked) {
    for (const RtpMap& map : checked.rtpmaps) {
        if (!is_auxiliary(map) && find_codec_in(checked.offered_rtpmaps, map) != nullptr) {
            return true;
        }
    }
    return std::ranges::any_of(checked.media().formats, [&](const std::string& format) {
        const auto payload_type = parse_number<std::uint8_t>(format);
        const bool described = payload_type && find_map(checked.rtpmaps, *payload_type) != nullptr;
        return !described && listed(checked.offered->description(), format);
    });
}

Outcome check_common_format(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        if (!checked.offered || shares_codec(checked)) continue;
        violations.add(
            fmt::format("a codec of the offer, {}",
                        fmt::join(checked.offered->description().formats, " ")),
            fmt::format("{}: {}", place(checked.media()), fmt::join(checked.media().formats, " ")));
    }
    return violations.outcome();
}

Outcome check_payload_type_kept(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        for (const RtpMap& map : checked.rtpmaps) {
            const RtpMap* offered = find_codec_in(checked.offered_rtpmaps, map);
            if (offered == nullptr) continue;
            const RtpMap* same_number = find_map(checked.offered_rtpmaps, map.payload_type);
            if (same_number != nullptr && same_number->same_codec(map)) continue;
            violations.add(fmt::format("{} as {}", offered->encoding(), offered->payload_type),
                           fmt::format("{}: {}", place(checked.media()), map.payload_type));
        }
    }
    return violations.outcome();
}

Outcome check_payload_types_offered(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        if (!checked.offered) continue;
        const MediaDescription& offered = checked.offered->description();
        for (const std::string& format : checked.media().formats) {
            if (listed(offered, format)) continue;
            violations.add(fmt::format("only {}", fmt::join(offered.formats, " ")),
                           fmt::format("{}: {} was not offered", place(checked.media()), format));
        }
    }
    return violations.outcome();
}

Outcome check_payload_type_codec(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        for (const RtpMap& map : checked.rtpmaps) {
            const RtpMap* offered = find_map(checked.offered_rtpmaps, map.payload_type);
            if (offered == nullptr || offered->same_codec(map)) continue;
            violations.add(fmt::format("{} {}", map.payload_type, offered->encoding()),
                           fmt::format("line {}: {}", map.line, map.encoding()));
        }
    }
    return violations.outcome();
}

// Payload types that RFC 3551 6 leaves without a meaning of their own.
bool needs_rtpmap(std::uint8_t payload_type) {
    constexpr std::array<std::uint8_t, 9> unassigned{1, 2, 19, 20, 21, 22, 23, 24, 27};
    return payload_type >= 35 || std::ranges::find(unassigned, payload_type) != unassigned.end() ||
           payload_type == 29 || payload_type == 30;
}

Outcome check_rtpmap_dynamic(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        if (!has_payload_types(checked)) continue;
        for (const std::string& format : checked.media().formats) {
            const auto payload_type = parse_number<std::uint8_t>(format);
            if (!payload_type || !needs_rtpmap(*payload_type)) continue;
            if (find_map(checked.rtpmaps, *payload_type) != nullptr) continue;
            violations.add("a=rtpmap for each dynamic payload type",
                           fmt::format("{}: none for {}", place(checked.media()), format));
        }
    }
    return violations.outcome();
}

Outcome check_rtpmap_syntax(const RuleContext& context) {
    Violations violations;
    for (const MediaDescription& media : context.description->media) {
        for (const Attribute& attribute : media.attributes("rtpmap")) {
            if (parse_rtpmap(attribute.value)) continue;
            violations.add("a=rtpmap:<payload type> <name>/<clock rate>[/<channels>]",
                           fmt::format("line {}: '{}'", attribute.line, attribute.value));
        }
    }
    return violations.outcome();
}

// a=rtpmap or a=fmtp lines, which begin with a format.
Outcome names_listed_format(const RuleContext& context, std::string_view name) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        for (const Attribute& attribute : checked.media().attributes(name)) {
            std::string_view rest = attribute.value;
            const auto format = take_field(rest);
            if (listed(checked.media(), format)) continue;
            violations.add(fmt::format("a format of {}", place(checked.media())),
                           fmt::format("line {}: a={}:{}", attribute.line, name, format));
        }
    }
    return violations.outcome();
}

Outcome check_rtpmap_listed(const RuleContext& context) {
    return names_listed_format(context, "rtpmap");
}

Outcome check_fmtp_listed(const RuleContext& context) {
    return names_listed_format(context, "fmtp");
}

std::optional<std::string_view> associated_type(std::string_view parameters) {
    const auto start = parameters.find("apt=");
    if (start == std::string_view::npos) return std::nullopt;
    std::string_view rest = parameters.substr(start + 4);
    return take_field(rest, ';');
}

Outcome check_retransmission_type(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        for (const RtpMap& map : checked.rtpmaps) {
            if (!iequals(map.encoding_name, "rtx")) continue;
            const auto parameters = checked.section.fmtp(map.payload_type).value_or("");
            const auto associated = associated_type(parameters);
            if (associated && listed(checked.media(), trim(*associated))) continue;
            violations.add(
                "apt=<listed payload type> in the fmtp of rtx",
                fmt::format("line {}: {} has '{}'", map.line, map.payload_type, parameters));
        }
    }
    return violations.outcome();
}

// "<payload type> <feedback>"; "*" stands for every payload type (RFC 4585 4.2).
bool feedback_offered(const MediaDescription& offered, std::string_view value) {
    std::string_view feedback = value;
    take_field(feedback);
    for (const Attribute& attribute : offered.attributes("rtcp-fb")) {
        if (attribute.value == value) return true;
        if (attribute.value.starts_with("* ") && attribute.value.substr(2) == feedback) return true;
    }
    return false;
}

Outcome check_feedback_offered(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        if (!checked.offered) continue;
        for (const Attribute& attribute : checked.media().attributes("rtcp-fb")) {
            if (feedback_offered(checked.offered->description(), attribute.value)) continue;
            violations.add("only feedback that was offered",
                           fmt::format("line {}: a=rtcp-fb:{}", attribute.line, attribute.value));
        }
    }
    return violations.outcome();
}

Outcome check_feedback_profile(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        const MediaDescription& media = checked.media();
        if (media.protocol.ends_with("AVPF") || !media.has_attribute("rtcp-fb")) continue;
        violations.add("rtcp-fb with AVPF or SAVPF only",
                       fmt::format("{}: {}", place(media), media.protocol));
    }
    return violations.outcome();
}

constexpr std::array rules{
    RuleCheck{"common_format", "Each accepted section has at least one codec of the offer.",
              "RFC 3264 6.1; RFC 8829 5.3.1", Level::must, Applies::to_answers, true,
              check_common_format},
    // More formats than the offer's MAY stand in an answer, but nobody can send them.
    RuleCheck{"payload_types_offered", "Each accepted section has only formats of the offer.",
              "RFC 3264 6.1", Level::should, Applies::to_answers, true,
              check_payload_types_offered},
    RuleCheck{"payload_type_kept", "A codec keeps the payload type of the offer.", "RFC 3264 6.1",
              Level::should, Applies::to_answers, true, check_payload_type_kept},
    RuleCheck{"payload_type_codec",
              "A payload type means the offered codec, clock rate and channels.", "RFC 3264 6.1",
              Level::should, Applies::to_answers, true, check_payload_type_codec},
    RuleCheck{"rtpmap_dynamic", "Each dynamic payload type has an rtpmap.",
              "RFC 8866 6.6; RFC 3551 6", Level::must, Applies::to_both, true,
              check_rtpmap_dynamic},
    RuleCheck{"rtpmap_syntax", "rtpmap has payload type, name, clock rate and maybe channels.",
              "RFC 8866 6.6", Level::must, Applies::to_both, true, check_rtpmap_syntax},
    RuleCheck{"rtpmap_listed", "rtpmap describes a payload type of its m= line.", "RFC 8866 6.6",
              Level::should, Applies::to_both, true, check_rtpmap_listed},
    RuleCheck{"fmtp_listed", "fmtp describes a format of its m= line.", "RFC 8866 6.15",
              Level::must, Applies::to_both, true, check_fmtp_listed},
    RuleCheck{"retransmission_type", "rtx names the payload type it repeats.", "RFC 4588 8.1",
              Level::must, Applies::to_both, true, check_retransmission_type},
    RuleCheck{"feedback_offered", "rtcp-fb is answered only as it was offered.",
              "RFC 4585 4.2; RFC 8829 5.11", Level::must, Applies::to_answers, true,
              check_feedback_offered},
    RuleCheck{"feedback_profile", "rtcp-fb stands only with an AVPF profile.", "RFC 4585 4.2",
              Level::must, Applies::to_both, true, check_feedback_profile},
};

}  // namespace

std::span<const RuleCheck> codec_rules() {
    return rules;
}

}  // namespace janus_harness::sdp
