#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

#include "metrics/histogram.h"

namespace janus_harness::worker {

// How far a run is.
struct Progress {
    std::uint64_t calls_started = 0;
    std::uint64_t calls_completed = 0;
    std::uint64_t calls_failed = 0;
    std::uint64_t calls_interrupted = 0;
    std::uint64_t clients = 0;
    metrics::Histogram call_setup;
    bool load_begun = false;  // by all workers
};

// The same of one worker, which other threads may look at while it runs.
struct SharedProgress {
    std::atomic<std::uint64_t> calls_started{0};
    std::atomic<std::uint64_t> calls_completed{0};
    std::atomic<std::uint64_t> calls_failed{0};
    std::atomic<std::uint64_t> calls_interrupted{0};
    std::atomic<std::uint64_t> clients{0};
    std::atomic<bool> load_begun{false};

    void set_call_setup(const metrics::Histogram& histogram) {
        const std::lock_guard lock(mutex_);
        call_setup_ = histogram;
    }
    void add_to(Progress& sum) const {
        sum.calls_started += calls_started;
        sum.calls_completed += calls_completed;
        sum.calls_failed += calls_failed;
        sum.calls_interrupted += calls_interrupted;
        sum.clients += clients;
        sum.load_begun = sum.load_begun && load_begun;
        const std::lock_guard lock(mutex_);
        sum.call_setup.merge(call_setup_);
    }

  private:
    mutable std::mutex mutex_;
    metrics::Histogram call_setup_;
};

}  // namespace janus_harness::worker
