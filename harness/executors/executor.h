#pragma once

#include <cstdint>
#include <optional>

#include "core/time.h"

namespace janus_harness::executors {

// One iteration that is due: its number in the plan (from 0), the time it was planned for, and the
// client that must run it (any idle client when absent).
struct PlannedStart {
    std::uint64_t number = 0;
    TimePoint planned;
    std::optional<std::uint32_t> client;
};

// The shape of the load: says when iterations start. Sans-IO: the worker asks when woken, and
// latency is counted from `planned`, so that a late generator cannot hide a slow server.
class Executor {
  public:
    virtual ~Executor() = default;

    // How many iterations the whole plan holds.
    virtual std::uint64_t planned_total() const = 0;
    // How many clients may exist at once; they are numbered from 0.
    virtual std::uint32_t max_clients() const = 0;
    // Sets the time zero of the plan. Called once, before anything below.
    virtual void begin(TimePoint start) = 0;
    // The next start that is due at `now`, or nothing.
    virtual std::optional<PlannedStart> poll_start(TimePoint now) = 0;
    // When poll_start() has something next; nothing when that waits for a client or the plan ended.
    virtual std::optional<TimePoint> next_timeout() const = 0;
    // A client finished its iteration and is idle again.
    virtual void iteration_finished(TimePoint now, std::uint32_t client) = 0;
    // Nothing more will start.
    virtual bool exhausted() const = 0;
    // Plans nothing more from now on (interrupt, or Janus is gone).
    virtual void stop() = 0;
    // True for an open model: a start that finds no idle client is dropped and counted, never
    // caught up.
    virtual bool drops_when_busy() const = 0;
};

}  // namespace janus_harness::executors
