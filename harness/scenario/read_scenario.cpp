#include "harness/scenario/read_scenario.h"

#include <fmt/format.h>

#include "json/suggestion.h"

namespace janus_harness::scenario {
namespace {

using json::Need;
using json::ObjectReader;
using json::Reading;
using json::Value;

template <typename T>
void read_section(Reading& reading, ObjectReader& reader, std::string_view name, T& section,
                  T (*read)(Reading&, const Value&)) {
    if (const Value* value = reader.find(name)) section = read(reading, *value);
}

void read_transport(Reading& reading, ObjectReader& reader, JanusSettings& janus,
                    const Value& root) {
    const auto transport = reader.enumeration("transport", transport_choices());
    if (!transport) return;
    const Value* section = root.find("janus");
    const Value* other = section == nullptr ? nullptr : section->find("transport");
    if (other != nullptr && other->location.position.source == 0)
        reading.error(root.find("transport")->location,
                      "\"transport\" stands here and in \"janus\"", "one of them");
    janus.transport = *transport;
}

void read_thresholds(Reading& reading, ObjectReader& reader, std::vector<Threshold>& thresholds) {
    for (const Value* value : reader.array("thresholds")) {
        const auto text = json::read_string(reading, *value, "a threshold");
        if (!text) continue;
        auto threshold = parse_threshold(*text);
        if (threshold)
            thresholds.push_back(std::move(threshold).value());
        else
            reading.error(value->location, threshold.error().message);
    }
}

void read_settings(Reading& reading, ObjectReader& reader, const Value& root, Scenario& scenario) {
    read_section(reading, reader, "janus", scenario.janus, read_janus);
    read_transport(reading, reader, scenario.janus, root);
    read_section(reading, reader, "sip", scenario.sip, read_sip);
    read_section(reading, reader, "far_end", scenario.far_end, read_far_end);
    read_section(reading, reader, "testbed", scenario.testbed, read_testbed);
    read_section(reading, reader, "media", scenario.media, read_media);
    for (const Value* value : reader.array("impairments"))
        scenario.impairments.push_back(read_impairment(reading, *value));
    read_section(reading, reader, "load", scenario.load, read_load);
    read_section(reading, reader, "generator", scenario.generator, read_generator);
    if (const Value* probe = reader.find("probe")) scenario.probe = read_probe(reading, *probe);
}

void read_step_lists(Reading& reading, ObjectReader& reader, Scenario& scenario) {
    ActorList actors{scenario.actors, {}};
    const Value* section = reader.find("actors");
    if (section == nullptr || section->members.empty()) {
        // Every step would be wrong for the one reason that has been told.
        for (const char* list : {"setup", "steps", "teardown"}) reader.allow(list);
        return;
    }
    for (const json::Member& member : section->members) actors.declared.push_back(member.name);
    if (const Value* steps = reader.find("setup"))
        scenario.setup = read_steps(reading, *steps, "setup", actors);
    if (const Value* steps = reader.find("steps", Need::required)) {
        scenario.steps = read_steps(reading, *steps, "steps", actors);
        if (steps->kind == json::Kind::array && steps->elements.empty())
            reading.error(steps->location, "\"steps\" must not be empty");
    }
    if (const Value* steps = reader.find("teardown"))
        scenario.teardown = read_steps(reading, *steps, "teardown", actors);
}

}  // namespace

Scenario read_scenario(Reading& reading, const Value& root) {
    Scenario scenario;
    ObjectReader reader{reading, root, "scenario"};
    reader.string("$schema");
    scenario.name = reader.string("name", Need::required).value_or("");
    scenario.description = reader.string("description").value_or("");
    reader.allow("variables");
    read_settings(reading, reader, root, scenario);
    if (const Value* actors = reader.find("actors", Need::required))
        scenario.actors = read_actors(reading, *actors);
    read_step_lists(reading, reader, scenario);
    read_thresholds(reading, reader, scenario.thresholds);
    return scenario;
}

const std::vector<std::string>& top_level_keys() {
    static const std::vector<std::string> keys{
        "$schema", "name",    "description", "variables",   "janus",     "transport", "sip",
        "far_end", "testbed", "media",       "load",        "generator", "probe",     "actors",
        "setup",   "steps",   "teardown",    "impairments", "thresholds"};
    return keys;
}

}  // namespace janus_harness::scenario
