#include "harness/media/call_audio.h"

#include "tests/unit/media/leg_pair.h"

using namespace janus_harness;
using namespace janus_harness::media;
using namespace std::chrono_literals;
using test::LegPair;

TEST_CASE("the far end waits for the path and its dialog, in whichever order they come") {
    for (const bool path_first : {true, false}) {
        LegPair pair({});
        pair.call.browser_may_send(pair.now, pair.pacer);
        CHECK(pair.browser->sending());
        if (path_first) {
            pair.call.path_up(pair.now, pair.pacer);
        } else {
            pair.call.far_end_ready(pair.now, pair.pacer);
        }
        CHECK_FALSE(pair.phone->sending());
        if (path_first) {
            pair.call.far_end_ready(pair.now, pair.pacer);
        } else {
            pair.call.path_up(pair.now, pair.pacer);
        }
        CHECK(pair.phone->sending());
    }
}

TEST_CASE("a far end with audio_start \"answer\" does not wait for the path") {
    LegPair pair({});
    pair.call.far_end_sends_at_once();
    CHECK_FALSE(pair.phone->sending());
    pair.call.far_end_ready(pair.now, pair.pacer);
    CHECK(pair.phone->sending());
}

TEST_CASE("to a browser at the far end nothing is sent before that is ready") {
    LegPair pair({});
    pair.call.set_far_end_is_browser();
    pair.call.browser_may_send(pair.now, pair.pacer);
    CHECK_FALSE(pair.browser->sending());
    pair.call.far_end_ready(pair.now, pair.pacer);
    CHECK(pair.browser->sending());
}

TEST_CASE("audio flows both ways with the first packet at either end; what is missing is named") {
    LegPair pair({.network = {.delay = 5ms}});
    CHECK_FALSE(pair.call.flowing_both_ways());
    CHECK(pair.call.missing() == "the browser could not send: its media path is not up");
    pair.call.browser_may_send(pair.now, pair.pacer);
    pair.run_for(3ms);
    CHECK(pair.call.missing() == "no RTP packet has reached the browser");
    pair.call.far_end_ready(pair.now, pair.pacer);
    pair.call.path_up(pair.now, pair.pacer);
    CHECK(pair.call.awaits_packets());
    pair.run_for(30ms);
    CHECK(pair.call.flowing_both_ways());
    CHECK_FALSE(pair.call.awaits_packets());
    CHECK(pair.call.sending());

    CallAudio nothing(500ms);
    CHECK(nothing.missing() == "the browser has no media");
    CHECK_FALSE(nothing.has_streams());
}

TEST_CASE("one way only is not both ways") {
    LegPair pair({.network = {.drop_if = [](std::uint64_t, const netem::Packet& packet) {
                      return packet.to.ip() == "192.0.2.20" && packet.to.port() == 1;
                  }}});
    pair.begin();
    pair.run_for(1s);
    CHECK_FALSE(pair.call.flowing_both_ways());
    CHECK(pair.call.missing() == "no RTP packet has reached the far end");
    // Where the far end is not ours nobody knows, and what the browser hears has to do.
    pair.call.set_far_end_ours(false);
    CHECK(pair.call.flowing_both_ways());
}

TEST_CASE("the drain ends with the last packet, long before its limit") {
    LegPair pair({.network = {.delay = 80ms}});
    pair.begin();
    pair.run_for(1s);
    CHECK_FALSE(pair.call.drained(pair.now));
    CHECK_FALSE(pair.call.drain_deadline().has_value());
    const TimePoint stopped = pair.now;
    pair.call.stop_sending(pair.now);
    CHECK_FALSE(pair.call.sending());
    CHECK(pair.call.awaits_packets());
    CHECK(pair.call.drain_deadline() == stopped + 500ms);
    CHECK_FALSE(pair.call.drained(pair.now));
    CHECK_FALSE(pair.call.ended_in_order());
    pair.call.note_drained(pair.now);  // not yet
    CHECK_FALSE(pair.call.ended_in_order());
    const Duration took = pair.finish();
    CHECK(took > 50ms);
    CHECK(took <= 85ms);
    CHECK(pair.call.ended_in_order());
    CHECK(pair.record().to_far_end.lost == 0);
    CHECK(pair.record().from_far_end.lost == 0);
}

TEST_CASE("the drain limit ends the wait for packets that are lost") {
    LegPair pair({.network = {.delay = 20ms, .drop = {5}}});
    pair.begin();
    pair.run_for(1s);
    CHECK(pair.finish() == 500ms);
    CHECK(pair.call.ended_in_order());
    const auto record = pair.record();
    CHECK(*record.to_far_end.lost + *record.from_far_end.lost == 1);
}

TEST_CASE("after stop_sending nothing starts again") {
    LegPair pair({});
    pair.call.browser_may_send(pair.now, pair.pacer);
    pair.run_for(100ms);
    pair.call.stop_sending(pair.now);
    pair.call.far_end_ready(pair.now, pair.pacer);
    pair.call.path_up(pair.now, pair.pacer);
    pair.call.browser_may_send(pair.now, pair.pacer);
    CHECK_FALSE(pair.call.sending());
    CHECK(pair.pacer.size() == 0);
    const auto deadline = pair.call.drain_deadline();
    pair.run_for(50ms);
    pair.call.stop_sending(pair.now);  // the first counts
    CHECK(pair.call.drain_deadline() == deadline);
}

TEST_CASE("without a far end of ours only the browser's part is known, after the whole drain") {
    LegPair pair({.network = {.delay = 10ms}});
    pair.begin();
    pair.run_for(1s);
    pair.call.set_far_leg(nullptr);
    pair.call.set_far_end_ours(false);
    CHECK(pair.finish() == 500ms);
    const auto record = pair.record();
    CHECK(record.to_far_end.sent == 50);
    CHECK_FALSE(record.to_far_end.received.has_value());
    CHECK_FALSE(record.to_far_end.lost.has_value());
    CHECK_FALSE(record.from_far_end.sent.has_value());
    CHECK(*record.from_far_end.received > 40);
    CHECK_FALSE(record.from_far_end.lost.has_value());
    CHECK_FALSE(record.from_far_end.mos.has_value());
}

TEST_CASE("a call without any packet has no streams") {
    LegPair pair({});
    CHECK_FALSE(pair.call.has_streams());
    pair.call.stop_sending(pair.now);
    CHECK(pair.call.drained(pair.now));
    pair.call.set_far_leg(nullptr);
    CHECK(pair.call.drained(pair.now));
    CHECK(pair.record().to_far_end.sent == 0);
}

TEST_CASE("legs that go or are replaced leave no trace in the other") {
    LegPair pair({.network = {.delay = 10ms}});
    pair.begin();
    pair.run_for(3s);
    Random random(9);
    AudioLegConfig config;
    config.codec = "PCMU";
    test::SwallowingSink sink;
    auto second = AudioLeg::create(config, sink, random);
    REQUIRE(second.ok());
    // The first far leg goes for good; the browser's must not ask it when its packets were sent.
    pair.call.set_far_leg(second.value().get());
    const auto delays = pair.phone_delays.count();
    CHECK(delays > 0);
    pair.run_for(1s);
    CHECK(pair.phone_delays.count() == delays);  // nor does it ask the browser's
    pair.phone->stop(pair.now);
    pair.phone.reset();
    Bytes packet(12 + 160);
    packet[0] = 0x80;
    pair.browser->receive_rtp(pair.now, packet);
    pair.call.release();
    CHECK(pair.call.browser_leg() == nullptr);
    CHECK(pair.call.far_leg() == nullptr);
    second.value().reset();
    pair.browser->receive_rtp(pair.now, packet);
    CHECK_FALSE(pair.call.has_streams());
}
