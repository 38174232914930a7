#include "harness/executors/per_client_iterations.h"

namespace janus_harness::executors {

TimePoint PerClientIterations::ramp_time(std::uint32_t client) const {
    return start_ + from_seconds(static_cast<double>(client) / options_.start_rate);
}

bool PerClientIterations::past_end(TimePoint time) const {
    return options_.max_duration && time >= start_ + *options_.max_duration;
}

std::optional<PlannedStart> PerClientIterations::poll_start(TimePoint now) {
    if (stopped_) return std::nullopt;
    if (!ready_.empty()) {
        const Ready ready = ready_.front();
        ready_.pop_front();
        ++iterations_[ready.client];
        return PlannedStart{started_++, ready.at, ready.client};
    }
    if (next_client_ >= options_.clients) return std::nullopt;
    const TimePoint planned = ramp_time(next_client_);
    if (planned > now || past_end(planned)) return std::nullopt;
    iterations_.push_back(1);
    return PlannedStart{started_++, planned, next_client_++};
}

std::optional<TimePoint> PerClientIterations::next_timeout() const {
    if (stopped_) return std::nullopt;
    if (!ready_.empty()) return ready_.front().at;
    if (next_client_ >= options_.clients || past_end(ramp_time(next_client_))) return std::nullopt;
    return ramp_time(next_client_);
}

void PerClientIterations::iteration_finished(TimePoint now, std::uint32_t client) {
    if (client >= iterations_.size() || iterations_[client] >= options_.iterations) return;
    if (!past_end(now)) ready_.push_back({now, client});
}

bool PerClientIterations::exhausted() const {
    if (stopped_) return true;
    if (!ready_.empty()) return false;
    if (next_client_ < options_.clients && !past_end(ramp_time(next_client_))) return false;
    // A running client may still ask for its next iteration; the worker waits for those anyway.
    return true;
}

}  // namespace janus_harness::executors
