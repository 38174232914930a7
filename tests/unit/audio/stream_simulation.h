#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

#include "audio/identity_frames.h"
#include "audio/identity_verifier.h"
#include "core/random.h"

namespace janus_harness::audio::test {

struct Impairment {
    double loss = 0;     // share of the packets
    double copies = 0;   // share of the packets
    double reorder = 0;  // packets
};

struct SimulatedPacket {
    double time = 0;  // in packets
    std::uint64_t index = 0;
};

// The packets 0 to `packets` - 1 of a stream in order of arrival.
inline std::vector<SimulatedPacket> impair(Random& random, int packets, Impairment impairment) {
    std::vector<SimulatedPacket> arrivals;
    for (int i = 0; i < packets; ++i) {
        if (random.unit() < impairment.loss) continue;
        const auto index = static_cast<std::uint64_t>(i);
        arrivals.push_back({i + impairment.reorder * random.unit(), index});
        if (random.unit() < impairment.copies) {
            arrivals.push_back({i + impairment.reorder * random.unit(), index});
        }
    }
    std::stable_sort(arrivals.begin(), arrivals.end(),
                     [](const auto& left, const auto& right) { return left.time < right.time; });
    return arrivals;
}

inline TimePoint arrival_time(double packets) {
    return TimePoint{std::chrono::seconds(10)} + from_seconds(packets * 0.02);
}

// Plays `packets` of `stream_id` to the verifier; the packet of index 0 has the extended sequence
// number `first_sequence`.
inline void play(IdentityVerifier& verifier, Random& random, std::uint32_t stream_id,
                 CodecKind kind, int packets, Impairment impairment = {},
                 std::int64_t first_sequence = 65536 + 65500) {
    const IdentitySource source(stream_id, kind);
    for (const SimulatedPacket& packet : impair(random, packets, impairment)) {
        verifier.handle_packet(arrival_time(packet.time),
                               first_sequence + static_cast<std::int64_t>(packet.index),
                               source.payload_for(packet.index));
    }
}

}  // namespace janus_harness::audio::test
