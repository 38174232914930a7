#pragma once

#include "harness/executors/executor.h"
#include "harness/executors/rate_curve.h"

namespace janus_harness::executors {

// Open model with a rate that changes: iteration k (from 0) starts when the area below the rate
// reaches k + 1, as with k6.
class RampingArrivalRate final : public Executor {
  public:
    explicit RampingArrivalRate(const scenario::RampingArrivalRate& load, Share share = {});

    std::optional<std::uint64_t> planned_total() const override { return total_; }
    std::uint32_t max_clients() const override { return max_clients_; }
    std::uint32_t clients_before_load() const override;
    void begin(TimePoint start) override { start_ = start; }
    std::optional<PlannedStart> poll_start(TimePoint now) override;
    std::optional<TimePoint> next_timeout() const override;
    bool iteration_finished(TimePoint, std::uint32_t) override { return !exhausted(); }
    std::uint64_t give_up(std::uint32_t) override { return 0; }
    bool exhausted() const override { return stopped_ || next_ >= total_; }
    void stop() override { stopped_ = true; }
    bool drops_when_busy() const override { return true; }

  private:
    Duration offset() const;

    RateCurve curve_;
    std::uint64_t total_;  // of the share
    std::uint32_t max_clients_;
    TimePoint start_;
    std::uint64_t next_ = 0;  // in the share
    Duration next_offset_{0};
    bool stopped_ = false;
};

}  // namespace janus_harness::executors
