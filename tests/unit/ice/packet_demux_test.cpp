#include "ice/packet_demux.h"

#include <doctest/doctest.h>

#include "ice/priority.h"

namespace janus_harness::ice {
namespace {

TEST_CASE("every first byte has the kind of RFC 7983") {
    for (int first = 0; first < 256; ++first) {
        CAPTURE(first);
        const Bytes datagram{static_cast<std::uint8_t>(first), 0};
        PacketKind expected = PacketKind::unknown;
        if (first <= 3) expected = PacketKind::stun;
        if (first >= 20 && first <= 63) expected = PacketKind::dtls;
        if (first >= 128 && first <= 191) expected = PacketKind::rtp;
        CHECK(classify_packet(datagram) == expected);
        CHECK(is_stun(datagram) == (expected == PacketKind::stun));
        CHECK(is_dtls(datagram) == (expected == PacketKind::dtls));
        CHECK(is_rtp(datagram) == (expected == PacketKind::rtp));
    }
}

TEST_CASE("the second byte tells RTCP from RTP") {
    for (int second = 0; second < 256; ++second) {
        CAPTURE(second);
        const Bytes datagram{0x80, static_cast<std::uint8_t>(second)};
        CHECK(is_rtcp(datagram) == (second >= 192 && second <= 223));
        CHECK(is_rtp(datagram) == !is_rtcp(datagram));
    }
}

TEST_CASE("a datagram that is too short is nothing") {
    CHECK(classify_packet({}) == PacketKind::unknown);
    CHECK(classify_packet(Bytes{0x80}) == PacketKind::unknown);
    CHECK(classify_packet(Bytes{0x16}) == PacketKind::dtls);
}

TEST_CASE("candidate priorities are those of RFC 8445 5.1.2.1") {
    CHECK(host_priority() == 2130706431U);
    CHECK(candidate_priority(kPeerReflexiveTypePreference) == 1862270975U);
}

}  // namespace
}  // namespace janus_harness::ice
