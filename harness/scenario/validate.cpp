#include "harness/scenario/validate.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/walk.h"

namespace janus_harness::scenario {
namespace {

using json::Reading;
using json::Value;

// The place of root[section][key], or of the section, or of the document.
json::Location place(const Value& root, const char* section, const char* key) {
    const Value* outer = root.find(section);
    if (outer == nullptr) return root.location;
    const Value* inner = outer->find(key);
    return inner == nullptr ? outer->location : inner->location;
}

void check_far_end(Reading& reading, const Scenario& scenario, const Value& root) {
    const FarEnd& far_end = scenario.far_end;
    if (far_end.mode == FarEndMode::listen && !far_end.address)
        reading.error(place(root, "far_end", "mode"),
                      "a far end that listens needs its \"address\"", "\"HOST:PORT\"");
    if (far_end.mode == FarEndMode::none && !far_end.callee)
        reading.error(place(root, "far_end", "mode"),
                      "without a far end of ours, \"callee\" must say whom to call",
                      "a SIP URI such as \"sip:1000@example.org\"");
    if (far_end.callee && far_end.mode != FarEndMode::none)
        reading.error(
            place(root, "far_end", "callee"),
            "\"callee\" is only for \"mode\": \"none\"; the harness knows its own phones");
}

void check_testbed(Reading& reading, const Scenario& scenario, const Value& root) {
    if (!scenario.janus.url) return;
    if (root.find("testbed") != nullptr)
        reading.error(place(root, "janus", "url"),
                      "\"testbed\" starts a Janus of its own, so there can be no \"url\"");
    if (!scenario.impairments.empty())
        reading.error(root.find("impairments")->location,
                      "\"impairments\" work in the testbed only, so there can be no \"url\"");
}

bool is_sip_uri(std::string_view text) {
    return text.starts_with("sip:") || text.starts_with("sips:");
}

void check_target(Reading& reading, const Scenario& scenario, const Template& to) {
    if (to.parts.empty() || !to.is_literal()) return;  // missing: told by the reader
    const std::string& text = to.parts.front().text;
    if (is_sip_uri(text)) return;
    std::string allowed = "a SIP URI";
    for (const Actor& actor : scenario.actors)
        allowed += fmt::format(", \"${{{}.uri}}\"", actor.name);
    const bool names_actor = std::any_of(scenario.actors.begin(), scenario.actors.end(),
                                         [&](const Actor& actor) { return actor.name == text; });
    reading.error(to.location,
                  names_actor
                      ? fmt::format("\"to\" must be a SIP URI, did you mean \"${{{}.uri}}\"?", text)
                      : fmt::format("\"to\" must be a SIP URI, not \"{}\"", text),
                  allowed);
}

void check_steps(Reading& reading, const Scenario& scenario) {
    for_each_step(scenario, [&](const CompiledStep& step) {
        if (const auto* call = std::get_if<Call>(&step.action))
            check_target(reading, scenario, call->to);
        if (const auto* call = std::get_if<PhoneCall>(&step.action))
            check_target(reading, scenario, call->to);
    });
}

void check_name(Reading& reading, const Scenario& scenario, const Value& root) {
    const Value* name = root.find("name");
    if (name != nullptr && name->kind == json::Kind::string && scenario.name.empty())
        reading.error(name->location, "\"name\" must not be empty");
}

}  // namespace

void validate(Reading& reading, const Scenario& scenario, const Value& root) {
    check_name(reading, scenario, root);
    check_far_end(reading, scenario, root);
    check_testbed(reading, scenario, root);
    check_steps(reading, scenario);
}

}  // namespace janus_harness::scenario
