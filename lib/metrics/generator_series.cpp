#include "metrics/generator_series.h"

#include <algorithm>

namespace janus_harness::metrics {
namespace {

constexpr Duration one_second = std::chrono::seconds{1};

void keep_worst(std::optional<Duration>& worst, std::optional<Duration> other) {
    // An empty optional is less than any value.
    worst = std::max(worst, other);
}

}  // namespace

GeneratorSecond& GeneratorSeries::row(Duration at) {
    const std::int64_t second = std::max<std::int64_t>(at / one_second, 0);
    const auto index = std::min(static_cast<std::size_t>(second), most_seconds - 1);
    while (rows_.size() <= index) {
        const auto next = static_cast<std::uint32_t>(rows_.size());
        rows_.emplace_back().second = next;
    }
    return rows_[index];
}

template <typename Note>
void GeneratorSeries::for_each_row(Duration first, Duration last, const Note& note) {
    note(row(last));  // before the others: all rows up to it exist now
    const std::uint32_t end = row(last).second;
    for (std::uint32_t second = row(std::min(first, last)).second; second < end; ++second) {
        note(rows_[second]);
    }
}

void GeneratorSeries::loop_lag(Duration at, Duration lag) {
    for_each_row(at - lag, at, [&](GeneratorSecond& row) { keep_worst(row.loop_lag_max, lag); });
}

void GeneratorSeries::send_lateness(Duration at, Duration lateness) {
    for_each_row(at - lateness, at,
                 [&](GeneratorSecond& row) { keep_worst(row.send_lateness_max, lateness); });
}

void GeneratorSeries::run_delay(Duration begin, Duration end, Duration delay) {
    if (end <= begin) return;
    const double share = to_seconds(delay) / to_seconds(end - begin);
    for_each_row(begin, end - Duration{1}, [&](GeneratorSecond& row) {
        const Duration start = std::chrono::seconds{row.second};
        const Duration overlap = std::min(end, start + one_second) - std::max(begin, start);
        row.run_delay =
            row.run_delay.value_or(Duration{}) + from_seconds(to_seconds(overlap) * share);
    });
}

void GeneratorSeries::merge(const GeneratorSeries& other) {
    if (other.rows_.empty()) return;
    row(std::chrono::seconds{other.rows_.back().second});
    for (const GeneratorSecond& theirs : other.rows_) {
        GeneratorSecond& ours = rows_[theirs.second];
        keep_worst(ours.loop_lag_max, theirs.loop_lag_max);
        keep_worst(ours.send_lateness_max, theirs.send_lateness_max);
        keep_worst(ours.run_delay, theirs.run_delay);
        ours.packets_refused += theirs.packets_refused;
        ours.receive_drops += theirs.receive_drops;
    }
}

}  // namespace janus_harness::metrics
