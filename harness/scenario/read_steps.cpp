#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/event_names.h"
#include "harness/scenario/read_actions.h"
#include "harness/scenario/read_scenario.h"
#include "json/suggestion.h"

namespace janus_harness::scenario {
namespace {

using json::Kind;
using json::Need;
using json::ObjectReader;
using json::Reading;
using json::Value;

std::vector<std::string> names_of(const std::vector<ActionKind>& actions) {
    std::vector<std::string> names;
    for (const ActionKind& action : actions) names.push_back(action.name);
    return names;
}

class StepReader {
  public:
    StepReader(Reading& reading, const ActorList& actors) : reading_(reading), actors_(actors) {}

    std::vector<CompiledStep> read_list(const Value& value, std::string_view what) {
        std::vector<CompiledStep> steps;
        if (value.kind != Kind::array)
            reading_.error(value.location, fmt::format("\"{}\" must be an array of steps, not {}",
                                                       what, json::describe(value.kind)));
        for (const Value& element : value.elements) steps.push_back(read_step(element));
        return steps;
    }

  private:
    CompiledStep read_step(const Value& value) {
        CompiledStep step;
        step.location = value.location;
        ObjectReader reader{reading_, value, "step"};
        if (value.kind != Kind::object) return step;
        if (value.find("parallel") != nullptr)
            step.action = read_parallel(reader);
        else if (value.find("repeat") != nullptr)
            step.action = read_repeat(reader);
        else if (!read_actor_step(value, reader, step))
            read_pause_step(value, reader, step);
        return step;
    }

    // A branch is a step, or an array of steps one after the other.
    Action read_parallel(ObjectReader& reader) {
        reader.describe_as("step \"parallel\"");
        Parallel parallel;
        for (const Value* branch : reader.array("parallel")) {
            if (branch->kind == Kind::array)
                parallel.branches.push_back(read_list(*branch, "parallel"));
            else
                parallel.branches.push_back({read_step(*branch)});
            if (parallel.branches.back().empty())
                reading_.error(branch->location, "a branch of \"parallel\" must not be empty");
        }
        if (parallel.branches.empty())
            reading_.error(reader.location(), "\"parallel\" needs at least one branch",
                           "an array of steps, or of arrays of steps");
        return parallel;
    }

    Action read_repeat(ObjectReader& reader) {
        reader.describe_as("step \"repeat\"");
        Repeat repeat;
        const auto count = reader.integer("repeat", {1, 1'000'000});
        repeat.count = static_cast<std::uint64_t>(count.value_or(1));
        if (const Value* steps = reader.find("steps", Need::required)) {
            repeat.steps = read_list(*steps, "steps");
            if (repeat.steps.empty())
                reading_.error(steps->location, "\"steps\" of a \"repeat\" must not be empty");
        }
        return repeat;
    }

    void read_pause_step(const Value& value, ObjectReader& reader, CompiledStep& step) {
        if (value.find("pause") != nullptr) {
            reader.describe_as("step \"pause\"");
            step.action = Pause{reader.duration("pause").value_or(Duration{0})};
            return;
        }
        report_missing_actor(value, reader);
    }

    // The key that is no parameter is most likely the misspelt actor.
    void report_missing_actor(const Value& value, ObjectReader& reader) {
        for (const json::Member& member : value.members) reader.allow_made_up(member.name);
        std::vector<std::string> allowed = actors_.declared;
        for (const char* name : {"pause", "parallel", "repeat"}) allowed.emplace_back(name);
        const auto& keys = step_keys();
        for (const json::Member& member : value.members) {
            if (std::find(keys.begin(), keys.end(), member.name) != keys.end()) continue;
            reading_.error(member.location,
                           fmt::format("no actor is called \"{}\"{}", member.name,
                                       json::did_you_mean(member.name, allowed)),
                           json::quoted_list(allowed));
            return;
        }
        reading_.error(value.location, "the step names no actor", json::quoted_list(allowed));
    }

    bool read_actor_step(const Value& value, ObjectReader& reader, CompiledStep& step) {
        const json::Member* named = nullptr;
        for (const json::Member& member : value.members) {
            if (!actors_.is_declared(member.name)) continue;
            reader.allow_made_up(member.name);
            if (named != nullptr)
                reading_.error(member.location,
                               fmt::format("a step has one actor; this one names \"{}\" and \"{}\"",
                                           named->name, member.name));
            else
                named = &member;
        }
        if (named == nullptr) return false;
        step.actor = actors_.find(named->name);
        if (!step.actor) {  // an actor with errors of its own: nothing can be said about its steps
            for (const json::Member& member : value.members) reader.allow_made_up(member.name);
            return true;
        }
        read_action(named->value, reader, step);
        return true;
    }

    void read_action(const Value& value, ObjectReader& reader, CompiledStep& step) {
        const Actor& actor = actors_.actors[*step.actor];
        const auto& actions = actor.is_browser() ? browser_actions() : sip_actions();
        const std::string what = fmt::format("the action of \"{}\" ({})", actor.name,
                                             actor.is_browser() ? "browser" : "sip");
        const auto chosen = json::read_choice(reading_, value, what, names_of(actions));
        if (!chosen) {  // which keys belong to it is unknown
            for (const std::string& key : step_keys()) reader.allow_made_up(key);
            return;
        }
        reader.describe_as(fmt::format("step \"{}\"", actions[*chosen].name));
        if (const auto name = reader.string("name")) step.name = *name;
        read_expectations(reader, actor, step);
        step.within = reader.duration("within").value_or(default_within);
        read_captures(reader, step);
        step.action = actions[*chosen].read(reading_, reader);
    }

    void read_expectations(ObjectReader& reader, const Actor& actor, CompiledStep& step) {
        for (const Value* element : reader.array("expect")) {
            Expectation expectation;
            expectation.location = element->location;
            const bool known = element->kind == Kind::object
                                   ? read_expectation(*element, actor, expectation)
                                   : read_event(*element, actor, expectation);
            if (known) step.expectations.push_back(std::move(expectation));
        }
    }

    // "ringing?" is an event that may be missing.
    bool read_event(const Value& value, const Actor& actor, Expectation& expectation) {
        Value name = value;
        if (name.kind == Kind::string && name.string.ends_with('?')) {
            expectation.optional = true;
            name.string.pop_back();
        }
        const auto& events = actor.is_browser() ? browser_events() : sip_events();
        const auto chosen = json::read_choice(
            reading_, name, fmt::format("an event of \"{}\"", actor.name), events);
        if (chosen) expectation.event = events[*chosen];
        return chosen.has_value();
    }

    bool read_expectation(const Value& value, const Actor& actor, Expectation& expectation) {
        ObjectReader reader{reading_, value, "expectation"};
        const Value* event = reader.find("event", Need::required);
        for (const json::Member* member : reader.unread()) {
            reader.allow_made_up(member->name);
            if (auto wanted = read_field(*member))
                expectation.fields.push_back({member->name, std::move(*wanted)});
        }
        return event != nullptr && read_event(*event, actor, expectation);
    }

    std::optional<Template> read_field(const json::Member& member) {
        Value text = member.value;
        if (text.kind == Kind::boolean || text.is_number()) {
            text.string = json::scalar_text(member.value);
            text.kind = Kind::string;
        }
        return read_template(reading_, text, fmt::format("field \"{}\"", member.name));
    }

    // {"call_id": "calling.call_id"}, or only the field where the step expects one event.
    void read_captures(ObjectReader& reader, CompiledStep& step) {
        const Value* value = reader.find("capture");
        if (value == nullptr) return;
        if (value->kind != Kind::object)
            reading_.error(
                value->location,
                fmt::format("\"capture\" must be an object, not {}", json::describe(value->kind)),
                "{\"name\": \"event.field\"}");
        for (const json::Member& member : value->members) read_capture(member, step);
    }

    void read_capture(const json::Member& member, CompiledStep& step) {
        const auto source = json::read_string(reading_, member.value, "a capture");
        if (!source) return;
        std::vector<std::string> events;
        for (const Expectation& expectation : step.expectations)
            events.push_back(expectation.event);
        Capture capture;
        capture.name = member.name;
        const std::size_t dot = source->find('.');
        capture.field = dot == std::string::npos ? *source : source->substr(dot + 1);
        if (dot != std::string::npos) capture.event = source->substr(0, dot);
        if (dot == std::string::npos && events.size() == 1) capture.event = events.front();
        if (capture.event.empty()) {
            reading_.error(member.value.location,
                           fmt::format("\"{}\" does not say which event it is a field of", *source),
                           "\"event.field\" with an event of \"expect\"");
        } else if (std::find(events.begin(), events.end(), capture.event) == events.end()) {
            reading_.error(member.value.location,
                           fmt::format("the step does not expect \"{}\"{}", capture.event,
                                       json::did_you_mean(capture.event, events)),
                           json::quoted_list(events));
        }
        step.captures.push_back(std::move(capture));
    }

    Reading& reading_;
    const ActorList& actors_;
};

}  // namespace

bool ActorList::is_declared(std::string_view name) const {
    return std::find(declared.begin(), declared.end(), name) != declared.end();
}

std::optional<std::size_t> ActorList::find(std::string_view name) const {
    for (std::size_t index = 0; index < actors.size(); ++index)
        if (actors[index].name == name) return index;
    return std::nullopt;
}

std::vector<CompiledStep> read_steps(Reading& reading, const Value& value, std::string_view section,
                                     const ActorList& actors) {
    return StepReader{reading, actors}.read_list(value, section);
}

const std::vector<std::string>& step_keys() {
    static const std::vector<std::string> keys{
        "parallel", "repeat", "steps",   "pause",        "name",
        "expect",   "within", "capture", "to",           "headers",
        "srtp",     "secret", "refresh", "srtp_profile", "autoaccept_reinvites",
        "code",     "reason", "for",     "audio",        "plugin"};
    return keys;
}

}  // namespace janus_harness::scenario
