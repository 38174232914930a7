#include <algorithm>
#include <array>

#include "sdp/rule_context.h"

// Rules on RTP header extensions (RFC 8285).
namespace janus_harness::sdp {
namespace {

const ExtensionMap* with_id(const std::vector<ExtensionMap>& maps, std::uint32_t id) {
    const auto found = std::ranges::find(maps, id, &ExtensionMap::id);
    return found == maps.end() ? nullptr : &*found;
}

std::string quoted(const ExtensionMap& map) {
    return fmt::format("line {}: {} {}", map.line, map.id, map.uri);
}

Outcome check_extmap_offered(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        if (!checked.offered) continue;
        const auto offered = checked.offered->extension_maps();
        for (const ExtensionMap& map : checked.section.extension_maps()) {
            if (std::ranges::find(offered, map.uri, &ExtensionMap::uri) != offered.end()) continue;
            violations.add("only extensions of the offer", quoted(map));
        }
    }
    return violations.outcome();
}

Outcome check_extmap_number(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        if (!checked.offered) continue;
        const auto offered = checked.offered->extension_maps();
        for (const ExtensionMap& map : checked.section.extension_maps()) {
            const ExtensionMap* same_number = with_id(offered, map.id);
            const bool known =
                std::ranges::find(offered, map.uri, &ExtensionMap::uri) != offered.end();
            const bool kept = same_number != nullptr ? same_number->uri == map.uri : !known;
            if (!kept) violations.add("each extension under its offered number", quoted(map));
        }
    }
    return violations.outcome();
}

Outcome check_extmap_direction(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        if (!checked.offered) continue;
        const auto offered = checked.offered->extension_maps();
        for (const ExtensionMap& map : checked.section.extension_maps()) {
            const ExtensionMap* same = with_id(offered, map.id);
            if (same == nullptr || !same->direction || !map.direction) continue;
            const auto allowed = reversed(*same->direction);
            if (intersection(*map.direction, allowed) == *map.direction) continue;
            violations.add(fmt::format("{} or less", to_string(allowed)),
                           fmt::format("{} {}", quoted(map), to_string(*map.direction)));
        }
    }
    return violations.outcome();
}

Outcome check_extmap_unique(const RuleContext& context) {
    Violations violations;
    for (const CheckedSection& checked : context.active) {
        const auto maps = checked.section.extension_maps();
        for (const ExtensionMap& map : maps) {
            if (with_id(maps, map.id) == &map) continue;
            violations.add("each number once in a section", quoted(map));
        }
    }
    return violations.outcome();
}

bool allows_mixed(const SessionDescription& description) {
    return description.has_attribute("extmap-allow-mixed") ||
           std::ranges::any_of(description.media, [](const MediaDescription& media) {
               return media.has_attribute("extmap-allow-mixed");
           });
}

Outcome check_extmap_allow_mixed(const RuleContext& context) {
    Violations violations;
    if (allows_mixed(*context.description) && !allows_mixed(*context.offer)) {
        violations.add("no a=extmap-allow-mixed, as offered", "a=extmap-allow-mixed");
    }
    return violations.outcome();
}

constexpr std::array rules{
    RuleCheck{"extmap_offered", "Header extensions are those of the offer.",
              "RFC 8285 6; RFC 8829 5.3.1", Level::should, Applies::to_answers, true,
              check_extmap_offered},
    RuleCheck{"extmap_number", "Numbers of header extensions keep their meaning.", "RFC 8285 6",
              Level::must, Applies::to_answers, true, check_extmap_number},
    RuleCheck{"extmap_direction", "The direction of a header extension fits the offered one.",
              "RFC 8285 6", Level::must, Applies::to_answers, true, check_extmap_direction},
    RuleCheck{"extmap_unique", "A number stands for one header extension in a section.",
              "RFC 8285 5", Level::must, Applies::to_both, true, check_extmap_unique},
    RuleCheck{"extmap_allow_mixed_offered",
              "extmap-allow-mixed is answered only if it was offered.", "RFC 8285 6", Level::should,
              Applies::to_answers, true, check_extmap_allow_mixed},
};

}  // namespace

std::span<const RuleCheck> extension_rules() {
    return rules;
}

}  // namespace janus_harness::sdp
