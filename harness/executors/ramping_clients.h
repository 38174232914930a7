#pragma once

#include <deque>
#include <vector>

#include "harness/executors/executor.h"
#include "harness/scenario/scenario.h"

namespace janus_harness::executors {

// Closed model with a number of clients that changes. Within a stage of n clients more the i-th of
// them (from 1) is added after (i - 1) / n of the stage; of n clients less the i-th is told to leave
// after i / n, those with the highest slots first. A client that is to leave finishes its iteration; one that is added
// again before that just goes on.
class RampingClients final : public Executor {
  public:
    explicit RampingClients(const scenario::RampingClients& load, Share share = {});

    std::optional<std::uint64_t> planned_total() const override { return std::nullopt; }
    std::uint32_t max_clients() const override {
        return static_cast<std::uint32_t>(clients_.size());
    }
    std::uint32_t clients_before_load() const override { return clients_before_load_; }
    void begin(TimePoint start) override { start_ = start; }
    std::optional<PlannedStart> poll_start(TimePoint now) override;
    std::optional<std::uint32_t> poll_overdue(TimePoint now) override;
    std::optional<TimePoint> next_timeout() const override;
    bool iteration_finished(TimePoint now, std::uint32_t client) override;
    std::uint64_t give_up(std::uint32_t client) override;
    bool exhausted() const override;
    void stop() override { stopped_ = true; }
    bool drops_when_busy() const override { return false; }

  private:
    // A time in which a client has its place in the plan: begin <= t < end, offsets.
    struct Place {
        Duration begin;
        Duration end;
    };
    struct Client {
        std::vector<Place> places;  // in order of time
        std::uint64_t rounds = 0;   // begun so far
        bool busy = false;          // has an iteration, or is in ready_
        bool gone = false;          // given up
    };
    // Something that happens to a client (of the share) at an offset.
    struct Moment {
        Duration at;
        std::uint32_t client;
    };
    struct Ready {
        TimePoint at;
        std::uint32_t client;
    };

    void plan_places(const scenario::RampingClients& load);
    void begin_place(std::uint64_t slot, Duration at);
    void end_place(std::uint64_t slot, Duration at);
    void plan_moments(Duration graceful_ramp_down, Duration end);
    bool has_place(const Client& client, Duration offset) const;
    PlannedStart start(TimePoint planned, std::uint32_t client);

    std::uint32_t most_clients_;  // of the whole plan
    std::uint32_t clients_before_load_;
    std::vector<Client> clients_;  // of the share
    std::deque<Moment> additions_;
    std::deque<Moment> deadlines_;  // for clients that were told to leave
    std::deque<Ready> ready_;       // clients whose next iteration is due
    TimePoint start_;
    bool stopped_ = false;
};

}  // namespace janus_harness::executors
