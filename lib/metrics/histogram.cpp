#include "metrics/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace janus_harness::metrics {
namespace {

// HdrHistogram's layout: bucket b holds values of units [2^(b+10), 2^(b+11)) in 1,024 sub-buckets
// of width 2^b, except that bucket 0 also holds everything below.
constexpr unsigned unit_shift = 9;  // 512 ns
constexpr unsigned sub_bucket_bits = 11;
constexpr std::uint64_t sub_bucket_mask = (1U << sub_bucket_bits) - 1;
constexpr unsigned half_bits = sub_bucket_bits - 1;
constexpr std::uint32_t half_count = 1U << half_bits;

std::uint32_t bucket_of(std::int64_t value) {
    const auto units = static_cast<std::uint64_t>(value) >> unit_shift;
    const auto exponent =
        static_cast<unsigned>(std::bit_width(units | sub_bucket_mask)) - sub_bucket_bits;
    return static_cast<std::uint32_t>((exponent << half_bits) + (units >> exponent));
}

struct Range {
    std::int64_t lowest;
    std::int64_t highest;
};

Range range_of(std::uint32_t bucket) {
    const bool first = bucket < 2 * half_count;
    const std::uint32_t exponent = first ? 0 : (bucket >> half_bits) - 1;
    const std::int64_t sub = first ? bucket : (bucket & (half_count - 1)) + half_count;
    const auto shift = exponent + unit_shift;
    return {sub << shift, ((sub + 1) << shift) - 1};
}

}  // namespace

Histogram::Block& Histogram::block(std::uint32_t index) {
    auto place = std::lower_bound(blocks_.begin(), blocks_.end(), index,
                                  [](const Block& b, std::uint32_t i) { return b.index < i; });
    if (place == blocks_.end() || place->index != index) {
        place = blocks_.insert(place, Block{index, {}});
    }
    return *place;
}

void Histogram::add(std::uint32_t bucket, std::uint64_t count) {
    block(bucket / block_size).counts[bucket % block_size] += count;
}

void Histogram::record(Duration value, std::uint64_t count) {
    if (count == 0) return;
    const std::int64_t kept = std::clamp<std::int64_t>(value.count(), 0, highest_value);
    if (kept != value.count()) clamped_ += count;
    min_ = count_ == 0 ? kept : std::min(min_, kept);
    max_ = std::max(max_, kept);
    count_ += count;
    sum_ += static_cast<std::uint64_t>(kept) * count;
    add(bucket_of(kept), count);
}

void Histogram::record_score(double score) {
    if (std::isnan(score)) return;
    record(Duration{std::llround(std::clamp(score, 0.0, 1e6) * 1e6)});
}

void Histogram::merge(const Histogram& other) {
    if (other.empty()) return;
    if (&other == this) return merge(Histogram(other));
    min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
    count_ += other.count_;
    clamped_ += other.clamped_;
    sum_ += other.sum_;
    for (const Block& theirs : other.blocks_) {
        Block& ours = block(theirs.index);
        for (std::uint32_t i = 0; i < block_size; ++i) ours.counts[i] += theirs.counts[i];
    }
}

Duration Histogram::mean() const {
    if (count_ == 0) return Duration{0};
    return Duration{static_cast<std::int64_t>(sum_ / count_)};
}

Duration Histogram::standard_deviation() const {
    if (count_ == 0) return Duration{0};
    const double average = static_cast<double>(sum_) / static_cast<double>(count_);
    double squares = 0;
    for (const Bucket& bucket : buckets()) {
        const double distance = static_cast<double>(bucket.highest.count()) - average;
        squares += distance * distance * static_cast<double>(bucket.count);
    }
    return Duration{std::llround(std::sqrt(squares / static_cast<double>(count_)))};
}

Duration Histogram::quantile(double q) const {
    if (count_ == 0) return Duration{0};
    if (!(q > 0)) return min();
    const double exact = std::ceil(std::min(q, 1.0) * static_cast<double>(count_));
    const auto rank = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(exact), 1, count_);
    std::uint64_t seen = 0;
    for (const Bucket& bucket : buckets()) {
        seen += bucket.count;
        if (seen >= rank) return bucket.highest;
    }
    return max();
}

std::optional<Summary> Histogram::summary() const {
    if (count_ == 0) return std::nullopt;
    const auto at = [this](double q) { return to_milliseconds(quantile(q)); };
    const double mean_ms = static_cast<double>(sum_) / static_cast<double>(count_) / 1e6;
    return Summary{.count = count_,
                   .min = to_milliseconds(min()),
                   .mean = mean_ms,
                   .p50 = at(0.5),
                   .p90 = at(0.9),
                   .p99 = at(0.99),
                   .p99_9 = at(0.999),
                   .max = to_milliseconds(max())};
}

std::vector<Histogram::Bucket> Histogram::buckets() const {
    std::vector<Bucket> result;
    for (const Block& block : blocks_) {
        for (std::uint32_t i = 0; i < block_size; ++i) {
            if (block.counts[i] == 0) continue;
            const auto bucket = block.index * block_size + i;
            const std::int64_t highest = std::clamp(range_of(bucket).highest, min_, max_);
            result.push_back({Duration{highest}, block.counts[i]});
        }
    }
    return result;
}

std::size_t Histogram::memory_bytes() const {
    return blocks_.capacity() * sizeof(Block);
}

}  // namespace janus_harness::metrics
