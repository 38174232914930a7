#include "metrics/time_series.h"

#include <algorithm>

namespace janus_harness::metrics {

TimeSeries::Bucket& TimeSeries::bucket(Duration at) {
    const std::int64_t second = std::max<std::int64_t>(at / std::chrono::seconds(1), 0);
    const auto index = std::min(static_cast<std::size_t>(second), most_seconds - 1);
    if (index >= buckets_.size()) buckets_.resize(index + 1);
    return buckets_[index];
}

void TimeSeries::merge(const TimeSeries& other) {
    if (other.buckets_.size() > buckets_.size()) buckets_.resize(other.buckets_.size());
    for (std::size_t i = 0; i < other.buckets_.size(); ++i) {
        SecondRow& ours = buckets_[i].row;
        const SecondRow& theirs = other.buckets_[i].row;
        ours.started += theirs.started;
        ours.established += theirs.established;
        ours.completed += theirs.completed;
        ours.failed += theirs.failed;
        ours.interrupted += theirs.interrupted;
        buckets_[i].latency.merge(other.buckets_[i].latency);
    }
}

std::vector<SecondRow> TimeSeries::rows() const {
    std::vector<SecondRow> rows;
    rows.reserve(buckets_.size());
    std::uint64_t begun = 0;
    std::uint64_t ended = 0;
    for (const Bucket& bucket : buckets_) {
        SecondRow row = bucket.row;
        begun += row.started;
        ended += row.completed + row.failed + row.interrupted;
        row.second = static_cast<std::uint32_t>(rows.size());
        row.in_progress = begun > ended ? begun - ended : 0;
        if (!bucket.latency.empty()) {
            row.latency_p50 = bucket.latency.quantile(0.5);
            row.latency_p99 = bucket.latency.quantile(0.99);
        }
        rows.push_back(row);
    }
    return rows;
}

}  // namespace janus_harness::metrics
