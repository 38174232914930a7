#pragma once

#include <cstdint>

namespace janus_harness::executors {

// The part of one worker in a plan that `count` workers carry out together. What the plan numbers
// from 0 (clients and arrivals) is dealt out like cards: number n belongs to worker n % count.
// Numbers stay those of the whole plan, so that accounts, call ids and audio do not depend on how
// many workers there are.
struct Share {
    std::uint32_t index = 0;  // < count
    std::uint32_t count = 1;  // >= 1

    // How many of `total` things are its own; over all shares the sum is `total`.
    constexpr std::uint64_t part_of(std::uint64_t total) const {
        return (total + count - 1 - index) / count;
    }
    // The number in the whole plan of its own n-th thing.
    constexpr std::uint64_t number(std::uint64_t own) const { return own * count + index; }
    // The inverse, for a number that it owns.
    constexpr std::uint64_t own(std::uint64_t number) const { return number / count; }
    constexpr bool owns(std::uint64_t number) const { return number % count == index; }
};

}  // namespace janus_harness::executors
