#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/time.h"
#include "metrics/histogram.h"

namespace janus_harness::metrics {

// What happened in one second of a run.
struct SecondRow {
    std::uint32_t second = 0;  // since the start of the run
    std::uint64_t started = 0;
    std::uint64_t established = 0;
    std::uint64_t completed = 0;
    std::uint64_t failed = 0;
    std::uint64_t interrupted = 0;  // cut off: neither completed nor failed
    // Calls started and not yet ended when the second was over.
    std::uint64_t in_progress = 0;
    // Of the latencies recorded in this second; nullopt when there were none.
    std::optional<Duration> latency_p50;
    std::optional<Duration> latency_p99;

    friend bool operator==(const SecondRow& left, const SecondRow& right) = default;
};

// Counts of calls by second. One a worker, merged at the end; not thread-safe. `at` is the time
// since the start of the run, the same start for all workers; a negative one counts as 0.
class TimeSeries {
  public:
    void started(Duration at) { ++bucket(at).row.started; }
    void established(Duration at) { ++bucket(at).row.established; }
    void completed(Duration at) { ++bucket(at).row.completed; }
    void failed(Duration at) { ++bucket(at).row.failed; }
    void interrupted(Duration at) { ++bucket(at).row.interrupted; }
    void latency(Duration at, Duration value) { bucket(at).latency.record(value); }

    void merge(const TimeSeries& other);
    // A row a second from the first second to the last one in which something happened.
    std::vector<SecondRow> rows() const;

  private:
    struct Bucket {
        SecondRow row;
        Histogram latency;
    };
    // More seconds than a run can reasonably last (4 days): what is later counts into the last.
    static constexpr std::size_t most_seconds = 345'600;

    Bucket& bucket(Duration at);

    std::vector<Bucket> buckets_;
};

}  // namespace janus_harness::metrics
