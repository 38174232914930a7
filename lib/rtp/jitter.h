#pragma once

#include <cstdint>

#include "core/time.h"

namespace janus_harness::rtp {

// Interarrival jitter (RFC 3550 6.4.1, A.8), as a smoothed mean deviation of the transit time.
class Jitter {
  public:
    explicit Jitter(std::uint32_t clock_rate) : clock_rate_(clock_rate) {}

    // Every distinct packet, in order of arrival. Gives the estimate after it.
    Duration handle(TimePoint arrival, std::uint32_t timestamp);
    // The next packet starts a new comparison (another source); the estimate stays.
    void restart() { started_ = false; }

    Duration current() const { return to_duration(units_); }
    Duration max() const { return to_duration(max_units_); }
    // In timestamp units, as a report block carries it.
    std::uint32_t units() const { return static_cast<std::uint32_t>(units_); }

  private:
    Duration to_duration(double units) const {
        return from_seconds(units / static_cast<double>(clock_rate_));
    }

    std::uint32_t clock_rate_;
    bool started_ = false;
    std::uint32_t last_timestamp_ = 0;
    TimePoint last_arrival_{};
    double units_ = 0;
    double max_units_ = 0;
};

}  // namespace janus_harness::rtp
