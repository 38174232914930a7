#include "audio/identity_frames.h"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "audio/tone.h"
#include "core/random.h"

using namespace janus_harness;
using namespace janus_harness::audio;

namespace {

constexpr CodecKind kKinds[] = {CodecKind::opus, CodecKind::pcmu, CodecKind::pcma, CodecKind::g722};

// The symbol that a listener hears, or -1.
int loudest(std::span<const std::int16_t> samples, std::uint32_t rate) {
    for (std::uint8_t symbol = 0; symbol < kToneCount; ++symbol) {
        if (ToneDetector(tone_frequency(symbol), rate).share(samples) > 0.55) return symbol;
    }
    return -1;
}

}  // namespace

TEST_CASE("frames are found by their bytes, and all differ") {
    for (const CodecKind kind : kKinds) {
        CAPTURE(std::string(codec(kind).name));
        const IdentityFrames& frames = IdentityFrames::of(kind);
        std::set<Bytes> seen;
        for (std::uint8_t symbol = 0; symbol < kToneCount; ++symbol) {
            const ByteView frame = frames.tone(symbol);
            CHECK(seen.insert(Bytes(frame.begin(), frame.end())).second);
            CHECK(frames.find(frame) == symbol);
            CHECK_FALSE(frames.is_silence(frame));
            CHECK(frame.size() == frames.silence().size());
        }
        CHECK(frames.is_silence(frames.silence()));
        CHECK_FALSE(frames.find(frames.silence()).has_value());
        CHECK_FALSE(frames.find({}).has_value());
    }
}

TEST_CASE("sizes are those of a call of 20 ms packets") {
    CHECK(IdentityFrames::of(CodecKind::pcmu).tone(0).size() == 160);
    CHECK(IdentityFrames::of(CodecKind::pcma).tone(0).size() == 160);
    CHECK(IdentityFrames::of(CodecKind::g722).tone(0).size() == 160);
    CHECK(IdentityFrames::of(CodecKind::opus).tone(0).size() == 80);
}

TEST_CASE("frames in any order are heard as their tones") {
    Random random(11);
    for (const CodecKind kind : {CodecKind::opus, CodecKind::pcmu, CodecKind::pcma}) {
        const std::string name(codec(kind).name);
        CAPTURE(name);
        const IdentityFrames& frames = IdentityFrames::of(kind);
        auto decoder = make_decoder(name);
        std::vector<std::int16_t> samples(codec(kind).frame_samples());
        for (int i = 0; i < 3000; ++i) {
            const auto symbol = static_cast<std::uint8_t>(random.below(kToneCount));
            REQUIRE(decoder.value()->decode(frames.tone(symbol), samples) == samples.size());
            REQUIRE(loudest(samples, codec(kind).sample_rate) == symbol);
        }
    }
}

TEST_CASE("G.722, which adapts, is heard from the third frame of a symbol on") {
    Random random(12);
    const IdentityFrames& frames = IdentityFrames::of(CodecKind::g722);
    auto decoder = make_decoder("G722");
    std::vector<std::int16_t> samples(320);
    for (int i = 0; i < 3000; ++i) {
        const auto symbol = static_cast<std::uint8_t>(random.below(kToneCount));
        for (std::uint32_t packet = 0; packet < kSymbolPackets; ++packet) {
            REQUIRE(decoder.value()->decode(frames.tone(symbol), samples) == samples.size());
            if (packet >= 2) REQUIRE(loudest(samples, 16000) == symbol);
        }
    }
}

TEST_CASE("silence is silent, a frame after any tone") {
    for (const CodecKind kind : kKinds) {
        const std::string name(codec(kind).name);
        CAPTURE(name);
        const IdentityFrames& frames = IdentityFrames::of(kind);
        auto decoder = make_decoder(name);
        std::vector<std::int16_t> samples(codec(kind).frame_samples());
        for (std::uint8_t symbol = 0; symbol < kToneCount; ++symbol) {
            decoder.value()->decode(frames.tone(symbol), samples);
            decoder.value()->decode(frames.silence(), samples);
            decoder.value()->decode(frames.silence(), samples);
            CHECK(mean_power(samples) < 33.0 * 33.0);
        }
    }
}

TEST_CASE("a source plays its code word, five packets a symbol") {
    const IdentitySource source(0x00f1e, CodecKind::pcma);
    const IdentityFrames& frames = IdentityFrames::of(CodecKind::pcma);
    CHECK(frames.find(source.payload_for(0)) == kSyncSymbol);
    CHECK(frames.find(source.payload_for(19)) == 0xf);
    CHECK(frames.find(source.payload_for(20)) == 0x1);
    CHECK(frames.find(source.payload_for(69)) == 0xe);
    CHECK(source.payload_for(0).data() == frames.tone(kSyncSymbol).data());
}

TEST_CASE("threads that ask at once get the same frames") {
    std::vector<const IdentityFrames*> seen(8);
    std::vector<std::thread> threads;
    for (auto& slot : seen) {
        threads.emplace_back([&slot] { slot = &IdentityFrames::of(CodecKind::g722); });
    }
    for (auto& thread : threads) thread.join();
    for (const auto* frames : seen) CHECK(frames == seen.front());
}
