#pragma once

#include <deque>
#include <vector>

#include "harness/executors/executor.h"

namespace janus_harness::executors {

// Of the whole plan.
struct PerClientIterationsOptions {
    std::uint32_t clients = 1;  // >= 1
    // Of each client, >= 1; nothing: as many as they can until max_duration, which must be set.
    std::optional<std::uint64_t> iterations = 1;
    // Clients that begin a second, > 0. Janus serves at most 10 first registrations a second, so
    // clients that begin faster only queue inside it.
    double start_rate = 10;
    std::optional<Duration> max_duration;  // no start at or after this offset
};

// Closed model: every client begins on the ramp and runs its iterations one after another. Serves
// `constant_clients` too, whose clients count none.
class PerClientIterations final : public Executor {
  public:
    explicit PerClientIterations(const PerClientIterationsOptions& options, Share share = {});

    std::optional<std::uint64_t> planned_total() const override;
    std::uint32_t max_clients() const override {
        return static_cast<std::uint32_t>(rounds_.size());
    }
    std::uint32_t clients_before_load() const override { return max_clients(); }
    void begin(TimePoint start) override { start_ = start; }
    std::optional<PlannedStart> poll_start(TimePoint now) override;
    std::optional<TimePoint> next_timeout() const override;
    bool iteration_finished(TimePoint now, std::uint32_t client) override;
    std::uint64_t give_up(std::uint32_t client) override;
    bool exhausted() const override;
    void stop() override { stopped_ = true; }
    bool drops_when_busy() const override { return false; }

  private:
    struct Ready {
        TimePoint at;
        std::uint32_t client;
    };
    bool past_end(TimePoint time) const;
    bool finished(std::uint64_t own) const { return rounds_[own] >= rounds_wanted_; }
    // When the client that is next on the ramp begins; nothing when all have.
    std::optional<TimePoint> ramp_time() const;
    PlannedStart start(TimePoint planned, std::uint32_t client);

    PerClientIterationsOptions options_;
    std::uint64_t rounds_wanted_;
    TimePoint start_;
    std::uint32_t next_client_ = 0;      // in the share
    std::deque<Ready> ready_;            // clients whose next iteration is due
    std::vector<std::uint64_t> rounds_;  // begun so far, by client of the share
    bool stopped_ = false;
};

}  // namespace janus_harness::executors
