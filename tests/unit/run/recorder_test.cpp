#include "harness/run/recorder.h"

#include <doctest/doctest.h>

using namespace janus_harness;
using namespace janus_harness::run;
using namespace std::chrono_literals;
using reports::CheckVerdict;
using reports::Identity;
using reports::LatencyMetric;

namespace {

const TimePoint start{1000s};

reports::CallRecord record_of(const std::string& id, const std::string& outcome,
                              const std::string& reason = "") {
    reports::CallRecord record;
    record.id = id;
    record.outcome = outcome;
    record.failure_reason = reason;
    record.started_at_us = 1;
    return record;
}

reports::CallAudio audio_of(std::uint64_t sent, std::uint64_t received) {
    reports::CallAudio audio;
    audio.sent = sent;
    audio.received = received;
    audio.lost = sent - received;
    audio.duplicated = 2;
    audio.reordered = 3;
    audio.jitter = 4ms;
    audio.delay = 5ms;
    audio.mos = 4.4;
    audio.identity = Identity::proven;
    return audio;
}

CheckFinding finding(const std::string& id, CheckVerdict verdict, const std::string& actual = "") {
    CheckFinding result;
    result.id = id;
    result.verdict = verdict;
    result.actual = actual;
    return result;
}

void finish(Recorder& recorder, reports::CallRecord record, bool exact = true) {
    recorder.call_started(start);
    recorder.call_finished(start, std::move(record), exact, exact ? "" : "cut off");
}

reports::RunResult result_of(const Recorder& recorder) {
    reports::RunResult result;
    recorder.fill(result);
    return result;
}

// What a worker with one good call, one failed one and some checks measured.
void fill(Recorder& recorder, int worker) {
    const std::string name = std::to_string(worker);
    auto good = record_of("good" + name, "completed");
    good.planned_offset = 1s * (10 - worker);
    good.to_far_end = audio_of(100, 98);
    good.from_far_end = audio_of(50, 50);
    recorder.call_established(start + 1s);
    finish(recorder, good);
    finish(recorder, record_of("bad" + name, "failed", "busy"), false);
    recorder.iteration_started();
    recorder.iteration_started();
    recorder.iteration_completed();
    recorder.iteration_failed({"busy", "486 from " + name}, "bad" + name);
    recorder.iterations_dropped(1);
    recorder.latency(LatencyMetric::call_setup, start, 300ms * worker, 200ms * worker);
    recorder.send_lateness(start + 1s, 1ms * worker, 10);
    recorder.loop_lag(start + 1s, 2ms * worker, 20ms);
    recorder.check(finding("a", CheckVerdict::passed), "good" + name);
    recorder.check(finding("a", CheckVerdict::failed, "x" + name), "bad" + name);
}

}  // namespace

TEST_CASE("outcomes are counted, failures by reason, an interrupted call by none") {
    Recorder recorder(start);
    finish(recorder, record_of("1", "completed"));
    finish(recorder, record_of("2", "failed", "busy"));
    finish(recorder, record_of("3", "failed", "busy"));
    finish(recorder, record_of("4", "failed", "timeout"));
    finish(recorder, record_of("5", "interrupted"));
    auto never_started = record_of("6", "failed", "registration_failed_403");
    never_started.started_at_us.reset();
    recorder.call_finished(start, never_started, false, "");
    const auto result = result_of(recorder);
    CHECK(result.calls.started == 5);
    CHECK(result.calls.completed == 1);
    CHECK(result.calls.failed == 4);
    CHECK(result.calls.interrupted == 1);
    CHECK(result.calls.failures ==
          std::map<std::string, std::uint64_t>{
              {"busy", 2}, {"timeout", 1}, {"registration_failed_403", 1}});
    CHECK(result.call_records.size() == 6);
    REQUIRE(result.time_series.size() == 1);
    CHECK(result.time_series[0].interrupted == 1);
    CHECK(result.time_series[0].in_progress == 0);
}

TEST_CASE("audio is summed over the calls that ended in order") {
    Recorder recorder(start);
    for (const std::uint64_t received : {100, 90}) {
        auto record = record_of("c", "completed");
        record.to_far_end = audio_of(100, received);
        record.from_far_end = audio_of(40, 40);
        finish(recorder, record);
    }
    const auto result = result_of(recorder);
    CHECK(result.to_far_end.streams == 2);
    CHECK(result.to_far_end.sent == 200);
    CHECK(result.to_far_end.received == 190);
    CHECK(result.to_far_end.lost == 10);
    CHECK(result.to_far_end.loss_ratio == doctest::Approx(0.05));
    CHECK(result.to_far_end.duplicated == 4);
    CHECK(result.to_far_end.reordered == 6);
    CHECK(result.to_far_end.jitter->count() == 2);
    CHECK(result.to_far_end.mos->count() == 2);
    CHECK(result.to_far_end.mos->summary()->max == doctest::Approx(4.4));
    CHECK((*result.to_far_end.identity)[static_cast<std::size_t>(Identity::proven)] == 2);
    CHECK(result.from_far_end.lost == 0);
    CHECK(result.from_far_end.loss_ratio == 0);
    // One-way delay is that of the packets, which come apart.
    CHECK_FALSE(result.to_far_end.delay.has_value());
    CHECK(result.to_far_end.excluded.empty());
}

TEST_CASE("without a call nothing of the audio is known") {
    const auto result = result_of(Recorder(start));
    for (const auto* direction : {&result.to_far_end, &result.from_far_end}) {
        CHECK_FALSE(direction->streams.has_value());
        CHECK_FALSE(direction->sent.has_value());
        CHECK_FALSE(direction->received.has_value());
        CHECK_FALSE(direction->lost.has_value());
        CHECK_FALSE(direction->loss_ratio.has_value());
        CHECK_FALSE(direction->jitter.has_value());
        CHECK_FALSE(direction->mos.has_value());
        CHECK_FALSE(direction->identity.has_value());
    }
    CHECK(result.latency.empty());
}

TEST_CASE("what one stream does not know, the total does not either") {
    Recorder recorder(start);
    auto known = record_of("1", "completed");
    known.to_far_end = audio_of(100, 100);
    known.from_far_end = audio_of(100, 100);
    finish(recorder, known);
    auto foreign = record_of("2", "completed");
    foreign.to_far_end.sent = 70;  // a far end that is not ours
    foreign.from_far_end.received = 60;
    foreign.from_far_end.duplicated = 0;
    finish(recorder, foreign);

    const auto check = [](const reports::RunResult& result) {
        CHECK(result.to_far_end.sent == 170);
        CHECK_FALSE(result.to_far_end.received.has_value());
        CHECK_FALSE(result.to_far_end.duplicated.has_value());
        CHECK_FALSE(result.to_far_end.lost.has_value());
        CHECK_FALSE(result.to_far_end.loss_ratio.has_value());
        CHECK_FALSE(result.from_far_end.sent.has_value());
        CHECK(result.from_far_end.received == 160);
        CHECK(result.from_far_end.duplicated == 2);
        CHECK_FALSE(result.from_far_end.lost.has_value());
        CHECK_FALSE(result.from_far_end.loss_ratio.has_value());
    };
    check(result_of(recorder));
    // Nor does a merge forget it, either way round.
    Recorder other(start);
    other.merge(std::move(recorder));
    check(result_of(other));
}

TEST_CASE("streams that were cut off are left out, with why and for example which") {
    Recorder recorder(start);
    auto cut = record_of("7", "failed", "far_end_hangup");
    cut.to_far_end = audio_of(100, 10);
    finish(recorder, cut, false);
    finish(recorder, record_of("8", "failed", "far_end_hangup"), false);
    // A call that never had audio is no exclusion.
    recorder.call_finished(start, record_of("9", "failed", "busy"), false, "");
    const auto result = result_of(recorder);
    CHECK_FALSE(result.to_far_end.sent.has_value());
    for (const auto* direction : {&result.to_far_end, &result.from_far_end}) {
        REQUIRE(direction->excluded.size() == 1);
        CHECK(direction->excluded[0].reason == "cut off");
        CHECK(direction->excluded[0].count == 2);
        CHECK(direction->excluded[0].example_call == "7");
    }
}

TEST_CASE("a check is one item a verdict, with its count and its first example") {
    Recorder recorder(start);
    recorder.check(finding("x", CheckVerdict::failed, "1"), "c1");
    recorder.check(finding("x", CheckVerdict::failed, "2"), "c2");
    recorder.check(finding("x", CheckVerdict::passed), "c3");
    recorder.check(finding("y", CheckVerdict::warned), "c4");
    recorder.check(finding("y", CheckVerdict::skipped), "c5");
    const auto checks = result_of(recorder).checks;
    CHECK(checks.failed == 2);
    CHECK(checks.passed == 1);
    CHECK(checks.warned == 1);
    CHECK(checks.skipped == 1);
    REQUIRE(checks.items.size() == 4);
    for (const auto& item : checks.items) {
        if (item.id != "x" || item.verdict != CheckVerdict::failed) continue;
        CHECK(item.count == 2);
        CHECK(item.actual == "1");
        CHECK(item.example_call == "c1");
    }
}

TEST_CASE("findings of SDP rules are counted like checks") {
    Recorder recorder(start);
    const auto findings = sdp::check_offer("v=0\r\nnonsense");
    recorder.sdp_findings(findings, "c1");
    recorder.sdp_findings(findings, "c2");
    const auto checks = result_of(recorder).checks;
    CHECK(checks.passed + checks.failed + checks.warned + checks.skipped == 2 * findings.size());
    CHECK(checks.failed >= 2);
    for (const auto& item : checks.items) {
        CHECK(item.count == 2);
        CHECK(item.example_call == "c1");
        CHECK_FALSE(item.requirement.empty());
        CHECK_FALSE(item.ref.empty());
    }
}

TEST_CASE("merged recorders give what one would have measured") {
    Recorder together(start);
    Recorder first(start);
    Recorder second(start);
    for (const int worker : {1, 2}) {
        fill(together, worker);
        fill(worker == 1 ? first : second, worker);
    }
    metrics::Histogram delays;
    delays.record(3ms, 5);
    together.delays_to_far_end().merge(delays);
    second.delays_to_far_end().merge(delays);
    first.merge(std::move(second));
    const auto expected = result_of(together);
    const auto merged = result_of(first);

    CHECK(merged.calls.started == 4);
    CHECK(merged.calls.established == expected.calls.established);
    CHECK(merged.calls.completed == expected.calls.completed);
    CHECK(merged.calls.failed == expected.calls.failed);
    CHECK(merged.calls.failures == expected.calls.failures);
    CHECK(merged.iterations.started == 4);
    CHECK(merged.iterations.completed == expected.iterations.completed);
    CHECK(merged.iterations.failed == expected.iterations.failed);
    CHECK(merged.iterations.dropped == 2);
    CHECK(merged.generator.dropped_iterations == 2);
    CHECK(merged.iterations.failures == expected.iterations.failures);
    REQUIRE(merged.failure_examples.size() == 1);
    CHECK(merged.failure_examples[0].count == 2);
    CHECK(merged.failure_examples[0].text == "486 from 1");
    CHECK(merged.failure_examples[0].call_id == "bad1");
    CHECK(merged.latency.at("call_setup").corrected == expected.latency.at("call_setup").corrected);
    CHECK(merged.latency.at("call_setup").raw == expected.latency.at("call_setup").raw);
    CHECK(merged.generator.send_lateness == expected.generator.send_lateness);
    CHECK(merged.generator.send_lateness.count() == 20);
    CHECK(merged.generator.loop_lag == expected.generator.loop_lag);
    CHECK(merged.checks.passed == 2);
    CHECK(merged.checks.failed == 2);
    REQUIRE(merged.checks.items.size() == 2);
    for (const auto& item : merged.checks.items) CHECK(item.count == 2);
    CHECK(merged.to_far_end.sent == 200);
    CHECK(merged.to_far_end.lost == 4);
    CHECK(merged.to_far_end.delay->count() == 5);
    CHECK(merged.to_far_end.jitter->count() == 2);
    CHECK((*merged.to_far_end.identity)[static_cast<std::size_t>(Identity::proven)] == 2);
    REQUIRE(merged.to_far_end.excluded.size() == 1);
    CHECK(merged.to_far_end.excluded[0].count == 2);
    CHECK(merged.to_far_end.excluded[0].example_call == "bad1");
    CHECK(merged.time_series == expected.time_series);
    // In the order of their plan, whichever worker had them.
    REQUIRE(merged.call_records.size() == 4);
    CHECK(merged.call_records[2].id == "good2");
    CHECK(merged.call_records[3].id == "good1");
}

TEST_CASE("filling leaves alone what only the whole run knows") {
    reports::RunResult result;
    result.calls.planned = 20;
    result.iterations.planned = 21;
    result.run.seed = 3;
    Recorder recorder(start);
    fill(recorder, 1);
    recorder.fill(result);
    CHECK(result.calls.planned == 20);
    CHECK(result.iterations.planned == 21);
    CHECK(result.run.seed == 3);
}

TEST_CASE("the warm-up is counted and listed, and is in no other figure") {
    Recorder recorder(start);
    const auto call = [&](const std::string& id, const std::string& outcome, Period period) {
        auto record = record_of(id, outcome, outcome == "failed" ? "busy" : "");
        record.warm_up = period == Period::warm_up;
        record.to_far_end = audio_of(100, 90);
        record.from_far_end = audio_of(100, 90);
        recorder.iteration_started(period);
        recorder.call_started(start, period);
        recorder.call_established(start, period);
        recorder.latency(LatencyMetric::call_setup, start, 300ms, 300ms, period);
        recorder.delays_to_far_end(period).record(5ms);
        recorder.delays_from_far_end(period).record(5ms);
        recorder.call_finished(start + 1s, record, outcome == "completed", "");
        if (outcome == "completed") recorder.iteration_completed(period);
        if (outcome == "failed") recorder.iteration_failed({"busy", "486"}, id, period);
        if (outcome == "interrupted") recorder.iteration_interrupted(period);
    };
    for (const char* outcome : {"completed", "failed", "interrupted"}) {
        call(std::string("warm ") + outcome, outcome, Period::warm_up);
    }
    recorder.iterations_dropped(2, Period::warm_up);
    auto result = result_of(recorder);
    CHECK(result.calls.started + result.calls.established + result.calls.completed +
              result.calls.failed + result.calls.interrupted ==
          0);
    CHECK(result.calls.failures.empty());
    CHECK(result.calls.warm_up == 3);
    CHECK(result.iterations.warm_up == 5);
    CHECK(result.iterations.started + result.iterations.completed + result.iterations.failed +
              result.iterations.interrupted + result.iterations.dropped ==
          0);
    CHECK(result.latency.empty());
    CHECK_FALSE(result.to_far_end.sent.has_value());
    CHECK(result.to_far_end.excluded.size() == 1);
    CHECK(result.call_records.size() == 3);
    // For the progress line and the account by second it is a call like any other.
    CHECK(recorder.calls().completed == 1);
    CHECK(result.time_series.front().started == 3);
    // Its failures are told, not counted as failed calls.
    REQUIRE(result.failure_examples.size() == 1);
    CHECK(result.failure_examples[0].count == 1);
    CHECK(result.failure_examples[0].warm_up == 1);

    Recorder other(start);
    std::swap(recorder, other);
    call("measured", "completed", Period::measured);
    call("failed", "failed", Period::measured);
    recorder.merge(std::move(other));
    result = result_of(recorder);
    CHECK(result.calls.completed == 1);
    CHECK(result.calls.failed == 1);
    CHECK(result.calls.warm_up == 3);
    CHECK(result.iterations.started == 2);
    CHECK(result.iterations.warm_up == 5);
    CHECK(result.latency.at("call_setup").corrected.count() == 2);
    CHECK(result.to_far_end.streams == 1);
    CHECK(result.to_far_end.sent == 100);
    CHECK(result.to_far_end.delay->count() == 2);
    CHECK(result.failure_examples[0].count == 2);
    CHECK(result.failure_examples[0].warm_up == 1);
}
