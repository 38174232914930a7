#include "sdp/rules.h"

#include <algorithm>
#include <array>
#include <deque>

#include "sdp/rule_context.h"

namespace janus_harness::sdp {
namespace {

// The rules that apply to one kind of description, with their checks at the same index.
struct RuleSet {
    RuleSet(std::string_view prefix, Applies kind) {
        const std::array tables{syntax_rules(),    media_rules(),  stream_rules(), codec_rules(),
                                extension_rules(), bundle_rules(), ice_rules(),    dtls_rules()};
        for (const auto& table : tables) {
            for (const RuleCheck& check : table) {
                if (check.applies != kind && check.applies != Applies::to_both) continue;
                ids.push_back(fmt::format("{}.{}", prefix, check.name));
                rules.push_back({ids.back(), check.requirement, check.reference, check.level});
                checks.push_back(&check);
            }
        }
    }

    std::deque<std::string> ids;  // a deque: the rules hold views of them
    std::vector<Rule> rules;
    std::vector<const RuleCheck*> checks;
};

const RuleSet& answer_set() {
    static const RuleSet set("sdp.answer", Applies::to_answers);
    return set;
}

const RuleSet& offer_set() {
    static const RuleSet set("sdp.offer", Applies::to_offers);
    return set;
}

bool has_own_transport(const MediaSection& section, const std::optional<Group>& bundle) {
    const auto mid = section.mid();
    if (!mid || !bundle || bundle->mids.empty() || bundle->mids.front() == *mid) return true;
    return std::ranges::find(bundle->mids, *mid) == bundle->mids.end();
}

std::vector<CheckedSection> active_sections(const SessionDescription& description,
                                            const SessionDescription* offer) {
    const auto bundle = description.bundle_group();
    std::vector<CheckedSection> active;
    for (std::size_t i = 0; i < description.media.size(); ++i) {
        if (description.media[i].rejected()) continue;
        const MediaSection section = description.section(i);
        CheckedSection checked{
            section, std::nullopt, has_own_transport(section, bundle), section.rtpmaps(), {}};
        if (offer != nullptr && i < offer->media.size()) {
            checked.offered = offer->section(i);
            checked.offered_rtpmaps = checked.offered->rtpmaps();
        }
        active.push_back(std::move(checked));
    }
    return active;
}

std::vector<RawLine> raw_lines(std::string_view text) {
    std::vector<RawLine> lines;
    lines.reserve(64);
    for (RawLineReader reader(text); const auto line = reader.next();) lines.push_back(*line);
    return lines;
}

RuleFinding finding(const Rule& rule, Outcome outcome) {
    auto verdict = Verdict::passed;
    if (outcome.state == Outcome::State::not_applicable) verdict = Verdict::skipped;
    if (outcome.state == Outcome::State::broken) {
        verdict = rule.level == Level::must ? Verdict::failed : Verdict::warned;
    }
    return {&rule, verdict, std::move(outcome.expected), std::move(outcome.actual)};
}

std::vector<RuleFinding> check(const RuleSet& set, const SessionDescription* offer,
                               std::string_view text) {
    const auto parsed = SessionDescription::parse(text);
    RuleContext context{raw_lines(text), {}, nullptr, offer, {}};
    if (parsed) {
        context.description = &parsed.value();
        context.active = active_sections(parsed.value(), offer);
    } else {
        context.parse_error = parsed.error().message;
    }
    std::vector<RuleFinding> findings;
    findings.reserve(set.rules.size());
    for (std::size_t i = 0; i < set.rules.size(); ++i) {
        const bool possible = parsed || !set.checks[i]->needs_parsed;
        auto outcome = possible ? set.checks[i]->check(context)
                                : not_applicable("the description cannot be parsed");
        findings.push_back(finding(set.rules[i], std::move(outcome)));
    }
    return findings;
}

}  // namespace

std::string_view to_string(Level level) {
    return level == Level::must ? "must" : "should";
}

std::string_view to_string(Verdict verdict) {
    constexpr std::array<std::string_view, 4> names{"passed", "failed", "warned", "skipped"};
    return names[static_cast<std::size_t>(verdict)];
}

std::span<const Rule> answer_rules() {
    return answer_set().rules;
}
std::span<const Rule> offer_rules() {
    return offer_set().rules;
}

std::vector<RuleFinding> check_answer(const SessionDescription& offer,
                                      std::string_view /*offer_text*/,
                                      std::string_view answer_text) {
    return check(answer_set(), &offer, answer_text);
}

std::vector<RuleFinding> check_offer(std::string_view offer_text) {
    return check(offer_set(), nullptr, offer_text);
}

}  // namespace janus_harness::sdp
