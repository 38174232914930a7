#pragma once

#include <cstdint>

namespace janus_harness::srtp {

// Which packet one is (RFC 3711 3.3.1, 3.4): `index` is rollover counter and sequence number (48
// bits) in SRTP, the index in the packet (31 bits) in SRTCP.
struct PacketId {
    std::uint32_t ssrc = 0;
    std::uint64_t index = 0;
};

// The index that a packet with this sequence number most likely has, after `highest` was the
// highest so far (RFC 3711 appendix A). Before the middle of the first round nothing is taken to be
// of a round before it.
constexpr std::uint64_t estimate_index(std::uint64_t highest, std::uint16_t sequence_number) {
    constexpr std::uint32_t half = 1U << 15;
    if (highest <= half) return sequence_number;
    const auto highest_sequence_number = static_cast<std::uint16_t>(highest);
    auto rollover = static_cast<std::uint32_t>(highest >> 16);
    if (highest_sequence_number < half) {
        if (sequence_number > highest_sequence_number + half) --rollover;
    } else if (sequence_number < highest_sequence_number - half) {
        ++rollover;
    }
    return std::uint64_t{rollover} << 16 | sequence_number;
}

}  // namespace janus_harness::srtp
