#include "rtp/reception_statistics.h"

#include <doctest/doctest.h>

using namespace janus_harness;
using namespace janus_harness::rtp;

namespace {

using Kind = Arrival::Kind;
constexpr Duration kFrame = std::chrono::milliseconds(20);

// Feeds packets of one SSRC, 20 ms apart.
class Feed {
  public:
    Arrival packet(std::uint32_t ssrc, int number) {
        now_ += kFrame;
        return statistics.handle_packet(now_, ssrc, static_cast<std::uint16_t>(number),
                                        static_cast<std::uint32_t>(number) * 160);
    }
    void packets(std::uint32_t ssrc, int from, int to) {
        for (int number = from; number <= to; ++number) packet(ssrc, number);
    }

    ReceptionStatistics statistics{8000};

  private:
    TimePoint now_{std::chrono::seconds(50)};
};

}  // namespace

TEST_CASE("before the first packet there is nothing to say") {
    ReceptionStatistics statistics(8000);
    CHECK(statistics.counts() == SequenceCounts{});
    CHECK_FALSE(statistics.take_report_block().has_value());
    CHECK_FALSE(statistics.first_arrival().has_value());
    CHECK_FALSE(statistics.ssrc().has_value());
}

TEST_CASE("a packet in a buffer is counted by its header") {
    Bytes buffer(32);
    const RtpHeader header{.sequence_number = 9, .timestamp = 5, .ssrc = 77};
    REQUIRE(header.write(buffer) == 12);
    ReceptionStatistics statistics(8000);
    const TimePoint now{std::chrono::seconds(1)};
    const Arrival arrival = statistics.handle_packet(now, *RtpPacketView::parse(buffer));
    CHECK(arrival.kind == Kind::first);
    CHECK(statistics.ssrc() == 77);
    CHECK(statistics.first_arrival() == now);
}

TEST_CASE("a new SSRC starts a new count and keeps the old one") {
    Feed feed;
    feed.packets(1, 65500, 65599);
    CHECK(feed.packet(2, 1).kind == Kind::restarted);
    feed.packets(2, 2, 100);
    CHECK(feed.statistics.counts() == SequenceCounts{.received = 200, .expected = 200});
    CHECK(feed.statistics.ssrc_changes() == 1);
    CHECK(feed.statistics.ssrc() == 2);
    CHECK(feed.statistics.max_jitter() < std::chrono::microseconds(1));
}

TEST_CASE("late packets of the old SSRC belong to it") {
    Feed feed;
    feed.packets(1, 1, 100);
    feed.packet(2, 500);
    const Arrival late = feed.packet(1, 101);
    CHECK_FALSE(late.current_source);
    feed.packet(2, 501);
    feed.packet(1, 101);
    CHECK(feed.statistics.ssrc_changes() == 1);
    CHECK(feed.statistics.ssrc() == 2);
    CHECK(feed.statistics.counts() ==
          SequenceCounts{.received = 103, .duplicated = 1, .expected = 103});
}

TEST_CASE("a source that comes back is the current one again") {
    Feed feed;
    feed.packets(1, 1, 100);
    feed.packets(2, 1, 3);
    feed.packets(1, 101, 200);
    CHECK(feed.statistics.ssrc() == 1);
    CHECK(feed.statistics.ssrc_changes() == 2);
    CHECK(feed.statistics.counts() == SequenceCounts{.received = 203, .expected = 203});
}

TEST_CASE("extended numbers of successive sources never meet") {
    Feed feed;
    std::int64_t highest = 0;
    for (std::uint32_t ssrc = 1; ssrc <= 5; ++ssrc) {
        const Arrival first = feed.packet(ssrc, 1);
        CHECK(first.extended_sequence > highest + 40000);
        highest = feed.packet(ssrc, 30000 - 28000).extended_sequence;
    }
    CHECK(feed.statistics.ssrc_changes() == 4);
    CHECK(feed.statistics.counts().expected == 5 * 2000);
}

TEST_CASE("report blocks follow RFC 3550 A.3") {
    Feed feed;
    feed.packets(9, 65531, 65535);
    feed.packets(9, 0, 4);
    auto block = feed.statistics.take_report_block();
    REQUIRE(block.has_value());
    CHECK(block->ssrc == 9);
    CHECK(block->fraction_lost == 0);
    CHECK(block->cumulative_lost == 0);
    CHECK(block->extended_highest_sequence == 65536 + 4);
    SUBCASE("a quarter of the interval is lost") {
        for (int number = 5; number < 45; ++number) {
            if (number % 4 != 2) feed.packet(9, number);
        }
        block = feed.statistics.take_report_block();
        CHECK(block->fraction_lost == 64);
        CHECK(block->cumulative_lost == 10);
    }
    SUBCASE("copies make the loss negative, but not the fraction") {
        for (int number = 5; number < 15; ++number) {
            feed.packet(9, number);
            feed.packet(9, number);
        }
        block = feed.statistics.take_report_block();
        CHECK(block->fraction_lost == 0);
        CHECK(block->cumulative_lost == -10);
    }
    SUBCASE("nothing in the interval") {
        block = feed.statistics.take_report_block();
        CHECK(block->fraction_lost == 0);
    }
}

TEST_CASE("copies do not count for jitter") {
    ReceptionStatistics statistics(8000);
    TimePoint now{std::chrono::seconds(1)};
    for (int i = 0; i < 50; ++i) {
        now += kFrame;
        const auto number = static_cast<std::uint16_t>(i);
        statistics.handle_packet(now, 1, number, static_cast<std::uint32_t>(i) * 160);
        statistics.handle_packet(now + std::chrono::milliseconds(9), 1, number,
                                 static_cast<std::uint32_t>(i) * 160);
    }
    CHECK(statistics.jitter() < std::chrono::microseconds(1));
    CHECK(statistics.counts().duplicated == 50);
}

TEST_CASE("the whole of it stays small, for thousands of calls") {
    CHECK(sizeof(ReceptionStatistics) <= 768);
}
