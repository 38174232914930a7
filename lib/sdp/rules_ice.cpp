#include <algorithm>
#include <array>

#include "core/text.h"
#include "sdp/field.h"
#include "sdp/rule_context.h"

// Rules on ICE (RFC 8839, RFC 8840).
namespace janus_harness::sdp {
namespace {

bool is_credential(std::string_view text, std::size_t shortest) {
    return text.size() >= shortest && text.size() <= 256 && all_ice_chars(text);
}

Outcome check_ice_ufrag(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        const auto ufrag = checked.section.ice_ufrag();
        if (!checked.own_transport || is_credential(ufrag, 4)) continue;
        violations.add("a=ice-ufrag of 4 to 256 ice-chars",
                       fmt::format("{}: '{}'", place(checked.media()), ufrag));
    }
    return violations.outcome();
}

// Passwords stay out of findings, which end up in reports.
Outcome check_ice_pwd(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        const auto password = checked.section.ice_pwd();
        if (!checked.own_transport || is_credential(password, 22)) continue;
        violations.add("a=ice-pwd of 22 to 256 ice-chars",
                       fmt::format("{}: {} characters{}", place(checked.media()), password.size(),
                                   all_ice_chars(password) ? "" : ", not all ice-chars"));
    }
    return violations.outcome();
}

Outcome check_candidate_syntax(const RuleContext& context) {
    Violations violations;
    for (const MediaDescription& media : context.description->media) {
        for (const Attribute& attribute : media.attributes("candidate")) {
            const auto candidate = Candidate::parse(attribute.value);
            if (candidate) continue;
            violations.add(
                "<foundation> <component> <transport> <priority> <address> <port> typ "
                "<type>",
                fmt::format("line {}: {}", attribute.line, candidate.error().message));
        }
    }
    return violations.outcome();
}

Outcome check_candidate_component(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        if (!checked.section.rtcp_mux()) continue;
        for (const Candidate& candidate : checked.section.candidates()) {
            if (candidate.component == 1) continue;
            violations.add(
                "component 1 with rtcp-mux",
                fmt::format("{}: component {}", place(checked.media()), candidate.component));
        }
    }
    return violations.outcome();
}

bool names_trickle(const Section& section) {
    return std::ranges::any_of(section.attributes("ice-options"), [](const Attribute& attribute) {
        const auto options = split(attribute.value, ' ');
        return std::ranges::find(options, "trickle") != options.end();
    });
}

Outcome check_candidates_present(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        if (!checked.own_transport || checked.media().has_attribute("candidate") ||
            names_trickle(checked.media()) || names_trickle(*context.description)) {
            continue;
        }
        violations.add("a=candidate, or a=ice-options:trickle",
                       place(checked.media()) + ": neither");
    }
    return violations.outcome();
}

Outcome check_end_of_candidates(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        const auto ends = checked.media().attributes("end-of-candidates");
        const auto candidates = checked.media().attributes("candidate");
        if (ends.empty() || candidates.empty()) continue;
        if (candidates.back().line < ends.front().line) continue;
        violations.add("no candidate after end-of-candidates",
                       fmt::format("line {}", candidates.back().line));
    }
    return violations.outcome();
}

bool is_option_list(std::string_view value) {
    const auto options = split(value, ' ');
    return std::ranges::all_of(options, [](std::string_view option) {
        return !option.empty() && option.find_first_not_of(
                                      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                      "0123456789+/-") == std::string_view::npos;
    });
}

Outcome check_ice_options(const RuleContext& context) {
    Violations violations;
    const auto check = [&](const Section& section) {
        for (const Attribute& attribute : section.attributes("ice-options")) {
            if (is_option_list(attribute.value)) continue;
            violations.add("a=ice-options:<tag> <tag> ...",
                           fmt::format("line {}: '{}'", attribute.line, attribute.value));
        }
    };
    check(*context.description);
    for (const MediaDescription& media : context.description->media) check(media);
    return violations.outcome();
}

Outcome check_ice_lite_level(const RuleContext& context) {
    Violations violations;
    for (const MediaDescription& media : context.description->media) {
        if (media.has_attribute("ice-lite")) {
            violations.add("a=ice-lite at the session level only", place(media));
        }
    }
    return violations.outcome();
}

constexpr std::array rules{
    RuleCheck{"ice_ufrag", "Each accepted section has an ice-ufrag of 4 to 256 ice-chars.",
              "RFC 8839 5.4", Level::must, Applies::to_both, true, check_ice_ufrag},
    RuleCheck{"ice_pwd", "Each accepted section has an ice-pwd of 22 to 256 ice-chars.",
              "RFC 8839 5.4", Level::must, Applies::to_both, true, check_ice_pwd},
    RuleCheck{"candidate_syntax", "Candidate lines are well formed.", "RFC 8839 5.1", Level::must,
              Applies::to_both, true, check_candidate_syntax},
    RuleCheck{"candidate_component", "With rtcp-mux all candidates are of component 1.",
              "RFC 8839 4.2.1; RFC 5761 5.1.3", Level::must, Applies::to_answers, true,
              check_candidate_component},
    RuleCheck{"candidates_present", "There are candidates, or the promise to trickle them.",
              "RFC 8839 4.2.1; RFC 8840 4.1.1", Level::must, Applies::to_both, true,
              check_candidates_present},
    RuleCheck{"end_of_candidates", "No candidate follows end-of-candidates.", "RFC 8840 8.2",
              Level::should, Applies::to_both, true, check_end_of_candidates},
    RuleCheck{"ice_options", "ice-options is a list of tags, at either level.",
              "RFC 8839 5.6; RFC 8840 4.1.1", Level::must, Applies::to_both, true,
              check_ice_options},
    RuleCheck{"ice_lite_level", "ice-lite stands at the session level only.", "RFC 8839 5.3",
              Level::must, Applies::to_both, true, check_ice_lite_level},
};

}  // namespace

std::span<const RuleCheck> ice_rules() {
    return rules;
}

}  // namespace janus_harness::sdp
