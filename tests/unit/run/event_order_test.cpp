#include <doctest/doctest.h>

#include <string>

#include "harness/run/scenario_run.h"
#include "harness/scenario/load.h"

namespace janus_harness::run {
namespace {

constexpr const char* text = R"({
    "name": "order",
    "actors": { "web": { "kind": "browser" } },
    "steps": [
        { "web": "register", "expect": ["registering", "registered"], "within": "5s" },
        { "web": "call", "to": "sip:a@b", "expect": ["calling", "ringing?", "accepted"] },
    ],
    "load": { "executor": "per_client_iterations" },
})";

struct Fixture {
    scenario::LoadOutcome loaded = scenario::load_text(text, "order.json");
    const scenario::Scenario& scenario = loaded.scenario.value();
    ScenarioRun run{scenario, scenario.steps};
    TimePoint now{std::chrono::seconds{1}};

    void send(const std::string& name) {
        ActorEvent event;
        event.name = name;
        event.actor = 0;
        event.at = now;
        run.handle_event(event);
    }
    // Carries out the step that is due; gives its name, or nothing when none is.
    std::string act() {
        const auto command = run.poll_command();
        if (!command) return {};
        run.action_finished(command->step->id, now);
        return command->step->name;
    }
};

}  // namespace

// Janus's SIP plugin pushes `registering` after nua_register() and from another thread than
// `registered`: on a busy machine they came the other way round, and the step waited in vain.
TEST_CASE("registered may be told before registering") {
    Fixture fixture;
    fixture.run.start(fixture.now, fixture.now);
    CHECK(fixture.act() == "web register");
    fixture.send("registered");
    CHECK(fixture.act().empty());  // registering is still to come
    fixture.send("registering");
    CHECK(fixture.act() == "web call");
    fixture.send("ringing");
    fixture.send("calling");
    fixture.send("accepted");
    CHECK(fixture.run.done());
    CHECK_FALSE(fixture.run.failure().has_value());
}

TEST_CASE("what SIP brings keeps its order") {
    Fixture fixture;
    fixture.run.start(fixture.now, fixture.now);
    fixture.act();
    fixture.send("registering");
    fixture.send("registered");
    fixture.act();
    fixture.send("calling");
    fixture.send("accepted");
    CHECK(fixture.run.done());
    fixture.send("ringing");  // too late to be waited for, and no failure
    CHECK_FALSE(fixture.run.failure().has_value());
}

TEST_CASE("an announcement that never comes is missed by name") {
    Fixture fixture;
    fixture.run.start(fixture.now, fixture.now);
    fixture.act();
    fixture.send("registered");
    fixture.run.handle_timeout(fixture.now + std::chrono::seconds{5});
    REQUIRE(fixture.run.failure().has_value());
    CHECK(fixture.run.failure()->failure.text ==
          "step `web register` (order.json:5) waited 5 s for registering; mailbox: empty");
}

}  // namespace janus_harness::run
