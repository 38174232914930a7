#pragma once

#include <array>
#include <optional>
#include <string>

#include "core/time.h"
#include "harness/run/recorder.h"
#include "reports/call_record.h"

namespace janus_harness::run {

// When a step was due and when its request really left. Latency is counted from the first, the
// uncorrected figure from the second.
struct StepStart {
    TimePoint planned;
    TimePoint actual;
};

// Follows one call from its registration to its end and takes the time of each phase, once.
class CallTracker {
  public:
    // `recorder` must outlive the tracker.
    CallTracker(Recorder& recorder, std::string id, std::string client, std::uint64_t iteration,
                TimePoint planned, Period period = Period::measured);

    Period period() const { return period_; }

    // The start that the phases of `group` are counted from.
    void begin(reports::LatencyGroup group, StepStart start);
    bool begun(reports::LatencyGroup group) const { return start(group).has_value(); }
    // Phase `metric` was reached at `at`. The first time counts; without a start nothing does.
    void mark(reports::LatencyMetric metric, TimePoint at);
    // The same with a start of its own for the uncorrected figure.
    void mark(reports::LatencyMetric metric, TimePoint at, TimePoint actual_start);
    // The same, counted from `start` and not from that of the metric's group.
    void mark(reports::LatencyMetric metric, TimePoint at, StepStart start);
    bool marked(reports::LatencyMetric metric) const { return record_[metric].has_value(); }

    void call_started(TimePoint at);
    void call_established(TimePoint at);
    void call_ended(TimePoint at);
    bool started() const { return started_.has_value(); }
    bool established() const { return established_.has_value(); }

    reports::CallRecord& record() { return record_; }
    // Time of the establishment, for the length of the call.
    std::optional<TimePoint> established_at() const { return established_; }

  private:
    std::optional<StepStart>& start(reports::LatencyGroup group);
    const std::optional<StepStart>& start(reports::LatencyGroup group) const;
    void note_audio_both_ways();

    Recorder& recorder_;
    Period period_;
    reports::CallRecord record_;
    std::array<std::optional<StepStart>, 3> starts_;
    std::optional<TimePoint> started_;
    std::optional<TimePoint> established_;
};

// Of the call that an actor takes part in; measured where there is none.
inline Period period_of(const CallTracker* tracker) {
    return tracker == nullptr ? Period::measured : tracker->period();
}

}  // namespace janus_harness::run
