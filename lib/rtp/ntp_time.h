#pragma once

#include <cstdint>

#include "core/time.h"

namespace janus_harness::rtp {

// Wall-clock time of a monotonic time as NTP writes it: 32.32 fixed point seconds since 1900
// (RFC 3550 4). Differences are exact to a microsecond.
std::uint64_t ntp_time(TimePoint time);

// The middle 32 bits, which report blocks echo.
constexpr std::uint32_t ntp_middle(std::uint64_t ntp) {
    return static_cast<std::uint32_t>(ntp >> 16);
}

}  // namespace janus_harness::rtp
