#include <algorithm>
#include <array>

#include "sdp/rule_context.h"

// Rules on mids and the BUNDLE group (RFC 5888, RFC 9143).
namespace janus_harness::sdp {
namespace {

std::string shown(std::optional<std::string_view> mid) {
    return mid ? fmt::format("a=mid:{}", *mid) : "no a=mid";
}

std::vector<std::string_view> distinct_mids(const MediaDescription& media) {
    std::vector<std::string_view> mids;
    for (const Attribute& attribute : media.attributes("mid")) {
        if (std::ranges::find(mids, attribute.value) == mids.end()) mids.push_back(attribute.value);
    }
    return mids;
}

Outcome check_mid_echoed(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        if (!checked.offered || checked.section.mid() == checked.offered->mid()) continue;
        violations.add(shown(checked.offered->mid()),
                       fmt::format("{}: {}", place(checked.media()), shown(checked.section.mid())));
    }
    return violations.outcome();
}

Outcome check_mid_single(const RuleContext& context) {
    Violations violations;
    for (const MediaDescription& media : context.description->media) {
        const auto mids = distinct_mids(media);
        if (mids.size() > 1) {
            violations.add("one a=mid", fmt::format("{}: {}", place(media), fmt::join(mids, ", ")));
        }
    }
    return violations.outcome();
}

// What a peer does with two equal lines no RFC says; browsers take either.
Outcome check_mid_repeated(const RuleContext& context) {
    Violations violations;
    for (const MediaDescription& media : context.description->media) {
        const auto count = media.count("mid");
        if (count > 1 && distinct_mids(media).size() == 1) {
            violations.add("one a=mid", fmt::format("{}: {} equal lines", place(media), count));
        }
    }
    return violations.outcome();
}

Outcome check_mid_unique(const RuleContext& context) {
    Violations violations;
    std::vector<std::string_view> seen;
    for (const MediaSection& section : context.description->sections()) {
        const auto mid = section.mid();
        if (!mid) continue;
        if (std::ranges::find(seen, *mid) != seen.end()) {
            violations.add("a mid of its own in each section",
                           fmt::format("{}: {}", place(section.description()), shown(mid)));
        }
        seen.push_back(*mid);
    }
    return violations.outcome();
}

Outcome check_mid_present(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        if (!checked.section.mid()) violations.add("a=mid", place(checked.media()) + ": none");
    }
    return violations.outcome();
}

constexpr std::string_view no_group = "no BUNDLE group";

Outcome check_bundle_present(const RuleContext& context) {
    Violations violations;
    if (!context.description->bundle_group()) violations.add("a=group:BUNDLE ...", no_group);
    return violations.outcome();
}

Outcome check_bundle_mids(const RuleContext& context) {
    const auto group = context.description->bundle_group();
    if (!group) return not_applicable(std::string(no_group));
    Violations violations;
    for (const auto mid : group->mids) {
        if (context.description->section_with_mid(mid)) continue;
        violations.add("only mids of this description", std::string(mid));
    }
    return violations.outcome();
}

Outcome check_bundle_offered(const RuleContext& context) {
    const auto group = context.description->bundle_group();
    if (!group) return not_applicable(std::string(no_group));
    const auto offered = context.offer->bundle_group();
    Violations violations;
    if (!offered) violations.add("no BUNDLE group, as offered", "a=group:BUNDLE");
    for (const auto mid : group->mids) {
        if (!offered || std::ranges::find(offered->mids, mid) != offered->mids.end()) continue;
        violations.add(fmt::format("only {}", fmt::join(offered->mids, " ")), std::string(mid));
    }
    return violations.outcome();
}

Outcome check_bundle_rejected(const RuleContext& context) {
    const auto group = context.description->bundle_group();
    if (!group) return not_applicable(std::string(no_group));
    Violations violations;
    for (const auto mid : group->mids) {
        const auto section = context.description->section_with_mid(mid);
        if (!section || !section->description().rejected()) continue;
        violations.add("no section with port 0 in the group",
                       fmt::format("{}: {}", place(section->description()), mid));
    }
    return violations.outcome();
}

Outcome check_bundle_tagged(const RuleContext& context) {
    const auto group = context.description->bundle_group();
    if (!group || group->mids.empty()) return not_applicable(std::string(no_group));
    const auto tagged = context.description->section_with_mid(group->mids.front());
    if (!tagged) return not_applicable("the first mid of the group has no section");
    Violations violations;
    const auto need = [&](bool present, std::string_view what) {
        if (present) return;
        violations.add("the transport's attributes in the tagged section",
                       fmt::format("{}: no {}", place(tagged->description()), what));
    };
    need(!tagged->ice_ufrag().empty(), "ice-ufrag");
    need(!tagged->ice_pwd().empty(), "ice-pwd");
    need(!tagged->fingerprints().empty(), "fingerprint");
    need(tagged->setup().has_value(), "setup");
    return violations.outcome();
}

// Sections of the group other than the tagged one.
std::vector<MediaSection> untagged_sections(const SessionDescription& description,
                                            const Group& group) {
    std::vector<MediaSection> sections;
    for (std::size_t i = 1; i < group.mids.size(); ++i) {
        if (const auto section = description.section_with_mid(group.mids[i])) {
            sections.push_back(*section);
        }
    }
    return sections;
}

Outcome check_bundle_repeated(const RuleContext& context) {
    const auto group = context.description->bundle_group();
    if (!group) return not_applicable(std::string(no_group));
    constexpr std::array<std::string_view, 5> transport{"candidate", "ice-ufrag", "ice-pwd",
                                                        "fingerprint", "setup"};
    Violations violations;
    for (const MediaSection& section : untagged_sections(*context.description, *group)) {
        for (const auto name : transport) {
            if (!section.description().has_attribute(name)) continue;
            violations.add("attributes of the transport in the tagged section only",
                           fmt::format("{}: a={}", place(section.description()), name));
        }
    }
    return violations.outcome();
}

Outcome check_bundle_same_transport(const RuleContext& context) {
    const auto group = context.description->bundle_group();
    if (!group || group->mids.empty()) return not_applicable(std::string(no_group));
    const auto tagged = context.description->section_with_mid(group->mids.front());
    if (!tagged) return not_applicable("the first mid of the group has no section");
    Violations violations;
    for (const MediaSection& section : untagged_sections(*context.description, *group)) {
        for (const std::string_view name : {"ice-ufrag", "ice-pwd", "fingerprint", "setup"}) {
            const auto own = section.description().attribute(name);
            const auto first = tagged->description().attribute(name);
            if (!own || !first || own == first) continue;
            violations.add(fmt::format("a={} as in the tagged section", name),
                           fmt::format("{}: another value", place(section.description())));
        }
    }
    return violations.outcome();
}

constexpr std::array rules{
    RuleCheck{"mid_echoed", "Each accepted section has the mid of the offer's section.",
              "RFC 5888 9.1; RFC 8829 5.3.1", Level::must, Applies::to_answers, true,
              check_mid_echoed},
    RuleCheck{"mid_single", "A section has at most one mid.", "RFC 5888 4", Level::must,
              Applies::to_both, true, check_mid_single},
    RuleCheck{"mid_repeated", "The line of a section's mid is not repeated.", "RFC 5888 4",
              Level::should, Applies::to_both, true, check_mid_repeated},
    RuleCheck{"mid_unique", "No two sections have the same mid.", "RFC 5888 4", Level::must,
              Applies::to_both, true, check_mid_unique},
    RuleCheck{"mid_present", "Each section has a mid.", "RFC 8829 5.2.1", Level::must,
              Applies::to_offers, true, check_mid_present},
    RuleCheck{"bundle_present", "The sections are offered as a BUNDLE group.", "RFC 8829 5.2.1",
              Level::should, Applies::to_offers, true, check_bundle_present},
    RuleCheck{"bundle_mids", "Every mid of the BUNDLE group has a section.", "RFC 5888 9.2",
              Level::must, Applies::to_both, true, check_bundle_mids},
    RuleCheck{"bundle_offered", "The BUNDLE group holds only mids of the offered BUNDLE group.",
              "RFC 9143 7.3", Level::must, Applies::to_answers, true, check_bundle_offered},
    RuleCheck{"bundle_rejected", "No section of the BUNDLE group has port 0.", "RFC 9143 7.3.3",
              Level::must, Applies::to_answers, true, check_bundle_rejected},
    RuleCheck{"bundle_tagged", "The first section of the BUNDLE group describes the transport.",
              "RFC 9143 7.1.3, 7.3.1", Level::must, Applies::to_both, true, check_bundle_tagged},
    RuleCheck{"bundle_repeated", "The other sections of the group do not repeat the transport.",
              "RFC 9143 7.1.3; RFC 8829 5.3.1", Level::must, Applies::to_answers, true,
              check_bundle_repeated},
    RuleCheck{"bundle_same_transport", "Sections of a BUNDLE group name the same transport.",
              "RFC 9143 7.3.1", Level::must, Applies::to_both, true, check_bundle_same_transport},
};

}  // namespace

std::span<const RuleCheck> bundle_rules() {
    return rules;
}

}  // namespace janus_harness::sdp
