#include "harness/scenario/validate.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/load_shape.h"
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

bool begins_call(const Action& action) {
    return std::holds_alternative<Call>(action) || std::holds_alternative<PhoneCall>(action);
}

// The first step that begins a call, nested ones included.
const CompiledStep* first_call(const std::vector<CompiledStep>& steps) {
    const CompiledStep* found = nullptr;
    for_each_step_of(steps, [&](const CompiledStep& step) {
        if (found == nullptr && begins_call(step.action)) found = &step;
    });
    return found;
}

// What a call measures belongs to an iteration, and that has one call at a time.
void check_calls(Reading& reading, const Scenario& scenario) {
    for (const auto& [section, steps] :
         {std::pair{"setup", &scenario.setup}, std::pair{"teardown", &scenario.teardown}}) {
        if (const CompiledStep* call = first_call(*steps))
            reading.error(call->location,
                          fmt::format("a call in \"{}\" would belong to no iteration", section),
                          "calls in \"steps\"");
    }
    for_each_step_of(scenario.steps, [&](const CompiledStep& step) {
        const auto* parallel = std::get_if<Parallel>(&step.action);
        if (parallel == nullptr) return;
        std::size_t calling = 0;
        for (const auto& branch : parallel->branches) {
            const CompiledStep* call = first_call(branch);
            if (call == nullptr || ++calling != 2) continue;
            reading.error(call->location,
                          "two branches of one \"parallel\" place calls, but a client measures "
                          "one call at a time",
                          "calls one after the other, or more clients");
        }
    });
}

bool has_client_number(const Template& text) {
    return std::any_of(text.parts.begin(), text.parts.end(), [](const TemplatePart& part) {
        return part.kind == TemplatePart::Kind::client;
    });
}

// Phones of one name take each other's place in the far end, and calls reach the wrong client.
void check_phone_users(Reading& reading, const Scenario& scenario) {
    const std::uint64_t clients = clients_at_once(scenario.load);
    if (clients < 2 || scenario.far_end.mode == FarEndMode::none) return;
    for (const Actor& actor : scenario.actors) {
        if (actor.is_browser() || !actor.sip().user) continue;
        const Template& user = *actor.sip().user;
        if (has_client_number(user)) continue;
        const std::string source = to_source(user);
        reading.error(
            user.location,
            fmt::format("up to {} clients at once would share the phone user \"{}\"", clients,
                        source),
            fmt::format("\"{}${{client}}\", a load of one client, or no \"user\" at all", source));
    }
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
    check_calls(reading, scenario);
    check_phone_users(reading, scenario);
}

}  // namespace janus_harness::scenario
