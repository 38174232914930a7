#include "harness/run/call_tracker.h"

#include <doctest/doctest.h>

#include "harness/run/recorder.h"

using namespace janus_harness;
using namespace janus_harness::run;
using namespace std::chrono_literals;
using reports::LatencyGroup;
using reports::LatencyMetric;

namespace {

const TimePoint run_start{1000s};
const TimePoint planned = run_start + 7s;

struct Fixture {
    Recorder recorder{run_start};
    CallTracker tracker{recorder, "12", "3", 11, planned};

    reports::RunResult result() const {
        reports::RunResult filled;
        recorder.fill(filled);
        return filled;
    }
};

}  // namespace

TEST_CASE("a phase counts from the planned start, and raw from the actual one") {
    Fixture fixture;
    fixture.tracker.begin(LatencyGroup::call, {planned, planned + 40ms});
    fixture.tracker.mark(LatencyMetric::call_accepted, planned + 300ms);
    CHECK(fixture.tracker.record()[LatencyMetric::call_accepted] == 300ms);
    const auto result = fixture.result();
    const auto& latency = result.latency.at("call_accepted");
    CHECK(latency.corrected.max() == 300ms);
    REQUIRE(latency.raw.has_value());
    CHECK(latency.raw->max() == 260ms);
}

TEST_CASE("the first time of a phase counts, and without a start none does") {
    Fixture fixture;
    fixture.tracker.mark(LatencyMetric::call_accepted, planned + 1ms);
    CHECK_FALSE(fixture.tracker.marked(LatencyMetric::call_accepted));
    CHECK_FALSE(fixture.tracker.begun(LatencyGroup::call));
    fixture.tracker.begin(LatencyGroup::call, {planned, planned});
    CHECK(fixture.tracker.begun(LatencyGroup::call));
    CHECK_FALSE(fixture.tracker.begun(LatencyGroup::hang_up));
    fixture.tracker.mark(LatencyMetric::call_accepted, planned + 2ms);
    fixture.tracker.mark(LatencyMetric::call_accepted, planned + 9ms);
    CHECK(fixture.tracker.record()[LatencyMetric::call_accepted] == 2ms);
    // The group of another step is not begun.
    fixture.tracker.mark(LatencyMetric::session_disconnect_delay, planned + 5ms);
    CHECK_FALSE(fixture.tracker.marked(LatencyMetric::session_disconnect_delay));
    const auto result = fixture.result();
    CHECK(result.latency.at("call_accepted").corrected.count() == 1);
    CHECK_FALSE(result.latency.at("call_accepted").raw.has_value());
    CHECK_FALSE(result.latency.contains("session_disconnect_delay"));
}

TEST_CASE("a phase may have an actual start of its own") {
    Fixture fixture;
    fixture.tracker.begin(LatencyGroup::registration, {planned, planned + 1ms});
    fixture.tracker.mark(LatencyMetric::attach, planned + 20ms, planned + 15ms);
    const auto result = fixture.result();
    CHECK(result.latency.at("attach").corrected.max() == 20ms);
    CHECK(result.latency.at("attach").raw->max() == 5ms);
}

TEST_CASE("call set-up is audio both ways: the later of the two first packets") {
    for (const bool browser_first : {true, false}) {
        Fixture fixture;
        fixture.tracker.begin(LatencyGroup::call, {planned, planned + 10ms});
        const auto first = browser_first ? LatencyMetric::first_audio_from_far_end
                                         : LatencyMetric::first_audio_at_far_end;
        const auto second = browser_first ? LatencyMetric::first_audio_at_far_end
                                          : LatencyMetric::first_audio_from_far_end;
        fixture.tracker.mark(first, planned + 400ms);
        CHECK_FALSE(fixture.tracker.marked(LatencyMetric::call_setup));
        fixture.tracker.mark(second, planned + 450ms);
        CHECK(fixture.tracker.record()[LatencyMetric::call_setup] == 450ms);
        const auto result = fixture.result();
        CHECK(result.latency.at("call_setup").raw->max() == 440ms);
        REQUIRE_FALSE(result.time_series.empty());
        CHECK(result.time_series.back().second == 7);
        CHECK(result.time_series.back().latency_p50 == 450ms);
    }
}

TEST_CASE("start, establishment and end of a call are told once, with its length") {
    Fixture fixture;
    auto& tracker = fixture.tracker;
    CHECK(tracker.record().id == "12");
    CHECK(tracker.record().client == "3");
    CHECK(tracker.record().iteration == 11);
    CHECK(tracker.record().planned_offset == 7s);
    CHECK_FALSE(tracker.record().started_at_us.has_value());
    tracker.call_ended(planned);  // never established: no length
    CHECK_FALSE(tracker.record().duration.has_value());
    for (int i = 0; i < 2; ++i) {
        tracker.call_started(planned + 1s * i);
        tracker.call_established(planned + 1s + 1s * i);
        tracker.call_ended(planned + 11s + 1s * i);
    }
    CHECK(tracker.record().duration == 10s);
    CHECK(*tracker.record().started_at_us == tracker.record().planned_at_us);
    CHECK(fixture.recorder.calls().started == 1);
    CHECK(fixture.recorder.calls().established == 1);
}

TEST_CASE("a call of the warm-up keeps its times and gives none to the numbers") {
    Recorder recorder(run_start);
    CallTracker tracker(recorder, "1", "0", 0, planned, Period::warm_up);
    CHECK(period_of(&tracker) == Period::warm_up);
    CHECK(period_of(nullptr) == Period::measured);
    tracker.begin(LatencyGroup::call, {planned, planned});
    tracker.call_started(planned);
    tracker.mark(LatencyMetric::call_accepted, planned + 300ms);
    tracker.call_established(planned + 300ms);
    CHECK(tracker.record().warm_up);
    CHECK(tracker.record()[LatencyMetric::call_accepted] == 300ms);
    reports::RunResult result;
    recorder.fill(result);
    CHECK(result.latency.empty());
    CHECK(result.calls.started == 0);
    CHECK(result.calls.established == 0);
}
