#include "harness/executors/constant_arrival_rate.h"

#include <algorithm>
#include <cmath>

namespace janus_harness::executors {
namespace {

std::uint64_t count_starts(const ConstantArrivalRateOptions& options) {
    std::uint64_t total = options.iterations.value_or(UINT64_MAX);
    if (options.duration) {
        // Start k is planned at k / rate and must lie before the end. The small allowance keeps
        // 0.1 s * 10/s at one start, not two.
        const double starts = std::ceil(to_seconds(*options.duration) * options.rate - 1e-9);
        total = std::min(total, static_cast<std::uint64_t>(std::max(starts, 0.0)));
    }
    return total;
}

}  // namespace

ConstantArrivalRate::ConstantArrivalRate(const ConstantArrivalRateOptions& options, Share share)
    : Executor(share), options_(options), total_(share.part_of(count_starts(options))) {}

std::uint32_t ConstantArrivalRate::max_clients() const {
    return static_cast<std::uint32_t>(share().part_of(options_.max_clients));
}

std::uint32_t ConstantArrivalRate::clients_before_load() const {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(total_, max_clients()));
}

TimePoint ConstantArrivalRate::planned_time(std::uint64_t number) const {
    return start_ + from_seconds(static_cast<double>(number) / options_.rate);
}

std::optional<PlannedStart> ConstantArrivalRate::poll_start(TimePoint now) {
    const auto due = next_timeout();
    if (!due || *due > now) return std::nullopt;
    return PlannedStart{share().number(next_++), *due, std::nullopt};
}

std::optional<TimePoint> ConstantArrivalRate::next_timeout() const {
    if (exhausted()) return std::nullopt;
    return planned_time(share().number(next_));
}

}  // namespace janus_harness::executors
