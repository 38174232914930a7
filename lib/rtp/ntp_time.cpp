#include "rtp/ntp_time.h"

namespace janus_harness::rtp {

std::uint64_t ntp_time(TimePoint time) {
    constexpr std::uint64_t kUnixEpoch = 2208988800;  // seconds from 1900 to 1970
    constexpr std::uint64_t kMicroseconds = 1000000;
    const auto unix_time = static_cast<std::uint64_t>(unix_microseconds(time));
    const std::uint64_t seconds = unix_time / kMicroseconds + kUnixEpoch;
    const std::uint64_t fraction = (unix_time % kMicroseconds << 32) / kMicroseconds;
    return seconds << 32 | fraction;
}

}  // namespace janus_harness::rtp
