#include <doctest/doctest.h>

#include <map>
#include <set>

#include "core/random.h"
#include "srtp/packet_index.h"
#include "srtp/packet_layout.h"
#include "srtp/replay_window.h"
#include "srtp/stream_table.h"

namespace janus_harness::srtp {
namespace {

TEST_CASE("the rollover counter is guessed as RFC 3711 appendix A says") {
    struct {
        std::uint64_t highest;
        std::uint16_t sequence_number;
        std::uint64_t expected;
    } const cases[] = {
        {0, 0, 0},
        {0, 65535, 65535},  // nothing is of the round before the first
        {100, 65530, 65530},
        {0x8000, 65535, 65535},
        {0xffff, 0, 0x10000},  // the next round
        {0xffff, 0x7ffe, 0x17ffe},
        {0xffff, 0x7fff, 0x7fff},  // as far back as forward: this round
        {0x10000, 65535, 0xffff},  // the round before
        {0x10000, 0x8001, 0x8001},
        {0x10000, 0x8000, 0x18000},
        {0x17fff, 0xffff, 0x1ffff},
        {0x3fffe, 1, 0x40001},
        {0x40001, 0xfffe, 0x3fffe},
        {0xffff'ffff'ffff, 65534, 0xffff'ffff'fffe},
    };
    for (const auto& example : cases) {
        CAPTURE(example.highest);
        CAPTURE(example.sequence_number);
        CHECK(estimate_index(example.highest, example.sequence_number) == example.expected);
    }
}

TEST_CASE("a replay window knows the indexes used, up to its width") {
    Random random(7);
    for (int round = 0; round < 20; ++round) {
        ReplayWindow<128> window;
        std::set<std::uint64_t> used;
        std::uint64_t highest = 0;
        for (int i = 0; i < 3000; ++i) {
            const std::uint64_t reach = random.below(20) == 0 ? 400 : 10;
            const std::uint64_t back = random.below(200);
            const std::uint64_t index = random.below(3) == 0 ? highest + random.below(reach)
                                                             : highest - std::min(back, highest);
            const bool expected = highest >= 128 + index || used.contains(index);
            REQUIRE(window.is_used(index) == expected);
            if (expected) continue;
            window.use(index);
            used.insert(index);
            highest = std::max(highest, index);
            REQUIRE(window.highest() == highest);
        }
    }
}

TEST_CASE("a table finds the streams that were put into it and no others") {
    Random random(8);
    StreamTable<int> table;
    std::map<std::uint32_t, int> expected;
    for (int i = 0; i < 500; ++i) {
        const auto ssrc = static_cast<std::uint32_t>(random.below(300));
        const auto known = expected.find(ssrc);
        int* const found = table.find(ssrc);
        REQUIRE((found != nullptr) == (known != expected.end()));
        if (found != nullptr) {
            REQUIRE(*found == known->second);
            *found = known->second = i;
        } else {
            REQUIRE(table.insert(ssrc, i) == i);
            expected[ssrc] = i;
        }
    }
}

TEST_CASE("the RTP header ends behind CSRCs and extension, or the packet is none") {
    Bytes packet(12, 0);
    packet[0] = 0x80;
    CHECK(rtp_header_length(packet) == 12);
    CHECK(rtp_header_length(ByteView(packet).first(11)) == 0);
    packet[0] = 0x82;
    CHECK(rtp_header_length(packet) == 0);
    packet.resize(20);
    CHECK(rtp_header_length(packet) == 20);
    packet[0] = 0x92;
    CHECK(rtp_header_length(packet) == 0);
    packet.insert(packet.end(), {0xbe, 0xde, 0, 2});
    CHECK(rtp_header_length(packet) == 0);
    packet.resize(packet.size() + 8);
    CHECK(rtp_header_length(packet) == 32);
    packet[0] = 0x52;
    CHECK(rtp_header_length(packet) == 0);
}

}  // namespace
}  // namespace janus_harness::srtp
