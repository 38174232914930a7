#include "core/time.h"

#include <fmt/format.h>
#include <time.h>

namespace janus_harness {
namespace {

std::int64_t read_clock(clockid_t clock) {
    timespec value{};
    clock_gettime(clock, &value);
    return static_cast<std::int64_t>(value.tv_sec) * 1'000'000'000 + value.tv_nsec;
}

std::int64_t wall_minus_monotonic() {
    static const std::int64_t offset = read_clock(CLOCK_REALTIME) - read_clock(CLOCK_MONOTONIC);
    return offset;
}

}  // namespace

MonotonicClock::time_point MonotonicClock::now() {
    return time_point{Duration{read_clock(CLOCK_MONOTONIC)}};
}

std::int64_t unix_microseconds(TimePoint time) {
    return (time.time_since_epoch().count() + wall_minus_monotonic()) / 1000;
}

std::string iso8601(TimePoint time) {
    const std::int64_t microseconds = unix_microseconds(time);
    const time_t seconds = static_cast<time_t>(microseconds / 1'000'000);
    tm parts{};
    gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                       microseconds % 1'000'000);
}

}  // namespace janus_harness
