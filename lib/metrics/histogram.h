#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/time.h"

namespace janus_harness::metrics {

// The figures that reports give of a histogram. In milliseconds for durations, in plain units for
// scores. Only exists where at least one value was recorded: there is no percentile of nothing.
struct Summary {
    std::uint64_t count = 0;
    double min = 0;
    double mean = 0;
    double p50 = 0;
    double p90 = 0;
    double p99 = 0;
    double p99_9 = 0;
    double max = 0;
};

// Counts of values with 3 significant digits from 1 µs to 1 h, in the bucket layout of HdrHistogram
// (2,048 sub-buckets, unit 512 ns). Holds nothing until the first value and then only the blocks of
// buckets that were hit, so that thousands may exist. A value of a class that has no unit of time
// (MOS) is stored in millionths, which makes "nanoseconds / 1e6" give its plain figure.
//
// Count, min, max and mean are exact; a quantile is at most 0.1 % (or 512 ns) above the value of
// that rank. Not thread-safe: one a worker, merged at the end.
class Histogram {
  public:
    static constexpr std::int64_t lowest_unit = 512;  // ns, a bucket's least width
    static constexpr std::int64_t highest_value = 3'600'000'000'000LL;  // ns, 1 h

    // Negative durations count as 0 and longer ones than 1 h as 1 h; clamped() tells how many.
    void record(Duration value, std::uint64_t count = 1);
    // A score without a unit, such as MOS. NaN is not recorded.
    void record_score(double score);
    void merge(const Histogram& other);

    bool empty() const { return count_ == 0; }
    std::uint64_t count() const { return count_; }
    std::uint64_t clamped() const { return clamped_; }
    // All of these give 0 when empty.
    Duration min() const { return Duration{count_ == 0 ? 0 : min_}; }
    Duration max() const { return Duration{max_}; }
    Duration mean() const;
    Duration standard_deviation() const;
    // The value below or at which the share `q` of all values lies: the smallest recorded bucket
    // whose cumulative count reaches ceil(q * count). Never outside [min(), max()]; q is clamped to
    // [0, 1].
    Duration quantile(double q) const;
    // nullopt when empty.
    std::optional<Summary> summary() const;

    // A bucket that holds values: the greatest value that falls into it, clamped to [min(), max()].
    struct Bucket {
        Duration highest;
        std::uint64_t count;
    };
    // In ascending order.
    std::vector<Bucket> buckets() const;

    // Text that holds all of the histogram ("v1 count min max sum clamped index:count …"), and
    // back. Error "histogram_syntax". The empty histogram is the empty text.
    std::string encode() const;
    static Result<Histogram> decode(std::string_view text);

    // Heap bytes held.
    std::size_t memory_bytes() const;

    friend bool operator==(const Histogram& left, const Histogram& right) = default;

  private:
    static constexpr std::uint32_t block_size = 64;
    struct Block {
        std::uint32_t index = 0;  // of the first bucket, divided by block_size
        std::array<std::uint64_t, block_size> counts{};
        friend bool operator==(const Block& left, const Block& right) = default;
    };

    Block& block(std::uint32_t index);
    void add(std::uint32_t bucket, std::uint64_t count);

    std::vector<Block> blocks_;  // sorted by index
    std::uint64_t count_ = 0;
    std::uint64_t clamped_ = 0;
    std::uint64_t sum_ = 0;
    std::int64_t min_ = 0;
    std::int64_t max_ = 0;
};

// HdrHistogram's text percentile output (.hgrm: value in ms, percentile, cumulative count,
// 1/(1-percentile)), five ticks a halving of the distance to 100 %. Plotters such as
// HdrHistogram's own plotFiles.html read it.
std::string percentile_text(const Histogram& histogram);

}  // namespace janus_harness::metrics
