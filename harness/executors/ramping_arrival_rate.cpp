#include "harness/executors/ramping_arrival_rate.h"

#include <algorithm>

#include "harness/scenario/load_shape.h"

namespace janus_harness::executors {

RampingArrivalRate::RampingArrivalRate(const scenario::RampingArrivalRate& load, Share share)
    : Executor(share),
      curve_(load.start_rate, load.stages),
      total_(share.part_of(scenario::arrivals(load))),
      max_clients_(static_cast<std::uint32_t>(share.part_of(load.max_clients))),
      next_offset_(offset()) {}

std::uint32_t RampingArrivalRate::clients_before_load() const {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(total_, max_clients_));
}

Duration RampingArrivalRate::offset() const {
    return curve_.time_of(static_cast<double>(share().number(next_)) + 1);
}

std::optional<PlannedStart> RampingArrivalRate::poll_start(TimePoint now) {
    const auto due = next_timeout();
    if (!due || *due > now) return std::nullopt;
    const PlannedStart start{share().number(next_++), *due, std::nullopt};
    next_offset_ = offset();
    return start;
}

std::optional<TimePoint> RampingArrivalRate::next_timeout() const {
    if (exhausted()) return std::nullopt;
    return start_ + next_offset_;
}

}  // namespace janus_harness::executors
