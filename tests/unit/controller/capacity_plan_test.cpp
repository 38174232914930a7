#include "harness/controller/capacity_plan.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "harness/scenario/load.h"

namespace controller = janus_harness::controller;
namespace scenario = janus_harness::scenario;

namespace {

using controller::CapacityOf;
using controller::CapacityPlan;

scenario::Scenario scenario_with(const std::string& variables, const std::string& load) {
    const auto outcome =
        scenario::load_text(fmt::format(R"({{"name": "x", "variables": {{{}}}, "load": {{{}}},
            "actors": {{"web": {{"kind": "browser"}}, "phone": {{"kind": "sip"}}}},
            "steps": [{{"web": "register"}}, {{"web": "call", "to": "${{phone.uri}}"}}]}})",
                                        variables, load),
                            "x.json");
    REQUIRE_MESSAGE(outcome.scenario, janus_harness::json::to_string(outcome.diagnostics));
    return *outcome.scenario;
}

std::string text_of(const std::vector<scenario::Override>& overrides) {
    std::string text;
    for (const auto& override : overrides) {
        text += fmt::format("{}={};", override.name, override.value);
    }
    return text;
}

}  // namespace

TEST_CASE("concurrent calls: the time in the call covers the ramp and the hold") {
    const auto file = scenario_with(R"("clients": 40, "talk": "15s")",
                                    R"("executor": "constant_arrival_rate", "rate": 20,
                                       "iterations": "${clients}")");
    const auto plan = CapacityPlan::make(file, {}, {});
    REQUIRE(plan.ok());
    CHECK(plan->of() == CapacityOf::clients);
    CHECK(plan->from() == 40);
    CHECK(plan->unit() == "concurrent calls");
    CHECK(text_of(plan->overrides(100)) == "clients=100;talk=13000ms;");
    CHECK(text_of(CapacityPlan::make(file, {}, 2.5)->overrides(10)) == "clients=10;talk=3000ms;");
}

TEST_CASE("a rate: as many iterations as the hold needs") {
    const auto file = scenario_with(R"("calls": 20, "rate": 5)",
                                    R"("executor": "constant_arrival_rate", "rate": "${rate}",
                                       "iterations": "${calls}")");
    const auto plan = CapacityPlan::make(file, {}, 10);
    REQUIRE(plan.ok());
    CHECK(plan->of() == CapacityOf::rate);
    CHECK(plan->from() == 5);
    CHECK(plan->unit() == "calls a second");
    CHECK(text_of(plan->overrides(7.25)) == "rate=7.25;calls=73;load.max_clients=145;");
}

TEST_CASE("without variables the load itself is changed") {
    const auto rate = scenario_with("", R"("executor": "constant_arrival_rate", "rate": 3,
                                           "duration": "30s")");
    CHECK(text_of(CapacityPlan::make(rate, {}, {})->overrides(4)) ==
          "load.rate=4;load.duration=20000ms;load.max_clients=134;");
    const auto clients =
        scenario_with(R"("talk": "5s")", R"("executor": "per_client_iterations", "clients": 12)");
    CHECK(text_of(CapacityPlan::make(clients, {}, {})->overrides(20)) ==
          "load.clients=20;talk=10000ms;");
    CHECK(CapacityPlan::make(clients, {}, {})->from() == 12);
    const auto loop = scenario_with("", R"("executor": "constant_clients", "clients": 12,
                                           "duration": "10s", "start_rate": 4)");
    CHECK(text_of(CapacityPlan::make(loop, {}, 6)->overrides(8)) ==
          "load.clients=8;load.duration=8000ms;");
}

TEST_CASE("what a scenario cannot be told is an error") {
    const auto clients = scenario_with("", R"("executor": "per_client_iterations", "clients": 12)");
    CHECK(CapacityPlan::make(clients, {}, 5.0).error().code == "capacity_scenario");
    // Nothing keeps these calls up until all have begun.
    CHECK(CapacityPlan::make(clients, {}, {}).error().code == "capacity_scenario");
    const auto stages = scenario_with("", R"("executor": "ramping_clients",
                                             "stages": [{"target": 5, "duration": "5s"}])");
    CHECK(CapacityPlan::make(stages, {}, {}).error().code == "capacity_scenario");
}

TEST_CASE("a rate is held until calls end as often as they begin, and for the hold") {
    const auto file = scenario_with(R"("calls": 20, "rate": 5, "talk": "10s")",
                                    R"("executor": "constant_arrival_rate", "rate": "${rate}",
                                       "iterations": "${calls}", "max_clients": 1000)");
    CHECK(text_of(CapacityPlan::make(file, {}, {})->overrides(5)) == "rate=5;calls=150;");
    CHECK(text_of(CapacityPlan::make(file, {}, 2)->overrides(5)) == "rate=5;calls=60;");
}

TEST_CASE("the scenario's own max_clients grows with the level, and never shrinks") {
    const auto file = scenario_with(R"("clients": 40, "talk": "15s")",
                                    R"("executor": "constant_arrival_rate", "rate": 20,
                                       "iterations": "${clients}", "max_clients": 50)");
    const auto plan = CapacityPlan::make(file, {}, {});
    CHECK(text_of(plan->overrides(50)) == "clients=50;talk=10500ms;");
    CHECK(text_of(plan->overrides(60)) == "clients=60;talk=11000ms;load.max_clients=60;");
}
