#include "rtp/packet.h"

#include <doctest/doctest.h>

#include <vector>

#include "core/random.h"

using namespace janus_harness;
using namespace janus_harness::rtp;

namespace {

Bytes packet_with(const RtpHeader& header, ByteView payload) {
    Bytes bytes(header.size() + payload.size());
    REQUIRE(header.write(bytes) == header.size());
    std::copy(payload.begin(), payload.end(),
              bytes.begin() + static_cast<std::ptrdiff_t>(header.size()));
    return bytes;
}

Bytes copy(ByteView view) {
    return Bytes(view.begin(), view.end());
}

}  // namespace

TEST_CASE("a plain header has the layout of RFC 3550 5.1") {
    const RtpHeader header{.marker = true,
                           .payload_type = 111,
                           .sequence_number = 0x1234,
                           .timestamp = 0x89abcdef,
                           .ssrc = 0xdeadbeef};
    const Bytes payload{1, 2, 3};
    const Bytes expected{0x80, 0xef, 0x12, 0x34, 0x89, 0xab, 0xcd, 0xef,
                         0xde, 0xad, 0xbe, 0xef, 1,    2,    3};
    CHECK(packet_with(header, payload) == expected);
}

TEST_CASE("what is written is read back, with contributors and extension") {
    const std::vector<std::uint32_t> contributors{1, 0xffffffff, 77};
    const Bytes extension{0x10, 0xff, 0, 0, 5, 6, 7, 8};
    const RtpHeader header{.payload_type = 0,
                           .sequence_number = 65535,
                           .timestamp = 1,
                           .ssrc = 2,
                           .contributors = contributors,
                           .extension_profile = 0xbede,
                           .extension = extension};
    const Bytes payload{9, 8, 7};
    const Bytes bytes = packet_with(header, payload);
    const auto view = RtpPacketView::parse(bytes);
    REQUIRE(view.has_value());
    CHECK_FALSE(view->marker());
    CHECK(view->payload_type() == 0);
    CHECK(view->sequence_number() == 65535);
    CHECK(view->timestamp() == 1);
    CHECK(view->ssrc() == 2);
    CHECK(view->contributor_count() == 3);
    CHECK(view->contributor(1) == 0xffffffff);
    CHECK(view->contributor(2) == 77);
    CHECK(view->extension_profile() == 0xbede);
    CHECK(copy(view->extension()) == extension);
    CHECK(copy(view->payload()) == payload);
    CHECK(view->padding_size() == 0);
}

TEST_CASE("padding is not payload") {
    Bytes bytes = packet_with({.payload_type = 8}, Bytes{1, 2, 3, 0, 0, 3});
    bytes[0] |= 0x20;
    const auto view = RtpPacketView::parse(bytes);
    REQUIRE(view.has_value());
    CHECK(copy(view->payload()) == Bytes{1, 2, 3});
    CHECK(view->padding_size() == 3);
}

TEST_CASE("an empty payload is a packet") {
    const Bytes bytes = packet_with({}, {});
    const auto view = RtpPacketView::parse(bytes);
    REQUIRE(view.has_value());
    CHECK(view->payload().empty());
    CHECK_FALSE(view->extension_profile().has_value());
}

TEST_CASE("malformed packets are refused") {
    const Bytes good = packet_with({}, Bytes{1, 2, 3, 4});
    Bytes bad = good;
    SUBCASE("too short") {
        bad.resize(11);
    }
    SUBCASE("version 1") {
        bad[0] = 0x40;
    }
    SUBCASE("version 3") {
        bad[0] = 0xc0;
    }
    SUBCASE("contributors beyond the end") {
        bad[0] = 0x82;
    }
    SUBCASE("extension header beyond the end") {
        bad[0] = 0x90;
        bad.resize(15);
    }
    SUBCASE("extension beyond the end") {
        bad[0] = 0x90;
        bad[15] = 1;
    }
    SUBCASE("padding of nothing") {
        bad[0] = 0xa0;
        bad[15] = 0;
    }
    SUBCASE("padding longer than the payload") {
        bad[0] = 0xa0;
        bad[15] = 5;
    }
    SUBCASE("padding without payload") {
        bad[0] = 0xa0;
        bad.resize(12);
    }
    CHECK_FALSE(RtpPacketView::parse(bad).has_value());
}

TEST_CASE("a header that cannot be written writes nothing") {
    Bytes room(64, 0xaa);
    const std::vector<std::uint32_t> many(16);
    const Bytes odd(3);
    CHECK(RtpHeader{.payload_type = 128}.write(room) == 0);
    CHECK(RtpHeader{.contributors = many}.write(room) == 0);
    CHECK(RtpHeader{.extension_profile = 1, .extension = odd}.write(room) == 0);
    CHECK(RtpHeader{}.write(std::span(room).first(11)) == 0);
    CHECK(room == Bytes(64, 0xaa));
}

TEST_CASE("any bytes are read within their bounds") {
    Random random(20260131);
    const std::vector<std::uint32_t> contributors{1, 2};
    const Bytes extension(8);
    const Bytes valid = packet_with(
        {.contributors = contributors, .extension_profile = 0xbede, .extension = extension},
        Bytes(20, 1));
    int accepted = 0;
    for (int round = 0; round < 50000; ++round) {
        Bytes bytes = valid;
        for (std::uint64_t i = 0; i < 1 + random.below(4); ++i) {
            bytes[random.below(bytes.size())] = static_cast<std::uint8_t>(random());
        }
        bytes.resize(random.below(bytes.size() + 1));
        bytes.shrink_to_fit();
        const auto view = RtpPacketView::parse(bytes);
        if (!view) continue;
        ++accepted;
        const std::size_t size = 12 + 4 * view->contributor_count() +
                                 (view->extension_profile() ? 4 + view->extension().size() : 0) +
                                 view->payload().size() + view->padding_size();
        REQUIRE(size == bytes.size());
    }
    CHECK(accepted > 1000);
}
