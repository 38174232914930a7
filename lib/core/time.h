#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace janus_harness {

using Duration = std::chrono::nanoseconds;

// CLOCK_MONOTONIC, the clock of uv_hrtime(): all workers and both legs of a call share it.
struct MonotonicClock {
    using duration = Duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<MonotonicClock, duration>;
    static constexpr bool is_steady = true;
    static time_point now();
};
using TimePoint = MonotonicClock::time_point;

// The first of some deadlines; those that are not set do not count.
constexpr std::optional<TimePoint> earliest(std::optional<TimePoint> first,
                                            std::optional<TimePoint> second) {
    if (!first) return second;
    return second && *second < *first ? second : first;
}
template <typename... More>
constexpr std::optional<TimePoint> earliest(std::optional<TimePoint> first,
                                            std::optional<TimePoint> second, More... more) {
    return earliest(earliest(first, second), more...);
}

// Wall-clock time that belongs to a monotonic time, in microseconds since the Unix epoch. The
// relation is taken once a process, so that two records of one run keep their exact distance.
std::int64_t unix_microseconds(TimePoint time);

// "2026-01-31T12:00:00.123456Z" (ISO 8601, UTC) for a monotonic time.
std::string iso8601(TimePoint time);

constexpr double to_milliseconds(Duration duration) {
    return static_cast<double>(duration.count()) / 1e6;
}
constexpr double to_seconds(Duration duration) {
    return static_cast<double>(duration.count()) / 1e9;
}
constexpr Duration from_seconds(double seconds) {
    return Duration{static_cast<std::int64_t>(seconds * 1e9)};
}

}  // namespace janus_harness
