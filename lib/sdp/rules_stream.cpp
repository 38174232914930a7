#include <algorithm>
#include <array>

#include "core/text.h"
#include "sdp/field.h"
#include "sdp/rule_context.h"

// Rules on how the media of a section flows: direction, RTCP, sources and streams.
namespace janus_harness::sdp {
namespace {

bool is_rtp_media(const MediaDescription& media) {
    return media.media == "audio" || media.media == "video";
}

Outcome check_direction_compatible(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        if (!checked.offered) continue;
        const auto allowed = reversed(checked.offered->direction());
        const auto direction = checked.section.direction();
        if (intersection(direction, allowed) == direction) continue;
        violations.add(fmt::format("{} or less, the offer is {}", to_string(allowed),
                                   to_string(checked.offered->direction())),
                       fmt::format("{}: {}", place(checked.media()), to_string(direction)));
    }
    return violations.outcome();
}

Outcome check_single_direction(const RuleContext& context) {
    Violations violations;
    for (const MediaDescription& media : context.description->media) {
        const auto count = std::ranges::count_if(media.lines, [](const Line& line) {
            return line.type == 'a' && parse_direction(line.value);
        });
        if (count > 1) {
            violations.add("at most one direction",
                           fmt::format("{}: {} of them", place(media), count));
        }
    }
    return violations.outcome();
}

// A property attribute that an answer may have only if the offer has it too.
Outcome only_if_offered(const RuleContext& context, std::string_view attribute) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        if (!checked.media().has_attribute(attribute) || !checked.offered) continue;
        if (checked.offered->description().has_attribute(attribute)) continue;
        violations.add(fmt::format("no a={}, as offered", attribute),
                       fmt::format("{}: a={}", place(checked.media()), attribute));
    }
    return violations.outcome();
}

Outcome check_rtcp_mux_offered(const RuleContext& context) {
    return only_if_offered(context, "rtcp-mux");
}

Outcome check_rtcp_rsize_offered(const RuleContext& context) {
    return only_if_offered(context, "rtcp-rsize");
}

Outcome check_simulcast_offered(const RuleContext& context) {
    return only_if_offered(context, "simulcast");
}

Outcome check_rtcp_mux_present(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        const bool asked = !checked.offered || checked.offered->rtcp_mux();
        if (!is_rtp_media(checked.media()) || !asked || checked.section.rtcp_mux()) continue;
        violations.add("a=rtcp-mux", place(checked.media()) + ": none");
    }
    return violations.outcome();
}

Outcome check_rtcp_mux_only_absent(const RuleContext& context) {
    Violations violations;
    for (const MediaDescription& media : context.description->media) {
        if (media.has_attribute("rtcp-mux-only")) {
            violations.add("no a=rtcp-mux-only", place(media));
        }
    }
    return violations.outcome();
}

bool is_positive_number(std::string_view text) {
    return text.find_first_not_of("0123456789.") == std::string_view::npos &&
           text.find_first_of("123456789") != std::string_view::npos;
}

Outcome check_packet_time(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        for (const std::string_view name : {"ptime", "maxptime"}) {
            for (const Attribute& attribute : checked.media().attributes(name)) {
                if (is_positive_number(attribute.value)) continue;
                violations.add(
                    "a number of milliseconds above 0",
                    fmt::format("line {}: a={}:{}", attribute.line, name, attribute.value));
            }
        }
    }
    return violations.outcome();
}

bool is_msid(std::string_view value) {
    const auto id = take_field(value);
    const bool one_more_at_most = value.find(' ') == std::string_view::npos;
    return !id.empty() && id.size() <= 64 && value.size() <= 64 && one_more_at_most;
}

Outcome check_msid_syntax(const RuleContext& context) {
    Violations violations;
    for (const MediaDescription& media : context.description->media) {
        for (const Attribute& attribute : media.attributes("msid")) {
            if (is_msid(attribute.value)) continue;
            violations.add("a stream id of 1 to 64 characters and at most one track id",
                           fmt::format("line {}: '{}'", attribute.line, attribute.value));
        }
    }
    return violations.outcome();
}

Outcome check_msid_sending(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        const bool needed = is_rtp_media(checked.media()) && sends(checked.section.direction());
        if (!needed || checked.media().has_attribute("msid")) continue;
        violations.add("a=msid", place(checked.media()) + ": none");
    }
    return violations.outcome();
}

Outcome check_msid_not_sending(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        const auto direction = checked.section.direction();
        if (sends(direction) || !checked.media().has_attribute("msid")) continue;
        violations.add(
            "no a=msid where nothing is sent",
            fmt::format("{}: {} with a=msid", place(checked.media()), to_string(direction)));
    }
    return violations.outcome();
}

Outcome check_ssrc_cname(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        const auto sources = checked.section.sources();
        for (const SourceAttribute& source : sources) {
            const bool named = std::ranges::any_of(sources, [&](const SourceAttribute& other) {
                return other.ssrc == source.ssrc && other.name == "cname" && !other.value.empty();
            });
            if (named) continue;
            violations.add("a=ssrc:<ssrc> cname:<name> of each source",
                           fmt::format("line {}: {} has none", source.line, source.ssrc));
        }
    }
    return violations.outcome();
}

Outcome check_retransmission_group(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        const bool has_rtx = std::ranges::any_of(
            checked.rtpmaps, [](const RtpMap& map) { return iequals(map.encoding_name, "rtx"); });
        for (const Attribute& attribute : checked.media().attributes("ssrc-group")) {
            if (has_rtx || !attribute.value.starts_with("FID ")) continue;
            violations.add("an rtx payload type with ssrc-group:FID",
                           fmt::format("line {}: '{}'", attribute.line, attribute.value));
        }
    }
    return violations.outcome();
}

constexpr std::array rules{
    RuleCheck{"direction_compatible",
              "The direction allows no more than the offered one, seen from the other end.",
              "RFC 3264 6.1", Level::must, Applies::to_answers, true, check_direction_compatible},
    RuleCheck{"single_direction", "A section has at most one direction attribute.", "RFC 8866 6.7",
              Level::must, Applies::to_both, true, check_single_direction},
    RuleCheck{"rtcp_mux_offered", "rtcp-mux is answered only if it was offered.",
              "RFC 5761 5.1.1, RFC 8035 3", Level::must, Applies::to_answers, true,
              check_rtcp_mux_offered},
    RuleCheck{"rtcp_mux_present", "Audio and video have rtcp-mux (an answer: if it was offered).",
              "RFC 8829 5.2.1, 5.3.1; RFC 9143 9.3", Level::must, Applies::to_both, true,
              check_rtcp_mux_present},
    RuleCheck{"rtcp_mux_only_absent", "rtcp-mux-only never stands in an answer.", "RFC 8858 4.3",
              Level::must, Applies::to_answers, true, check_rtcp_mux_only_absent},
    RuleCheck{"rtcp_rsize_offered", "rtcp-rsize is answered only if it was offered.", "RFC 5506 5",
              Level::should, Applies::to_answers, true, check_rtcp_rsize_offered},
    RuleCheck{"simulcast_offered", "simulcast is answered only if it was offered.",
              "RFC 8853 5.3.2", Level::must, Applies::to_answers, true, check_simulcast_offered},
    RuleCheck{"packet_time", "ptime and maxptime are numbers above 0.", "RFC 8866 6.4, 6.5",
              Level::must, Applies::to_both, true, check_packet_time},
    RuleCheck{"msid_syntax", "msid is a stream identifier, with or without a track identifier.",
              "RFC 8830 2", Level::must, Applies::to_both, true, check_msid_syntax},
    RuleCheck{"msid_sending", "A section that sends media has msid.", "RFC 8829 5.2.1, 5.3.1",
              Level::should, Applies::to_both, true, check_msid_sending},
    RuleCheck{"msid_not_sending", "A section that sends no media has no msid.",
              "RFC 8829 5.2.1, 5.3.1", Level::should, Applies::to_both, true,
              check_msid_not_sending},
    RuleCheck{"ssrc_cname", "Each source of an ssrc line has a cname.", "RFC 5576 4.1", Level::must,
              Applies::to_both, true, check_ssrc_cname},
    RuleCheck{"retransmission_group", "An FID group of sources goes with an rtx payload type.",
              "RFC 5576 4.2; RFC 4588 8.4", Level::should, Applies::to_both, true,
              check_retransmission_group},
};

}  // namespace

std::span<const RuleCheck> stream_rules() {
    return rules;
}

}  // namespace janus_harness::sdp
