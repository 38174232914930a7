#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <set>

#include "harness/scenario/load_shape.h"
#include "harness/scenario/read_actions.h"
#include "harness/scenario/read_scenario.h"
#include "json/parse.h"
#include "json/schema.h"
#include "support.h"

using namespace janus_harness;
using namespace janus_harness::scenario;
using namespace janus_harness::scenario::test;

namespace {

const std::filesystem::path scenario_directory{SCENARIO_DIR};

std::string schema_text() {
    return read_text(scenario_directory / "scenario.schema.json");
}

json::Value schema() {
    return std::move(json::parse(schema_text(), "schema")).value().root;
}

// Title → property names of every titled object in the schema.
void collect_titles(const json::Value& value, json::KeyTable& titles) {
    const json::Value* title = value.find("title");
    const json::Value* properties = value.find("properties");
    if (title != nullptr && properties != nullptr)
        for (const json::Member& member : properties->members)
            titles[title->string].insert(member.name);
    for (const json::Member& member : value.members) collect_titles(member.value, titles);
    for (const json::Value& element : value.elements) collect_titles(element, titles);
}

// Walks every reader once: all sections, all executors, every action of both kinds of actor.
json::KeyTable keys_of_the_loader() {
    json::KeyTable keys;
    std::string steps;
    for (const auto& action : browser_actions()) steps += "{\"web\": \"" + action.name + "\"},";
    for (const auto& action : sip_actions()) steps += "{\"phone\": \"" + action.name + "\"},";
    for (const std::string executor :
         {"per_client_iterations", "constant_arrival_rate", "ramping_arrival_rate",
          "constant_clients", "ramping_clients"})
        load_text(R"({"janus": {}, "sip": {}, "far_end": {}, "testbed": {}, "media": {},
                      "impairments": [{}], "generator": {}, "probe": {},
                      "load": {"stages": [{}], "executor": ")" +
                      executor + R"("},
                      "actors": {"web": {"kind": "browser", "account": {}, "register": {}},
                                 "phone": {"kind": "sip", "answer": {}}},
                      "steps": [)" +
                      steps +
                      R"({"parallel": []}, {"repeat": 1}, {"pause": "1s"},
                         {"web": "hangup", "expect": [{"event": "hangup"}]}]})",
                  "all", {}, &keys);
    return keys;
}

}  // namespace

TEST_CASE("every shipped scenario loads and satisfies the schema") {
    const auto files = scenario_files(scenario_directory);
    CHECK(files.size() >= 18);
    for (const auto& file : files) {
        CAPTURE(file.string());
        const auto outcome = load_file(file.string());
        CHECK_MESSAGE(outcome.scenario, json::to_string(outcome.diagnostics));
        const auto document = json::parse(read_text(file), file.string());
        REQUIRE(document.ok());
        const auto valid = json::validate_against_schema(document.value().root, schema_text());
        CHECK_MESSAGE(valid.ok(), (valid.ok() ? "" : valid.error().message));
    }
}

TEST_CASE("every shipped scenario says what must hold") {
    for (const auto& file : scenario_files(scenario_directory)) {
        const auto outcome = load_file(file.string());
        REQUIRE(outcome.scenario);
        CHECK_MESSAGE(!outcome.scenario->thresholds.empty(), file.string());
        CHECK_MESSAGE(!outcome.scenario->description.empty(), file.string());
    }
}

TEST_CASE("the load scenarios are as large as they are called, and begin as Janus can take it") {
    const auto load_of = [](const char* name, const std::vector<Override>& overrides = {}) {
        const auto outcome = load_file((scenario_directory / "load" / name).string(), overrides);
        REQUIRE(outcome.scenario);
        return outcome.scenario->load;
    };
    CHECK(clients_at_once(load_of("calls_100.json")) == 100);
    CHECK(clients_at_once(load_of("calls_100.json", {{"clients", "20"}})) == 20);
    CHECK(clients_at_once(load_of("idle_1000.json")) == 1000);
    for (const char* name : {"calls_100.json", "idle_1000.json"})
        CHECK(setup_rate(load_of(name)) <= 10);
    const auto ramp = load_of("ramp.json");
    CHECK(arrivals(std::get<RampingArrivalRate>(ramp.executor)) == 225);
    CHECK(load_duration(ramp) == std::chrono::seconds{60});
    for (const Stage& stage : std::get<RampingArrivalRate>(ramp.executor).stages)
        CHECK(stage.target <= 10);
}

TEST_CASE("every planted fault has a scenario that names its reason") {
    std::set<std::string> reasons;
    for (const auto& file : scenario_files(scenario_directory / "faults")) {
        const Scenario scenario = loaded(read_text(file));
        for (const Threshold& threshold : scenario.thresholds) reasons.insert(threshold.path);
    }
    for (const char* reason :
         {"registration_failed_401", "call_failed_404", "busy", "declined", "no_answer",
          "far_end_hangup", "janus_died", "attach_failed_460", "dtls_fingerprint_mismatch"})
        CHECK_MESSAGE(reasons.contains(std::string{"calls.failures."} + reason), reason);
    // A broken rule is a failed check; the call goes on.
    CHECK(reasons.contains("checks.failures.sdp.answer.mid_single"));
}

TEST_CASE("the schema and the loader know the same keys") {
    json::KeyTable in_schema;
    collect_titles(schema(), in_schema);
    const json::KeyTable in_loader = keys_of_the_loader();
    for (const auto& [definition, keys] : in_loader) {
        CAPTURE(definition);
        REQUIRE(in_schema.contains(definition));
        CHECK(keys == in_schema.at(definition));
    }
    CHECK(in_schema.size() == in_loader.size());
}

TEST_CASE("the lists of keys that messages use are complete") {
    const json::KeyTable keys = keys_of_the_loader();
    const auto as_set = [](const std::vector<std::string>& names) {
        return std::set<std::string>{names.begin(), names.end()};
    };
    CHECK(as_set(top_level_keys()) == keys.at("scenario"));
    CHECK(as_set(step_keys()) == keys.at("step"));
}

TEST_CASE("the schema refuses what the loader refuses") {
    const std::string text = schema_text();
    const auto accepts = [&](std::string_view scenario) {
        const auto document = json::parse(scenario, "x");
        REQUIRE(document.ok());
        return json::validate_against_schema(document.value().root, text).ok();
    };
    const std::string head = R"({"name": "x", "actors": {"web": {"kind": "browser"}}, )";
    CHECK(accepts(head + R"("steps": [{"web": "register"}]})"));
    CHECK(accepts(head + R"("steps": [{"pause": "${time}"}]})"));
    CHECK_FALSE(accepts(head + R"("steps": [{"web": "regster"}]})"));
    CHECK_FALSE(accepts(head + R"("steps": [{"pause": "5 sec"}]})"));
    CHECK_FALSE(accepts(head + R"("steps": [{"pause": 5}]})"));
    CHECK_FALSE(accepts(head + R"("steps": []})"));
    CHECK_FALSE(accepts(head + R"("steps": [{"web": "register"}], "treshold": []})"));
    CHECK_FALSE(accepts(R"({"name": "x", "actors": {"web": {"kind": "browser", "codec": []}},
                            "steps": [{"web": "register"}]})"));
}
