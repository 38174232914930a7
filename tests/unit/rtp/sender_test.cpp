#include "rtp/sender.h"

#include <doctest/doctest.h>

using namespace janus_harness;
using namespace janus_harness::rtp;

namespace {

constexpr Duration kFrame = std::chrono::milliseconds(20);
const TimePoint kStart{std::chrono::seconds(100)};

}  // namespace

TEST_CASE("packets are numbered, timed and counted") {
    Random random(1);
    Sender sender(random, 111, 48000, 960);
    const std::uint16_t first_sequence = sender.next_sequence_number();
    const std::uint32_t first_timestamp = sender.next_timestamp();
    const Bytes payload(80, 7);
    Bytes buffer(1500);
    for (std::uint16_t i = 0; i < 300; ++i) {
        const TimePoint now = kStart + i * kFrame;
        REQUIRE(sender.write_packet(now, payload, buffer) == 92);
        const auto view = RtpPacketView::parse(ByteView(buffer).first(92));
        REQUIRE(view.has_value());
        CHECK(view->sequence_number() == static_cast<std::uint16_t>(first_sequence + i));
        CHECK(view->timestamp() == first_timestamp + i * 960U);
        CHECK(view->marker() == (i == 0));
        CHECK(view->payload_type() == 111);
        CHECK(view->ssrc() == sender.ssrc());
        CHECK(view->payload().size() == 80);
        CHECK(view->payload()[0] == 7);
    }
    CHECK(sender.packets() == 300);
    CHECK(sender.octets() == 300 * 80);
    CHECK(sender.last_sent_at() == kStart + 299 * kFrame);
}

TEST_CASE("the send times of the last 128 packets are kept") {
    Random random(2);
    Sender sender(random, 0, 8000, 160);
    Bytes buffer(200);
    CHECK_FALSE(sender.sent_at(0).has_value());
    CHECK_FALSE(sender.last_sent_at().has_value());
    for (int i = 0; i < 200; ++i) sender.write_packet(kStart + i * kFrame, Bytes(160), buffer);
    CHECK_FALSE(sender.sent_at(71).has_value());
    CHECK(sender.sent_at(72) == kStart + 72 * kFrame);
    CHECK(sender.sent_at(199) == kStart + 199 * kFrame);
    CHECK_FALSE(sender.sent_at(200).has_value());
}

TEST_CASE("without room nothing is sent") {
    Random random(3);
    Sender sender(random, 0, 8000, 160);
    Bytes buffer(171);
    CHECK(sender.write_packet(kStart, Bytes(160), buffer) == 0);
    CHECK(sender.packets() == 0);
    buffer.resize(172);
    CHECK(sender.write_packet(kStart, Bytes(160), buffer) == 172);
    CHECK(RtpPacketView::parse(buffer)->marker());
}

TEST_CASE("after a pause the timestamp has moved on and a talkspurt begins") {
    Random random(4);
    Sender sender(random, 0, 8000, 160);
    Bytes buffer(172);
    sender.write_packet(kStart, Bytes(160), buffer);
    const std::uint16_t sequence = sender.next_sequence_number();
    const std::uint32_t timestamp = sender.next_timestamp();
    sender.skip(50);
    sender.write_packet(kStart + 51 * kFrame, Bytes(160), buffer);
    const auto view = RtpPacketView::parse(buffer);
    CHECK(view->marker());
    CHECK(view->sequence_number() == sequence);
    CHECK(view->timestamp() == timestamp + 50 * 160);
}

TEST_CASE("the media clock runs between packets") {
    Random random(5);
    Sender sender(random, 0, 8000, 160);
    Bytes buffer(172);
    const std::uint32_t timestamp = sender.next_timestamp();
    sender.write_packet(kStart, Bytes(160), buffer);
    CHECK(sender.timestamp_at(kStart) == timestamp);
    CHECK(sender.timestamp_at(kStart + std::chrono::milliseconds(15)) == timestamp + 120);
}

TEST_CASE("streams begin at random, with a sequence number that leaves room before its wrap") {
    Random random(6);
    for (int i = 0; i < 1000; ++i) {
        const Sender one(random, 0, 8000, 160);
        const Sender other(random, 0, 8000, 160);
        CHECK(one.next_sequence_number() < 0x8000);
        CHECK(one.ssrc() != other.ssrc());
    }
}
