#include "harness/media/audio_leg.h"

#include "tests/unit/media/leg_pair.h"

using namespace janus_harness;
using namespace janus_harness::media;
using namespace std::chrono_literals;
using reports::Identity;
using test::LegPair;

TEST_CASE("two legs hear each other's audio, whole and proven, in every codec") {
    for (const char* codec : {"opus", "PCMU", "PCMA", "G722"}) {
        CAPTURE(codec);
        LegPair pair({.codec = codec, .network = {.delay = 20ms}});
        pair.begin();
        pair.run_for(3s);
        CHECK(pair.finish() <= 25ms);
        const auto record = pair.record();
        for (const auto* direction : {&record.to_far_end, &record.from_far_end}) {
            CHECK(direction->sent == 150);
            CHECK(direction->received == 150);
            CHECK(direction->lost == 0);
            CHECK(direction->duplicated == 0);
            CHECK(direction->reordered == 0);
            CHECK(direction->jitter == 0ms);
            CHECK(direction->identity == Identity::proven);
            REQUIRE(direction->delay.has_value());
            CHECK(std::abs(to_milliseconds(*direction->delay) - 20) < 0.1);
            REQUIRE(direction->mos.has_value());
            CHECK(*direction->mos > 3.5);
        }
        CHECK(record.codec == codec);
    }
}

TEST_CASE("seeded loss, duplication and reordering are counted to the packet") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        CAPTURE(seed);
        LegPair pair({.network = {.loss = 0.05,
                                  .duplication = 0.03,
                                  .delay = 20ms,
                                  .reordering = 0.05,
                                  .reorder_delay = 70ms},
                      .seed = seed});
        pair.begin();
        pair.run_for(20s);
        pair.finish();
        pair.run_for(200ms);  // what was repeated late
        const auto record = pair.record();
        CHECK(record.to_far_end.sent == 1000);
        CHECK(record.from_far_end.sent == 1000);
        // Distinct and second copies are all that came.
        CHECK(*record.to_far_end.received + *record.to_far_end.duplicated ==
              pair.delivered_to_phone);
        CHECK(*record.from_far_end.received + *record.from_far_end.duplicated ==
              pair.delivered_to_browser);
        CHECK(*record.to_far_end.lost == 1000 - *record.to_far_end.received);
        for (const auto* direction : {&record.to_far_end, &record.from_far_end}) {
            CHECK(*direction->lost > 20);
            CHECK(*direction->lost < 90);
            CHECK(*direction->duplicated > 10);
            CHECK(*direction->reordered > 20);
            CHECK(direction->identity == Identity::proven);
            CHECK(*direction->jitter > 0ms);
            CHECK(*direction->mos < 4.2);
        }
    }
}

TEST_CASE("the audio of another call is told from this call's, and silence from both") {
    const auto identity = [](LegPair::Options options) {
        LegPair pair(options);
        pair.begin();
        pair.run_for(4s);
        pair.finish();
        return pair.record().from_far_end.identity;
    };
    CHECK(identity({}) == Identity::proven);
    CHECK(identity({.browser_expects = 3}) == Identity::other_stream);
    CHECK(identity({.phone = Content::silence}) == Identity::silence);
    CHECK(identity({.network = {.loss = 1}}) == Identity::unknown);
    // Nobody knows what a foreign far end sends.
    CHECK(identity({.peer_known = false}) == Identity::unknown);
}

TEST_CASE("an echo carries the sender's own audio back, one for one") {
    LegPair pair({.network = {.duplication = 0.2, .delay = 15ms},
                  .phone = Content::echo,
                  .browser_expects = 1});
    pair.begin();
    pair.run_for(3s);
    CHECK(pair.finish() <= 40ms);
    const auto record = pair.record();
    CHECK(record.to_far_end.sent == 150);
    CHECK(record.to_far_end.lost == 0);
    CHECK(record.to_far_end.identity == Identity::proven);
    // What was on its way when both stopped is not echoed any more.
    CHECK(*record.from_far_end.sent <= 150);
    CHECK(*record.from_far_end.sent >= 148);
    CHECK(record.from_far_end.lost == 0);
    CHECK(record.from_far_end.identity == Identity::proven);
    // The code word's place says when the browser sent it, not when the phone did.
    CHECK_FALSE(record.from_far_end.delay.has_value());
    CHECK_FALSE(record.from_far_end.mos.has_value());
    CHECK(record.to_far_end.delay.has_value());
}

TEST_CASE("a packet that the kernel refuses is sent, an error of ours, and lost") {
    LegPair pair({});
    pair.begin();
    pair.run_for(1s);
    pair.kernel_refuses = true;
    pair.run_for(1s);
    pair.kernel_refuses = false;
    CHECK(pair.finish() == 500ms);  // it never comes
    CHECK(pair.browser->packets_sent() == 100);
    CHECK(pair.browser->send_errors() == 50);
    CHECK(pair.record().to_far_end.lost == 50);
}

TEST_CASE("RTCP goes both ways once there is RTP, and not before") {
    LegPair pair({.network = {.delay = 10ms}});
    CHECK_FALSE(pair.browser->next_timeout().has_value());
    CHECK_FALSE(pair.phone->next_timeout().has_value());
    pair.run_for(10s);
    CHECK(pair.browser->rtcp_received() == 0);
    pair.begin();
    pair.run_for(30s);
    CHECK(pair.browser->rtcp_received() >= 3);
    CHECK(pair.phone->rtcp_received() >= 3);
}

TEST_CASE("a codec that we do not have is refused by name") {
    Random random(1);
    AudioLegConfig config;
    config.codec = "AMR";
    test::SwallowingSink sink;
    const auto leg = AudioLeg::create(config, sink, random);
    REQUIRE_FALSE(leg.ok());
    CHECK(leg.error().code == "audio_codec");
    CHECK(leg.error().message.find("AMR") != std::string::npos);
}

TEST_CASE("a leg that goes takes itself off the pacer") {
    LegPair pair({});
    pair.begin();
    CHECK(pair.pacer.size() == 2);
    pair.call.set_far_leg(nullptr);
    pair.phone.reset();
    CHECK(pair.pacer.size() == 1);
    pair.browser->stop(pair.now);
    pair.browser->stop(pair.now);
    CHECK(pair.pacer.size() == 0);
}

TEST_CASE("any bytes may arrive") {
    LegPair pair({});
    pair.begin();
    pair.run_for(1s);
    Random random(5);
    for (int round = 0; round < 5000; ++round) {
        Bytes bytes(random.below(300));
        for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
        if (!bytes.empty() && round % 2 == 0) bytes[0] = 0x80;
        pair.browser->receive_rtp(pair.now, bytes);
        if (bytes.size() > 1) bytes[1] = static_cast<std::uint8_t>(200 + random.below(5));
        pair.browser->receive_rtcp(pair.now, bytes);
    }
    pair.browser->receive_rtp(pair.now, {});
    pair.browser->receive_rtcp(pair.now, {});
    pair.run_for(1s);
    CHECK(pair.phone->packets_received() == 100);
}

// An echoing phone sends what comes in, so a long foreign packet must not overrun its buffer.
TEST_CASE("a packet as long as UDP allows is not echoed but harmless") {
    LegPair pair({.phone = Content::echo});
    pair.begin();
    Bytes huge(65000, 0);
    huge[0] = 0x80;
    pair.phone->receive_rtp(pair.now, huge);
    CHECK(pair.phone->packets_sent() == 0);
    CHECK(pair.phone->send_errors() == 1);
}
