#pragma once

#include <cstdint>
#include <optional>

#include "core/time.h"
#include "harness/executors/share.h"

namespace janus_harness::executors {

// One iteration that is due. Its number is that in the whole plan (from 0, unique over all shares):
// an arrival's place in the row of arrivals, else round * clients + client. `client` is the slot,
// also of the whole plan, of the client that must run it; any idle client of the share where it is
// absent.
struct PlannedStart {
    std::uint64_t number = 0;
    TimePoint planned;
    std::optional<std::uint32_t> client;
};

// The shape of the load: says when iterations start. Sans-IO: the worker asks when woken, and
// latency is counted from `planned`, so that a late generator cannot hide a slow server.
//
// An executor holds one share of a plan, that of one worker (share.h); all counts below are those
// of the share. All workers of a run call begin() with the same time.
class Executor {
  public:
    explicit Executor(Share share) : share_(share) {}
    virtual ~Executor() = default;

    Share share() const { return share_; }
    // Slot in the whole plan of the share's n-th client, n < max_clients().
    std::uint32_t slot(std::uint32_t n) const {
        return static_cast<std::uint32_t>(share_.number(n));
    }

    // How many iterations the plan holds; nothing where clients go round until their time is over
    // (then what started is the plan).
    virtual std::optional<std::uint64_t> planned_total() const = 0;
    // How many clients may exist at once; their slots are slot(0), slot(1), ...
    virtual std::uint32_t max_clients() const = 0;
    // How many of them, the first ones, run the scenario's `setup` before begin(). Others run it
    // when their first iteration is due.
    virtual std::uint32_t clients_before_load() const = 0;
    // Sets the time zero of the plan. Called once, before anything below.
    virtual void begin(TimePoint start) = 0;
    // The next start that is due at `now`, or nothing.
    virtual std::optional<PlannedStart> poll_start(TimePoint now) = 0;
    // A client (its slot) whose place in the plan ended graceful_ramp_down ago and that is still
    // busy: its iteration is to be ended now. Told once.
    virtual std::optional<std::uint32_t> poll_overdue(TimePoint) { return std::nullopt; }
    // When poll_start() or poll_overdue() has something next; nothing when that waits for a client
    // or the plan ended.
    virtual std::optional<TimePoint> next_timeout() const = 0;
    // A client finished its iteration and is idle again. False when nothing is left for it to do:
    // it may be closed.
    virtual bool iteration_finished(TimePoint now, std::uint32_t client) = 0;
    // A client will not come back (its `setup` failed): nothing more is planned for it. Returns
    // how many iterations of the plan are lost with it, for those to be counted as dropped: one
    // where clients go round for a time, unless it has been told to start; 0 where others can take
    // them.
    virtual std::uint64_t give_up(std::uint32_t client) = 0;
    // Nothing more will start, but for what running clients still ask for.
    virtual bool exhausted() const = 0;
    // Plans nothing more from now on (interrupt, or Janus is gone).
    virtual void stop() = 0;
    // True for an open model: a start that finds no idle client is dropped and counted, never
    // caught up.
    virtual bool drops_when_busy() const = 0;

  private:
    Share share_;
};

}  // namespace janus_harness::executors
