#pragma once

#include "harness/executors/executor.h"

namespace janus_harness::executors {

// Of the whole plan.
struct ConstantArrivalRateOptions {
    double rate = 1;                          // starts a second, > 0
    std::optional<Duration> duration;         // no start at or after this offset
    std::optional<std::uint64_t> iterations;  // at most so many starts; one of the two is required
    std::uint32_t max_clients = 1;            // >= 1
};

// Open model: iterations start at k / rate whether or not earlier ones have finished.
class ConstantArrivalRate final : public Executor {
  public:
    explicit ConstantArrivalRate(const ConstantArrivalRateOptions& options, Share share = {});

    std::optional<std::uint64_t> planned_total() const override { return total_; }
    std::uint32_t max_clients() const override;
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
    TimePoint planned_time(std::uint64_t number) const;

    ConstantArrivalRateOptions options_;
    std::uint64_t total_;  // of the share
    TimePoint start_;
    std::uint64_t next_ = 0;  // in the share
    bool stopped_ = false;
};

}  // namespace janus_harness::executors
