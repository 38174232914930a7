#include "tests/unit/run/scenario_run_driver.h"

using namespace janus_harness;
using namespace janus_harness::run;
using namespace std::chrono_literals;
using test::Driver;
using Names = std::vector<std::string>;

TEST_CASE("steps follow one another, each planned for the end of the one before") {
    Driver driver(R"(
        { "web": "register", "expect": ["registering", "registered"] },
        { "web": "call", "to": "sip:a@b", "expect": ["accepted"] },
        { "web": "hangup" })");
    const TimePoint start = driver.now;
    CHECK(driver.commands() == Names{"web register"});
    driver.now += 10ms;
    driver.finish("web register");
    driver.now += 10ms;
    driver.web("registering");
    CHECK(driver.commands().empty());
    driver.now += 10ms;
    driver.web("registered");
    CHECK(driver.commands() == Names{"web call"});
    // The event may come before the ack: the step is over with the later of the two.
    driver.web("accepted");
    CHECK(driver.commands().empty());
    driver.now += 10ms;
    driver.finish("web call");
    CHECK(driver.commands() == Names{"web hangup"});
    driver.now += 10ms;
    driver.finish("web hangup");
    CHECK(driver.succeeded());
    CHECK(driver.run().finished_at() == start + 50ms);
    CHECK(driver.planned == std::vector<TimePoint>{start, start + 30ms, start + 40ms});
    CHECK_FALSE(driver.run().next_timeout().has_value());
}

TEST_CASE("a list without steps is done at once") {
    scenario::Scenario empty;
    ScenarioRun run(empty, empty.steps);
    run.start(TimePoint{5s}, TimePoint{4s});
    CHECK(run.done());
    CHECK(run.finished_at() == TimePoint{5s});
    CHECK_FALSE(run.poll_command().has_value());
}

TEST_CASE("optional expectations are passed over, but only forwards") {
    const auto outcome = [](const Names& events) {
        Driver driver(R"({ "web": "call", "to": "sip:a@b",
            "expect": ["proceeding?", "ringing", "progress?", "accepted"] })");
        driver.finish("web call");
        for (const auto& event : events) driver.web(event);
        return driver.succeeded();
    };
    CHECK(outcome({"ringing", "accepted"}));
    CHECK(outcome({"proceeding", "ringing", "progress", "accepted"}));
    CHECK(outcome({"ringing", "progress", "accepted"}));
    CHECK_FALSE(outcome({"accepted", "ringing"}));
    CHECK_FALSE(outcome({"accepted"}));
    CHECK_FALSE(outcome({"ringing", "ringing"}));
}

TEST_CASE("fields of an expected event must match, as text") {
    Driver driver(R"({ "web": "call", "to": "sip:a@b",
        "expect": [{ "event": "hangup", "code": 486, "reason": "Busy Here" }] })");
    driver.finish("web call");
    driver.web("hangup", {{"code", "480"}, {"reason", "Busy Here"}});
    driver.web("hangup", {{"code", "486"}});
    CHECK_FALSE(driver.run().done());
    driver.web("hangup", {{"reason", "Busy Here"}, {"code", "486"}});
    CHECK(driver.succeeded());
}

TEST_CASE("an event of another actor meets nothing") {
    Driver driver(R"({ "web": "hangup", "expect": ["hangup"] })");
    driver.finish("web hangup");
    driver.phone("hangup");
    CHECK_FALSE(driver.run().done());
    driver.web("hangup");
    CHECK(driver.succeeded());
}

TEST_CASE("what came before a wait_for is found in the mailbox, in order and once") {
    Driver driver(R"(
        { "web": "register", "expect": ["registered"] },
        { "phone": "wait_for", "expect": ["invite", "ack"] },
        { "phone": "wait_for", "expect": ["ack?", "bye"] })");
    driver.finish("web register");
    driver.phone("invite");
    driver.now += 5ms;
    driver.phone("ack");
    driver.now += 5ms;
    const TimePoint registered = driver.now;
    driver.web("registered");
    // The second step was over when it began; the third does not find the ack again.
    CHECK_FALSE(driver.run().done());
    CHECK(driver.run().describe().find("mailbox: empty") != std::string::npos);
    CHECK(driver.run().next_timeout() == registered + 10s);
    driver.now += 5ms;
    driver.phone("bye");
    CHECK(driver.succeeded());
    CHECK(driver.run().finished_at() == registered + 5ms);
}

TEST_CASE("the mailbox keeps the newest events only") {
    Driver driver(R"(
        { "web": "register", "expect": ["registered"] },
        { "web": "wait_for", "expect": ["webrtcup"] })");
    driver.finish("web register");
    driver.web("webrtcup");
    for (int i = 0; i < 64; ++i) driver.web("media");
    driver.web("registered");
    CHECK_FALSE(driver.run().done());  // pushed out
    driver.web("webrtcup");
    CHECK(driver.succeeded());
}

TEST_CASE("an event that means failure fails the step of its actor, unless that expects it") {
    const Failure busy{"busy", "the call was answered with 486"};
    SUBCASE("unexpected") {
        Driver driver(R"({ "web": "call", "to": "sip:a@b", "expect": ["accepted"] })");
        driver.commands();
        driver.send(0, "hangup", {}, busy);
        REQUIRE(driver.failure().has_value());
        CHECK(driver.failure()->failure.reason == "busy");
        CHECK(driver.failure()->step->name == "web call");
        CHECK_FALSE(driver.failure()->timed_out);
        // Over is over.
        driver.web("accepted");
        driver.run().handle_timeout(driver.now + 1h);
        CHECK(driver.failure()->failure.reason == "busy");
        CHECK(driver.commands().empty());
        CHECK_FALSE(driver.run().next_timeout().has_value());
    }
    SUBCASE("expected") {
        Driver driver(R"({ "web": "call", "to": "sip:a@b", "expect": ["hangup"] })");
        driver.finish("web call");
        driver.send(0, "hangup", {}, busy);
        CHECK(driver.succeeded());
    }
    SUBCASE("of an actor that no step waits for") {
        Driver driver(R"({ "web": "register", "expect": ["registered"] },
                         { "phone": "wait_for", "expect": ["bye"] })");
        driver.finish("web register");
        driver.send(1, "ended", {}, Failure{"far_end_hangup", "it hung up"});
        CHECK_FALSE(driver.failure().has_value());
        driver.web("registered");
        REQUIRE(driver.failure().has_value());
        CHECK(driver.failure()->failure.reason == "far_end_hangup");
        CHECK(driver.failure()->step->name == "phone wait_for");
    }
    SUBCASE("fatal: whoever waits") {
        Driver driver(R"({ "phone": "wait_for", "expect": ["bye"] })");
        driver.send(0, "timeout", {}, Failure{"session_timeout", "gone"}, true);
        REQUIRE(driver.failure().has_value());
        CHECK(driver.failure()->failure.reason == "session_timeout");
        CHECK(driver.failure()->step == nullptr);
    }
    SUBCASE("an action that cannot be carried out") {
        Driver driver(R"({ "web": "hangup", "expect": ["hangup"] })");
        driver.fail("web hangup", {"unexpected_event", "there is no call to hang up"});
        REQUIRE(driver.failure().has_value());
        CHECK(driver.failure()->failure.text == "there is no call to hang up");
        CHECK(driver.failure()->step->name == "web hangup");
    }
}

TEST_CASE("a time-out says which step, where, for how long, for what, and what came instead") {
    Driver driver(R"(
        { "web": "call", "to": "sip:a@b", "within": "1500ms",
          "expect": ["calling", "ringing?", "accepted"] })");
    driver.finish("web call");
    driver.web("calling");
    driver.web("progress", {{"code", "183"}});
    driver.web("media");
    driver.phone("invite");
    CHECK(driver.run().next_timeout() == driver.now + 1500ms);
    driver.run().handle_timeout(driver.now + 1499ms);
    CHECK_FALSE(driver.run().done());
    driver.expire();
    REQUIRE(driver.failure().has_value());
    CHECK(driver.failure()->timed_out);
    CHECK(driver.failure()->failure.reason == "timeout");
    CHECK(driver.failure()->failure.text ==
          "step `web call` (test.json:4) waited 1.5 s for accepted; mailbox: progress 183, media");
}

TEST_CASE("a step that is not acknowledged waits for its action") {
    Driver driver(R"({ "web": "register", "expect": ["registered"], "within": "2s" })");
    driver.commands();
    driver.web("registered");
    driver.expire();
    REQUIRE(driver.failure().has_value());
    CHECK(driver.failure()->failure.text ==
          "step `web register` (test.json:3) waited 2 s for its action to finish; mailbox: empty");
}

TEST_CASE("a talk may take its own duration and the drain besides") {
    Driver driver(R"({ "web": "talk", "for": "10s", "within": "3s" })");
    driver.commands();
    CHECK(driver.run().next_timeout() == driver.now + 18s);
}

TEST_CASE("a pause counts from when it was due, not from when the timer fired") {
    Driver driver(R"({ "pause": "250ms" }, { "pause": "250ms" }, { "web": "keepalive" })");
    const TimePoint start = driver.now;
    CHECK(driver.commands().empty());
    CHECK(driver.run().next_timeout() == start + 250ms);
    driver.run().handle_timeout(start + 300ms);  // late
    CHECK(driver.run().next_timeout() == start + 500ms);
    driver.run().handle_timeout(start + 500ms);
    CHECK(driver.commands() == Names{"web keepalive"});
    CHECK(driver.planned.back() == start + 500ms);
}

TEST_CASE("captures keep fields of events, and later expectations match them") {
    Driver driver(R"(
        { "web": "call", "to": "sip:a@b", "expect": ["calling", "accepted"],
          "capture": { "id": "calling.call_id", "none": "accepted.missing" } },
        { "web": "wait_for", "expect": [{ "event": "hangup", "call_id": "${id}" }] })");
    driver.finish("web call");
    CHECK_FALSE(driver.run().capture(0).has_value());
    driver.web("calling", {{"call_id", "abc"}});
    driver.web("accepted", {{"call_id", "other"}});
    CHECK(driver.run().capture(0) == "abc");
    CHECK(driver.run().capture(1) == "");
    driver.web("hangup", {{"call_id", "other"}});
    CHECK_FALSE(driver.run().done());
    driver.web("hangup", {{"call_id", "abc"}});
    CHECK(driver.succeeded());
}

TEST_CASE("branches of parallel begin together and the step is over with the last") {
    Driver driver(R"(
        { "parallel": [
            [{ "web": "register", "expect": ["registered"] }, { "web": "keepalive" }],
            [{ "phone": "wait_for", "expect": ["invite"] }],
            [{ "pause": "50ms" }] ] },
        { "web": "hangup" })");
    const TimePoint start = driver.now;
    CHECK(driver.commands() == Names{"web register"});
    driver.phone("invite");
    driver.finish("web register");
    driver.web("registered");
    driver.now += 10ms;
    driver.finish("web keepalive");
    CHECK(driver.commands().empty());
    driver.expire();
    CHECK(driver.now == start + 50ms);
    CHECK(driver.commands() == Names{"web hangup"});
    driver.finish("web hangup");
    CHECK(driver.succeeded());
}

TEST_CASE("one failing branch ends all of them") {
    Driver driver(R"(
        { "parallel": [ { "web": "register", "expect": ["registered"] },
                        { "phone": "wait_for", "expect": ["invite"], "within": "1s" } ] })");
    driver.finish("web register");
    CHECK(driver.run().describe() ==
          "step `web register` (test.json:4) waited 10 s for registered; mailbox: empty; "
          "step `phone wait_for` (test.json:5) waited 1 s for invite; mailbox: empty");
    driver.expire();
    REQUIRE(driver.failure().has_value());
    CHECK(driver.failure()->step->name == "phone wait_for");
    driver.web("registered");
    CHECK(driver.failure().has_value());
    CHECK_FALSE(driver.run().next_timeout().has_value());
}

TEST_CASE("repeat goes through its steps again, with their branches") {
    Driver driver(R"(
        { "repeat": 3, "steps": [
            { "web": "keepalive" },
            { "parallel": [ { "web": "info" }, { "phone": "wait_for", "expect": ["invite"] } ] } ] },
        { "web": "destroy" })");
    for (int round = 0; round < 3; ++round) {
        CAPTURE(round);
        CHECK(driver.commands() == Names{"web keepalive"});
        driver.finish("web keepalive");
        CHECK(driver.commands() == Names{"web info"});
        driver.phone("invite");
        driver.finish("web info");
    }
    CHECK(driver.commands() == Names{"web destroy"});
    driver.finish("web destroy");
    CHECK(driver.succeeded());
}

// Each round makes branches of its own; they must not pile up, and rounds that are over at once
// must not use up the stack.
TEST_CASE("a million rounds cost no more than one") {
    Driver driver(R"(
        { "repeat": 1000000, "steps": [
            { "parallel": [ { "web": "wait_for", "expect": ["media?"] },
                            { "web": "wait_for", "expect": ["slowlink?"] } ] } ] },
        { "repeat": 20000, "steps": [
            { "parallel": [ { "web": "keepalive" }, { "web": "info" } ] } ] })");
    for (int round = 0; round < 20000; ++round) {
        driver.finish("web keepalive");
        driver.finish("web info");
    }
    CHECK(driver.succeeded());
}

TEST_CASE("a step is not finished by the report of another, nor twice") {
    Driver driver(R"({ "web": "keepalive" }, { "web": "info" }, { "web": "keepalive" })");
    driver.commands();
    driver.run().action_finished(1, driver.now);
    driver.run().action_finished(99, driver.now);
    CHECK(driver.commands().empty());
    driver.run().action_finished(0, driver.now);
    driver.run().action_finished(0, driver.now);
    CHECK(driver.commands() == Names{"web info"});
    driver.run().action_failed(2, {"x", "not begun"});
    CHECK_FALSE(driver.failure().has_value());
}
