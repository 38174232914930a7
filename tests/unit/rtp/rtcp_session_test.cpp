#include "rtp/rtcp_session.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "rtp/ntp_time.h"

using namespace janus_harness;
using namespace janus_harness::rtp;

namespace {

const TimePoint kStart{std::chrono::seconds(500)};
constexpr Duration kMillisecond = std::chrono::milliseconds(1);

void send(Sender& sender, TimePoint now, int packets) {
    Bytes buffer(200);
    for (int i = 0; i < packets; ++i) sender.write_packet(now, Bytes(160), buffer);
}

}  // namespace

TEST_CASE("reports are due about once a second, the first one sooner") {
    double sum = 0;
    constexpr int kReports = 2000;
    RtcpSession session(Random(3), "a@b", kStart);
    CHECK(session.next_report() - kStart >= 250 * kMillisecond);
    CHECK(session.next_report() - kStart <= 750 * kMillisecond);
    for (int i = 0; i < kReports; ++i) {
        const TimePoint now = session.next_report();
        session.make_report(now, nullptr, nullptr, 1);
        const Duration interval = session.next_report() - now;
        REQUIRE(interval >= 500 * kMillisecond);
        REQUIRE(interval <= 1500 * kMillisecond);
        sum += to_seconds(interval);
    }
    CHECK(sum / kReports == doctest::Approx(1).epsilon(0.02));
    CHECK(session.reports_sent() == kReports);
}

TEST_CASE("who has sent lately reports as a sender, others as receivers (6.4)") {
    Random random(4);
    Sender sender(random, 0, 8000, 160);
    RtcpSession session(Random(5), "a@b", kStart);
    const auto first_packet = [&](TimePoint now) {
        return parse_rtcp(session.make_report(now, &sender, nullptr, 0))->at(0);
    };
    CHECK(std::holds_alternative<ReceiverReport>(first_packet(kStart)));
    send(sender, kStart, 10);
    const RtcpPacket packet = first_packet(kStart + 10 * kMillisecond);
    REQUIRE(std::holds_alternative<SenderReport>(packet));
    const auto& report = std::get<SenderReport>(packet);
    CHECK(report.ssrc == sender.ssrc());
    CHECK(report.packets == 10);
    CHECK(report.octets == 1600);
    CHECK(report.rtp_timestamp == sender.next_timestamp() - 160 + 80);
    CHECK(report.ntp_time == ntp_time(kStart + 10 * kMillisecond));
    CHECK(std::holds_alternative<SenderReport>(first_packet(kStart)));
    CHECK(std::holds_alternative<ReceiverReport>(first_packet(kStart)));
}

TEST_CASE("every compound names its source") {
    RtcpSession session(Random(6), "call@host", kStart);
    const auto packets = *parse_rtcp(session.make_bye(kStart, nullptr, nullptr, 42));
    REQUIRE(packets.size() == 3);
    CHECK(std::get<ReceiverReport>(packets[0]).ssrc == 42);
    CHECK(std::get<SourceDescription>(packets[1]).cname(42) == "call@host");
    CHECK(std::get<Bye>(packets[2]).ssrcs == std::vector<std::uint32_t>{42});
}

TEST_CASE("two sessions learn loss and round trip from each other") {
    Random random(7);
    Sender sender(random, 0, 8000, 160);
    RtcpSession near(Random(8), "near", kStart);
    RtcpSession far(Random(9), "far", kStart);
    ReceptionStatistics reception(8000);
    Bytes buffer(200);
    for (int i = 0; i < 20; ++i) {
        sender.write_packet(kStart, Bytes(160), buffer);
        if (i % 4 != 1) reception.handle_packet(kStart, *RtpPacketView::parse(buffer));
    }
    const Bytes report = near.make_report(kStart, &sender, nullptr, 0);
    REQUIRE(far.handle_rtcp(kStart + 30 * kMillisecond, report, 99));
    const Bytes answer = far.make_report(kStart + 730 * kMillisecond, nullptr, &reception, 99);
    REQUIRE(near.handle_rtcp(kStart + 770 * kMillisecond, answer, sender.ssrc()));

    REQUIRE(far.peer_sender_report().has_value());
    CHECK(far.peer_sender_report()->packets == 20);
    REQUIRE(near.peer_report().has_value());
    CHECK(near.peer_report()->block.cumulative_lost == 5);
    CHECK(near.peer_report()->block.fraction_lost == 64);
    REQUIRE(near.peer_report()->round_trip.has_value());
    CHECK(std::abs(to_milliseconds(*near.peer_report()->round_trip) - 70) < 0.1);
}

TEST_CASE("a report that names none of our sender reports gives no round trip") {
    Random random(10);
    Sender sender(random, 0, 8000, 160);
    RtcpSession session(Random(11), "a", kStart);
    send(sender, kStart, 1);
    session.make_report(kStart, &sender, nullptr, 0);
    ReportBlock block{.ssrc = sender.ssrc(), .last_sender_report = 0x12345678};
    Bytes bytes = write_rtcp({ReceiverReport{1, {block}}});
    REQUIRE(session.handle_rtcp(kStart, bytes, sender.ssrc()));
    CHECK_FALSE(session.peer_report()->round_trip.has_value());
    block.last_sender_report = ntp_middle(ntp_time(kStart));
    block.delay_since_last_report = 65536;
    bytes = write_rtcp({ReceiverReport{1, {block}}});
    REQUIRE(session.handle_rtcp(kStart + 500 * kMillisecond, bytes, sender.ssrc()));
    CHECK_FALSE(session.peer_report()->round_trip.has_value());
}

TEST_CASE("blocks about others are not ours, and BYE is noted") {
    RtcpSession session(Random(12), "a", kStart);
    const Bytes bytes = write_rtcp({ReceiverReport{1, {ReportBlock{.ssrc = 5}}}, Bye{{1}, ""}});
    CHECK_FALSE(session.bye_received());
    REQUIRE(session.handle_rtcp(kStart, bytes, 6));
    CHECK_FALSE(session.peer_report().has_value());
    CHECK(session.bye_received());
    CHECK_FALSE(session.handle_rtcp(kStart, Bytes{1, 2, 3}, 6));
    CHECK(session.compounds_received() == 1);
}
