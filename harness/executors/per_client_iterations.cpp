#include "harness/executors/per_client_iterations.h"

#include <utility>

namespace janus_harness::executors {

PerClientIterations::PerClientIterations(const PerClientIterationsOptions& options, Share share)
    : Executor(share),
      options_(options),
      rounds_wanted_(options.iterations.value_or(UINT64_MAX)),
      rounds_(share.part_of(options.clients)) {}

std::optional<std::uint64_t> PerClientIterations::planned_total() const {
    if (!options_.iterations) return std::nullopt;
    return rounds_.size() * rounds_wanted_;
}

bool PerClientIterations::past_end(TimePoint time) const {
    return options_.max_duration && time >= start_ + *options_.max_duration;
}

std::optional<TimePoint> PerClientIterations::ramp_time() const {
    std::uint32_t client = next_client_;
    while (client < rounds_.size() && finished(client)) ++client;
    if (client >= rounds_.size()) return std::nullopt;
    const TimePoint time = start_ + from_seconds(slot(client) / options_.start_rate);
    if (past_end(time)) return std::nullopt;
    return time;
}

PlannedStart PerClientIterations::start(TimePoint planned, std::uint32_t client) {
    const std::uint64_t round = rounds_[client]++;
    return {round * options_.clients + slot(client), planned, slot(client)};
}

std::optional<PlannedStart> PerClientIterations::poll_start(TimePoint now) {
    if (stopped_) return std::nullopt;
    if (!ready_.empty()) {
        const Ready ready = ready_.front();
        ready_.pop_front();
        return start(ready.at, ready.client);
    }
    const auto planned = ramp_time();
    if (!planned || *planned > now) return std::nullopt;
    while (finished(next_client_)) ++next_client_;
    return start(*planned, next_client_++);
}

std::optional<TimePoint> PerClientIterations::next_timeout() const {
    if (stopped_) return std::nullopt;
    return ready_.empty() ? ramp_time() : ready_.front().at;
}

bool PerClientIterations::iteration_finished(TimePoint now, std::uint32_t client) {
    const auto own = static_cast<std::uint32_t>(share().own(client));
    if (!stopped_ && own < rounds_.size() && !finished(own) && !past_end(now)) {
        ready_.push_back({now, own});
    }
    return !exhausted();
}

std::uint64_t PerClientIterations::give_up(std::uint32_t client) {
    const auto own = share().own(client);
    if (own >= rounds_.size()) return 0;
    const auto due = std::erase_if(ready_, [&](const Ready& ready) { return ready.client == own; });
    const std::uint64_t begun = std::exchange(rounds_[own], rounds_wanted_);
    if (options_.iterations) return rounds_wanted_ - begun;
    return begun == 0 || due > 0 ? 1 : 0;
}

bool PerClientIterations::exhausted() const {
    return stopped_ || (ready_.empty() && !ramp_time());
}

}  // namespace janus_harness::executors
