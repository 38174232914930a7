#include "audio/one_way_delay.h"

#include <doctest/doctest.h>

#include "rtp/reception_statistics.h"
#include "stream_simulation.h"

using namespace janus_harness;
using namespace janus_harness::audio;
using namespace janus_harness::audio::test;

namespace {

constexpr Duration kMillisecond = std::chrono::milliseconds(1);
constexpr Duration kFrame = 20 * kMillisecond;
const TimePoint kStart{std::chrono::seconds(30)};

// A sender, a path that renumbers its packets as Janus does, and a receiver.
class Call {
  public:
    explicit Call(std::uint64_t seed) : random_(seed), sender_(random_, 0, 8000, 160) {}

    struct Packet {
        Bytes bytes;
        TimePoint sent{};
    };

    Packet send() {
        Bytes buffer(200);
        const TimePoint now = kStart + static_cast<std::int64_t>(sender_.packets()) * kFrame;
        const ByteView payload = source_.payload_for(sender_.packets());
        buffer.resize(sender_.write_packet(now, payload, buffer));
        return {buffer, now};
    }

    // `renumber` is what the path adds to sequence numbers, `ssrc` what it writes.
    std::optional<Duration> receive(const Packet& packet, Duration delay) {
        const auto view = *rtp::RtpPacketView::parse(packet.bytes);
        const auto number = static_cast<std::uint16_t>(view.sequence_number() + renumber);
        const TimePoint now = packet.sent + delay;
        const auto arrival = reception_.handle_packet(now, ssrc, number, view.timestamp());
        if (arrival.kind == rtp::Arrival::Kind::restarted) verifier_.restart();
        if (!arrival.distinct()) return std::nullopt;
        verifier_.handle_packet(now, arrival.extended_sequence, view.payload());
        return delay_.delay_of(verifier_, sender_, arrival.extended_sequence, now);
    }

    Random random_;
    int renumber = 12345;
    std::uint32_t ssrc = 1;

  private:
    rtp::Sender sender_;
    IdentitySource source_{0x4711a, CodecKind::pcmu};
    rtp::ReceptionStatistics reception_{8000};
    IdentityVerifier verifier_{0x4711a, CodecKind::pcmu};
    OneWayDelay delay_;
};

}  // namespace

TEST_CASE("the delay of every packet is exact once the relation is learnt") {
    Call call(1);
    int known = 0;
    for (int i = 0; i < 500; ++i) {
        const auto packet = call.send();
        const Duration delay = kMillisecond + from_seconds(0.0005 * call.random_.unit());
        if (const auto measured = call.receive(packet, delay)) {
            REQUIRE(*measured == delay);
            ++known;
        }
    }
    CHECK(known > 450);
}

TEST_CASE("delays of several packets, with loss, are exact") {
    Call call(2);
    std::vector<Call::Packet> flight;
    int known = 0;
    for (int i = 0; i < 1000; ++i) {
        flight.push_back(call.send());
        // The packet of 30 frames ago arrives now: 600 ms.
        if (i < 30 || call.random_.unit() < 0.3) continue;
        const auto& packet = flight[flight.size() - 31];
        if (const auto measured = call.receive(packet, 600 * kMillisecond)) {
            REQUIRE(*measured == 600 * kMillisecond);
            ++known;
        }
    }
    CHECK(known > 550);
}

TEST_CASE("once learnt, delays may exceed a code word") {
    Call call(3);
    for (int i = 0; i < 100; ++i) call.receive(call.send(), kMillisecond);
    const auto slow = call.send();
    for (int i = 0; i < 75; ++i) call.send();
    CHECK(call.receive(slow, 1500 * kMillisecond) == 1500 * kMillisecond);
    SUBCASE("but not the sender's memory") {
        for (int i = 0; i < 100; ++i) call.send();
        const auto slower = call.send();
        for (int i = 0; i < 130; ++i) call.send();
        CHECK_FALSE(call.receive(slower, 2600 * kMillisecond).has_value());
    }
}

TEST_CASE("a packet that seems to arrive before it was sent is not one of a code word earlier") {
    for (const bool from_the_first : {true, false}) {
        CAPTURE(from_the_first);
        Call call(5);
        for (int i = 0; i < 100; ++i)
            call.receive(call.send(), (from_the_first ? -1 : 5) * kMillisecond);
        CHECK(call.receive(call.send(), -3 * kMillisecond) == Duration::zero());
        CHECK(call.receive(call.send(), 5 * kMillisecond) == 5 * kMillisecond);
    }
}

TEST_CASE("a new SSRC or sequence is learnt anew") {
    Call call(4);
    for (int i = 0; i < 100; ++i) call.receive(call.send(), kMillisecond);
    SUBCASE("a new SSRC") {
        call.ssrc = 2;
    }
    SUBCASE("a jump of the sequence") {}
    call.renumber = 47007;
    int known = 0;
    for (int i = 0; i < 100; ++i) {
        if (const auto measured = call.receive(call.send(), 7 * kMillisecond)) {
            REQUIRE(*measured == 7 * kMillisecond);
            ++known;
        }
    }
    CHECK(known > 50);
}

TEST_CASE("packets that are handled after later ones were sent have their own delay") {
    Call call(7);
    std::vector<Call::Packet> flight;
    int known = 0;
    for (int i = 0; i < 200; ++i) {
        flight.push_back(call.send());
        if (i < 45) continue;
        // Read from the socket 900 ms after it arrived.
        const auto measured = call.receive(flight[flight.size() - 46], kMillisecond);
        if (!measured) continue;
        REQUIRE(*measured == kMillisecond);
        ++known;
    }
    CHECK(known > 100);
}

TEST_CASE("a path that skips numbers is noticed by the audio") {
    Call call(8);
    std::vector<Call::Packet> flight;
    for (int i = 0; i < 300; ++i) {
        flight.push_back(call.send());
        if (i == 150) call.renumber += 3;
        if (i < 10) continue;
        const auto measured = call.receive(flight[flight.size() - 11], 200 * kMillisecond);
        // The first packets after the skip may carry the symbol that was due without it.
        if (measured && (i < 150 || i > 160)) REQUIRE(*measured == 200 * kMillisecond);
        if (i == 299) REQUIRE(measured.has_value());
    }
}

TEST_CASE("a first delay that was taken too short by a code word is corrected by the next") {
    Call call(5);
    std::vector<Call::Packet> flight;
    for (int i = 0; i < 100; ++i) flight.push_back(call.send());
    for (int i = 0; i < 50; ++i) {
        const auto index = static_cast<std::size_t>(i);
        call.receive(flight[index], (99 - i) * kFrame + kMillisecond);
    }
    SUBCASE("which would have come before it was sent") {}
    SUBCASE("also when that is handled late") {
        for (int i = 0; i < 50; ++i) flight.push_back(call.send());
    }
    for (int i = 50; i < 100; ++i) {
        const auto index = static_cast<std::size_t>(i);
        CHECK(call.receive(flight[index], kMillisecond) == kMillisecond);
    }
}

TEST_CASE("nothing sent, nothing known") {
    Random random(6);
    const rtp::Sender sender(random, 0, 8000, 160);
    IdentityVerifier verifier(1, CodecKind::pcmu);
    OneWayDelay delay;
    CHECK_FALSE(delay.delay_of(verifier, sender, 5, kStart).has_value());
    play(verifier, random, 1, CodecKind::pcmu, 100);
    CHECK_FALSE(delay.delay_of(verifier, sender, 65536 + 65500, kStart).has_value());
}
