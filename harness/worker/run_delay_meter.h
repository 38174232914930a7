#pragma once

#include <optional>

#include "core/result.h"
#include "core/time.h"

namespace janus_harness::worker {

// How long the calling thread was ready to run but had no CPU, from the kernel's accounting
// (/proc/self/task/TID/schedstat). A stopped process is not ready to run and does not count.
class RunDelayMeter {
  public:
    // For the thread that constructs it. Where the kernel keeps no such account, read() is nullopt.
    RunDelayMeter();
    ~RunDelayMeter();
    RunDelayMeter(const RunDelayMeter&) = delete;
    RunDelayMeter& operator=(const RunDelayMeter&) = delete;

    // Since the thread began. From any thread. About 1 µs.
    std::optional<Duration> read() const;

  private:
    int file_ = -1;
};

}  // namespace janus_harness::worker
