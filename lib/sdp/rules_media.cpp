#include <algorithm>
#include <array>

#include "sdp/field.h"
#include "sdp/rule_context.h"

// Rules on the m= lines, where they point and what stands at their side.
namespace janus_harness::sdp {
namespace {

constexpr std::string_view webrtc_protocol = "UDP/TLS/RTP/SAVPF";

Outcome check_media_count(const RuleContext& context) {
    Violations violations;
    const auto offered = context.offer->media.size();
    const auto answered = context.description->media.size();
    if (offered != answered) {
        violations.add(fmt::format("{} m= lines", offered), fmt::format("{}", answered));
    }
    return violations.outcome();
}

// Calls check(answered, offered, violations) for the m= lines that both have.
template <typename Check>
Outcome pairwise(const RuleContext& context, Check check) {
    Violations violations;
    const auto& answered = context.description->media;
    const auto& offered = context.offer->media;
    for (std::size_t i = 0; i < std::min(answered.size(), offered.size()); ++i) {
        check(answered[i], offered[i], violations);
    }
    return violations.outcome();
}

Outcome check_media_types(const RuleContext& context) {
    return pairwise(context, [](const auto& answered, const auto& offered, Violations& out) {
        if (answered.media != offered.media) out.add("m=" + offered.media, place(answered));
    });
}

Outcome check_protocol_echoed(const RuleContext& context) {
    return pairwise(context, [](const auto& answered, const auto& offered, Violations& out) {
        if (answered.protocol == offered.protocol) return;
        out.add(offered.protocol, place(answered) + ": " + answered.protocol);
    });
}

Outcome check_protocol_webrtc(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        const auto& media = checked.media();
        if (media.media == "application" || media.protocol == webrtc_protocol) continue;
        violations.add(webrtc_protocol, place(media) + ": " + media.protocol);
    }
    return violations.outcome();
}

Outcome check_rejection_kept(const RuleContext& context) {
    return pairwise(context, [](const auto& answered, const auto& offered, Violations& out) {
        if (!offered.rejected() || answered.rejected()) return;
        out.add("port 0, as offered", fmt::format("{}: port {}", place(answered), answered.port));
    });
}

Outcome check_accepted(const RuleContext& context) {
    Violations violations;
    if (context.active.empty()) violations.add("an m= line with a port", "all have port 0");
    return violations.outcome();
}

Outcome check_formats_present(const RuleContext& context) {
    Violations violations;
    for (const MediaDescription& media : context.description->media) {
        if (media.formats.empty()) violations.add("at least one format", place(media) + ": none");
    }
    return violations.outcome();
}

Outcome check_connection_present(const RuleContext& context) {
    Violations violations;
    for (const MediaSection& section : context.description->sections()) {
        if (section.connection()) continue;
        violations.add("c= in the section or at the session level",
                       place(section.description()) + ": none");
    }
    return violations.outcome();
}

bool is_default_destination(const MediaSection& section, const Connection& connection) {
    const auto port = section.description().port;
    const bool none_yet = connection.address == "0.0.0.0" || connection.address == "::";
    if (none_yet) return port == 9;
    for (const Candidate& candidate : section.candidates()) {
        if (candidate.port == port && candidate.address == connection.address) return true;
    }
    return false;
}

Outcome check_default_destination(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        const auto connection = checked.section.connection();
        if (!connection || is_default_destination(checked.section, *connection)) continue;
        violations.add("address and port of a candidate, or port 9 at 0.0.0.0",
                       fmt::format("{}: {} port {}", place(checked.media()), connection->address,
                                   checked.media().port));
    }
    return violations.outcome();
}

Outcome check_bandwidth(const RuleContext& context) {
    Violations violations;
    for (const RawLine& line : context.lines) {
        if (!line.text.starts_with("b=")) continue;
        std::string_view value = line.value();
        const auto type = take_field(value, ':');
        if (!type.empty() && all_digits(value)) continue;
        violations.add("b=<type>:<number>", fmt::format("line {}: '{}'", line.number, line.text));
    }
    return violations.outcome();
}

constexpr std::array rules{
    RuleCheck{"media_count", "The answer has as many m= lines as the offer.", "RFC 3264 6",
              Level::must, Applies::to_answers, true, check_media_count},
    RuleCheck{"media_types", "Each m= line has the media type of the offer's.", "RFC 3264 6",
              Level::must, Applies::to_answers, true, check_media_types},
    RuleCheck{"protocol_echoed", "Each m= line has the transport protocol of the offer's.",
              "RFC 3264 6; RFC 8829 5.3.1", Level::must, Applies::to_answers, true,
              check_protocol_echoed},
    RuleCheck{"protocol", "Audio and video are offered as UDP/TLS/RTP/SAVPF.", "RFC 8829 5.1.2",
              Level::must, Applies::to_offers, true, check_protocol_webrtc},
    RuleCheck{"rejection_kept", "What was offered with port 0 is answered with port 0.",
              "RFC 3264 6", Level::must, Applies::to_answers, true, check_rejection_kept},
    RuleCheck{"accepted", "At least one m= line is not rejected.", "RFC 3264 6", Level::should,
              Applies::to_both, true, check_accepted},
    RuleCheck{"formats_present", "Each m= line, rejected or not, has at least one format.",
              "RFC 8866 5.14; RFC 3264 6", Level::must, Applies::to_both, true,
              check_formats_present},
    RuleCheck{"connection_present", "Each section has a c= line, its own or the session's.",
              "RFC 8866 5.7", Level::must, Applies::to_both, true, check_connection_present},
    RuleCheck{"default_destination",
              "c= and port name a candidate, or 0.0.0.0 and 9 if there is no default.",
              "RFC 8839 4.2.1.2, 4.2.5; RFC 8829 5.3.1", Level::should, Applies::to_both, true,
              check_default_destination},
    RuleCheck{"bandwidth", "b= lines hold a type and a number.", "RFC 8866 5.8", Level::must,
              Applies::to_both, false, check_bandwidth},
};

}  // namespace

std::span<const RuleCheck> media_rules() {
    return rules;
}

}  // namespace janus_harness::sdp
