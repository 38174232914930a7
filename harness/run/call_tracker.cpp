#include "harness/run/call_tracker.h"

#include <algorithm>
#include <utility>

#include "harness/run/recorder.h"

namespace janus_harness::run {

using reports::LatencyGroup;
using reports::LatencyMetric;

CallTracker::CallTracker(Recorder& recorder, std::string id, std::string client,
                         std::uint64_t iteration, TimePoint planned, Period period)
    : recorder_(recorder), period_(period) {
    record_.id = std::move(id);
    record_.client = std::move(client);
    record_.iteration = iteration;
    record_.warm_up = period == Period::warm_up;
    record_.planned_at_us = unix_microseconds(planned);
    record_.planned_offset = planned - recorder.run_start();
}

std::optional<StepStart>& CallTracker::start(LatencyGroup group) {
    return starts_[static_cast<std::size_t>(group)];
}

const std::optional<StepStart>& CallTracker::start(LatencyGroup group) const {
    return starts_[static_cast<std::size_t>(group)];
}

void CallTracker::begin(LatencyGroup group, StepStart step_start) {
    start(group) = step_start;
}

void CallTracker::mark(LatencyMetric metric, TimePoint at) {
    const auto& begun_at = start(reports::info(metric).group);
    if (begun_at) mark(metric, at, begun_at->actual);
}

void CallTracker::mark(LatencyMetric metric, TimePoint at, TimePoint actual_start) {
    const auto& begun_at = start(reports::info(metric).group);
    if (begun_at) mark(metric, at, StepStart{begun_at->planned, actual_start});
}

void CallTracker::mark(LatencyMetric metric, TimePoint at, StepStart step_start) {
    if (record_[metric]) return;
    record_[metric] = at - step_start.planned;
    recorder_.latency(metric, at, at - step_start.planned, at - step_start.actual, period_);
    if (metric == LatencyMetric::first_audio_at_far_end ||
        metric == LatencyMetric::first_audio_from_far_end) {
        note_audio_both_ways();
    }
}

void CallTracker::note_audio_both_ways() {
    const auto& at_far_end = record_[LatencyMetric::first_audio_at_far_end];
    const auto& from_far_end = record_[LatencyMetric::first_audio_from_far_end];
    if (!at_far_end || !from_far_end) return;
    const TimePoint planned = start(LatencyGroup::call)->planned;
    mark(LatencyMetric::call_setup, planned + std::max(*at_far_end, *from_far_end));
}

void CallTracker::call_started(TimePoint at) {
    if (started_) return;
    started_ = at;
    record_.started_at_us = unix_microseconds(at);
    recorder_.call_started(at, period_);
}

void CallTracker::call_established(TimePoint at) {
    if (established_) return;
    established_ = at;
    recorder_.call_established(at, period_);
}

void CallTracker::call_ended(TimePoint at) {
    if (established_ && !record_.duration) record_.duration = at - *established_;
}

}  // namespace janus_harness::run
