#include "harness/controller/assessment.h"

#include <doctest/doctest.h>

#include "harness/controller/exit_code.h"
#include "tests/unit/controller/full_result.h"

using namespace janus_harness;
using namespace janus_harness::controller;
using namespace std::chrono_literals;
using reports::Verdict;

namespace {

scenario::Scenario scenario_with(const std::vector<std::string>& thresholds) {
    scenario::Scenario scenario;
    for (const auto& text : thresholds) {
        auto threshold = scenario::parse_threshold(text);
        REQUIRE_MESSAGE(threshold.ok(), text);
        scenario.thresholds.push_back(std::move(threshold).value());
    }
    return scenario;
}

// A run in which nothing went wrong.
reports::RunResult good_result() {
    auto result = test::full_result();
    result.run.janus.version_string = "1.1.2";
    result.calls = {20, 20, 20, 20, 0, 0, {}};
    result.iterations = {20, 20, 20, 0, 0, 0, {}};
    result.generator.packets_refused = 0;
    result.generator.receive_drops = 0;
    result.checks.failed = 0;
    result.to_far_end.lost = 0;
    result.from_far_end.lost = 0;
    result.leftovers.janus_sessions = 0;
    result.leftovers.janus_handles = 0;
    return result;
}

reports::RunResult assessed(reports::RunResult result, const std::vector<std::string>& thresholds,
                            const RunEnd& end = {}) {
    assess(scenario_with(thresholds), end, result);
    return result;
}

std::vector<std::string> expressions(const reports::RunResult& result) {
    std::vector<std::string> texts;
    for (const auto& threshold : result.thresholds) texts.push_back(threshold.expression);
    return texts;
}

void make_late(reports::RunResult& result) {
    result.generator.send_lateness.record(50ms, 100'000);
}

}  // namespace

TEST_CASE("the exit codes are those of the contract") {
    CHECK(static_cast<int>(ExitCode::passed) == 0);
    CHECK(static_cast<int>(ExitCode::threshold_failed) == 1);
    CHECK(static_cast<int>(ExitCode::usage) == 2);
    CHECK(static_cast<int>(ExitCode::janus_failed) == 3);
    CHECK(static_cast<int>(ExitCode::generator_invalid) == 4);
    CHECK(static_cast<int>(ExitCode::harness_error) == 5);
    CHECK(static_cast<int>(ExitCode::interrupted) == 130);
}

TEST_CASE("a good run passes and says what it carried") {
    const auto result = assessed(good_result(), {"call_setup.p99 < 3s"});
    CHECK(result.verdict == Verdict::passed);
    CHECK(result.exit_code == 0);
    CHECK(result.reason ==
          "Janus 1.1.2 carried 20 of 20 calls; call set-up p99 1981 ms; no audio packet lost");
    CHECK(result.generator.valid);
    CHECK_FALSE(result.run.interrupted);
}

TEST_CASE("a run without calls speaks of its iterations") {
    auto result = good_result();
    result.calls = {};
    result.run.janus.version_string.clear();
    result = assessed(result, {});
    CHECK(result.verdict == Verdict::passed);
    CHECK(result.reason == "Janus carried 20 of 20 iterations");
}

TEST_CASE("what was planned and did not run is not passed over") {
    auto dropping = good_result();
    dropping.iterations = {20, 1, 1, 0, 0, 19, {}};
    dropping.calls = {20, 1, 1, 1, 0, 0, {}};
    CHECK(assessed(dropping, {"calls.failed == 0"}).exit_code == 1);
    CHECK(assessed(dropping, {"calls.failed == 0", "iterations.dropped <= 19"}).exit_code == 0);

    auto nothing = good_result();
    nothing.iterations = {20, 0, 0, 0, 0, 0, {}};
    nothing.calls = {20, 0, 0, 0, 0, 0, {}};
    CHECK(assessed(nothing, {"calls.failed == 0"}).verdict == Verdict::failed);
}

TEST_CASE("a run that ended with its warm-up has measured nothing") {
    auto warm = good_result();
    warm.calls = {};
    warm.iterations = {};
    warm.calls.warm_up = 20;
    warm.iterations.warm_up = 20;
    const auto result = assessed(warm, {"calls.failed == 0"});
    CHECK(result.verdict == Verdict::failed);
    CHECK(result.reason.ends_with("ran to its end after the warm-up"));
}

TEST_CASE("a session left on Janus fails the run, unless the scenario says otherwise") {
    auto leaking = good_result();
    leaking.leftovers.janus_sessions = 1;
    CHECK(assessed(leaking, {}).exit_code == 1);
    CHECK(assessed(leaking, {"leftovers.janus_sessions <= 1"}).exit_code == 0);
    leaking.leftovers.janus_sessions.reset();
    CHECK(assessed(leaking, {}).exit_code == 0);
}

TEST_CASE("forbidding one reason of failure, or warnings, does not allow the others") {
    auto failing = good_result();
    failing.iterations.failed = 3;
    failing.calls.failed = 3;
    failing.calls.failures["no_answer"] = 3;
    CHECK(assessed(failing, {"calls.failures['busy'] == 0"}).exit_code == 1);
    auto check_failed = good_result();
    check_failed.checks.failed = 1;
    CHECK(assessed(check_failed, {"checks.warned <= 1000000"}).exit_code == 1);
}

TEST_CASE("no iteration and no check may fail, unless the scenario says otherwise") {
    CHECK(expressions(assessed(good_result(), {})) ==
          std::vector<std::string>{"iterations.failed == 0", "checks.failed == 0"});
    CHECK(expressions(assessed(good_result(), {"calls.failed <= 1", "checks.failed <= 2"})) ==
          std::vector<std::string>{"calls.failed <= 1", "checks.failed <= 2"});
    // What the scenario says of failures by reason counts too; latency does not.
    CHECK(expressions(assessed(good_result(), {"calls.failures['busy'] == 20"})) ==
          std::vector<std::string>{"calls.failures['busy'] == 20", "checks.failed == 0"});
    CHECK(expressions(assessed(good_result(), {"call_setup.p99 < 3s"})).size() == 3);

    auto failing = good_result();
    failing.iterations.failed = 1;
    CHECK(assessed(failing, {}).exit_code == 1);
    auto check_failed = good_result();
    check_failed.checks.failed = 1;
    CHECK(assessed(check_failed, {}).exit_code == 1);
    CHECK(assessed(check_failed, {"checks.failed <= 1"}).exit_code == 0);
    auto expected = good_result();
    expected.iterations.failed = 20;
    expected.calls.failures["busy"] = 20;
    CHECK(assessed(expected, {"calls.failures['busy'] == 20"}).exit_code == 0);
}

TEST_CASE("a broken threshold fails the run and is named with its value and unit") {
    const auto late = assessed(good_result(), {"call_setup.p99 < 1000ms"});
    CHECK(late.verdict == Verdict::failed);
    CHECK(late.exit_code == 1);
    REQUIRE(late.thresholds[0].value.has_value());
    CHECK(*late.thresholds[0].value == doctest::Approx(1980).epsilon(0.002));
    CHECK(late.thresholds[0].unit == "ms");
    CHECK_FALSE(late.thresholds[0].ok);
    CHECK(late.reason.find("threshold \"call_setup.p99 < 1000ms\" does not hold (was 198") !=
          std::string::npos);

    auto lossy = good_result();
    lossy.to_far_end.lost = 50;
    const auto lost = assessed(lossy, {"audio.loss_ratio < 0.1%"});
    CHECK(lost.verdict == Verdict::failed);
    CHECK(lost.thresholds[0].value == 2.0);
    CHECK(lost.thresholds[0].unit == "%");
    CHECK(lost.reason.find("(was 2%)") != std::string::npos);
    CHECK(lost.reason.find("; 50 audio packets lost") != std::string::npos);
}

TEST_CASE("the first broken threshold is the one that is told") {
    const auto result = assessed(
        good_result(), {"call_setup.p99 < 3600s", "call_setup.max < 1ms", "call_setup.min < 1ms"});
    CHECK(result.reason.find("\"call_setup.max < 1ms\"") != std::string::npos);
    CHECK(result.reason.find("\"call_setup.min < 1ms\"") == std::string::npos);
    CHECK(result.thresholds[0].ok);
}

TEST_CASE("without data no threshold holds") {
    auto empty = good_result();
    empty.latency.clear();
    const auto result = assessed(empty, {"call_setup.p99 < 1000ms"});
    CHECK(result.verdict == Verdict::failed);
    CHECK_FALSE(result.thresholds[0].value.has_value());
    CHECK(result.thresholds[0].note == "no data");
    CHECK(result.reason.find("(no data)") != std::string::npos);
}

TEST_CASE("what only a far end of ours can measure is unknown where it is somebody else's") {
    auto result = good_result();
    result.latency.erase("call_setup");
    result.to_far_end = {};
    const std::vector<std::string> thresholds{"call_setup.p99 < 1000ms", "audio.loss_ratio < 0.1%",
                                              "call_accepted.p99 < 3600s"};
    const auto theirs = assessed(result, thresholds, {.text = {}, .far_end_ours = false});
    CHECK(theirs.verdict == Verdict::passed);
    CHECK_FALSE(theirs.thresholds[0].measurable);
    CHECK_FALSE(theirs.thresholds[1].measurable);
    CHECK(theirs.thresholds[2].measurable);
    CHECK(theirs.reason.find("the far end is not ours: \"call_setup.p99 < 1000ms\", "
                             "\"audio.loss_ratio < 0.1%\"") != std::string::npos);
    CHECK(assessed(result, thresholds).verdict == Verdict::failed);
    // Only that is excused.
    result.latency.erase("call_accepted");
    CHECK(assessed(result, thresholds, {.text = {}, .far_end_ours = false}).verdict ==
          Verdict::failed);
}

TEST_CASE("a generator that sent late makes the run invalid, with how late") {
    auto result = good_result();
    make_late(result);
    const auto invalid = assessed(result, {});
    CHECK(invalid.verdict == Verdict::invalid);
    CHECK(invalid.exit_code == 4);
    CHECK_FALSE(invalid.generator.valid);
    REQUIRE(invalid.generator.reasons.size() == 1);
    CHECK(invalid.generator.reasons[0].find("50.0 ms late at the 99th percentile") !=
          std::string::npos);
    CHECK(invalid.reason.starts_with("The run says nothing about Janus: "));

    auto scenario = scenario_with({});
    scenario.generator.max_send_lateness = 60ms;
    assess(scenario, {}, result);
    CHECK(result.verdict == Verdict::passed);
}

TEST_CASE("calls that were cut off are told of in a run that passed") {
    auto result = good_result();
    result.calls.completed = 18;
    result.calls.interrupted = 2;
    result.iterations.interrupted = 2;
    const auto cut_off = assessed(result, {});
    CHECK(cut_off.verdict == Verdict::passed);
    CHECK(cut_off.reason.find("2 calls were cut off when graceful_stop was over") !=
          std::string::npos);
    CHECK(assessed(result, {"calls.interrupted == 0"}).verdict == Verdict::failed);
}

TEST_CASE("what ended the run comes before what it measured, the worst first") {
    auto result = good_result();
    result.iterations.failed = 1;  // a broken threshold
    CHECK(assessed(result, {}).exit_code == 1);
    make_late(result);
    CHECK(assessed(result, {}).exit_code == 4);
    RunEnd end;
    end.interrupted = true;
    CHECK(assessed(result, {}, end).exit_code == 130);
    CHECK(assessed(result, {}, end).run.interrupted);
    CHECK(assessed(result, {}, end).verdict == Verdict::error);
    end.janus_failed = true;
    end.janus_exited = true;
    end.text = "Janus was killed by signal 9";
    const auto died = assessed(result, {}, end);
    CHECK(died.exit_code == 3);
    CHECK(died.reason == end.text);
    CHECK(died.run.interrupted);
    // The thresholds are evaluated all the same.
    CHECK(died.thresholds.size() == 2);
    end.harness_failed = true;
    end.text = "no UDP port";
    const auto broken = assessed(result, {}, end);
    CHECK(broken.exit_code == 5);
    CHECK(broken.verdict == Verdict::error);
    CHECK(broken.reason == "no UDP port");
}

TEST_CASE("a harness that did not keep up does not declare dead a Janus that nobody saw exit") {
    auto result = good_result();
    RunEnd end;
    end.janus_failed = true;
    end.text = "Janus does not answer";
    CHECK(assessed(result, {}, end).exit_code == 3);
    make_late(result);
    const auto unseen = assessed(result, {}, end);
    CHECK(unseen.verdict == Verdict::invalid);
    CHECK(unseen.exit_code == 4);
    CHECK(unseen.reason.ends_with("; it also ended early: Janus does not answer"));
    end.janus_exited = true;
    CHECK(assessed(result, {}, end).exit_code == 3);
}
