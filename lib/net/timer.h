#pragma once

#include <functional>
#include <memory>

#include "core/time.h"
#include "net/loop.h"

namespace janus_harness::net {

// A timer on a loop, made once and armed as often as wanted. Resolution 1 ms; never early.
class Timer {
  public:
    // `callback` gets the present time (Loop::now()). It may re-arm or destroy the timer.
    Timer(Loop& loop, std::function<void(TimePoint now)> callback);
    ~Timer();
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    // Fires once at `when` (in the next turn when that is past). Replaces what was armed before.
    void start_at(TimePoint when);
    // Fires first after `interval`, then every `interval` (at least 1 ms, whole milliseconds).
    // Missed firings are not made up.
    void start_every(Duration interval);
    void stop();
    bool active() const;

  private:
    struct State;
    std::shared_ptr<State> state_;  // kept alive while a callback runs
};

}  // namespace janus_harness::net
