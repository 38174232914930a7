#include "audio/identity_listener.h"

#include <doctest/doctest.h>

#include <vector>

#include "audio/identity_code.h"
#include "audio/tone.h"
#include "stream_simulation.h"

using namespace janus_harness;
using namespace janus_harness::audio;
using namespace janus_harness::audio::test;
using Heard = IdentityListener::Heard;

// Opus as others encode it predicts frames from those before, which the listener skips.
TEST_CASE("after frames that were not decoded, no stale tone is heard") {
    auto encoder = make_encoder("opus");
    IdentityListener listener(CodecKind::opus);
    std::vector<std::int16_t> samples(960);
    Bytes payload(1276);
    int judged = 0;
    int wrong = 0;
    for (int i = 0; i < 3000; ++i) {
        const auto symbol = static_cast<std::uint8_t>(i / 5 * 7 % kToneCount);
        Tone(tone_frequency(symbol), 48000, 0.25).generate(samples);
        const std::size_t size = encoder.value()->encode(samples, payload);
        const auto sound = listener.listen(arrival_time(i), ByteView(payload).first(size));
        if (!sound) continue;
        ++judged;
        if (sound->heard == Heard::tone && sound->symbol != symbol) ++wrong;
    }
    CHECK(wrong == 0);
    CHECK(judged > 400);
    CHECK(judged < 50 + 12 * 60);
}

TEST_CASE("frames are judged in rows, at first all of them") {
    IdentityListener listener(CodecKind::pcmu);
    const Bytes silence(160, 0x7f);
    std::vector<int> rows{0};
    for (int i = 0; i < 500; ++i) {
        const auto sound = listener.listen(arrival_time(i), silence);
        if (sound) CHECK(sound->heard == Heard::silence);
        if (sound) ++rows.back();
        if (!sound && rows.back() > 0) rows.push_back(0);
    }
    CHECK(rows.front() >= 50);
    for (std::size_t i = 1; i + 1 < rows.size(); ++i) CHECK(rows[i] >= 12);
    CHECK(rows.size() > 5);
}

TEST_CASE("a time that goes back adds no budget") {
    IdentityListener listener(CodecKind::pcmu);
    int judged = 0;
    for (int i = 0; i < 200; ++i) {
        if (listener.listen(arrival_time(i % 2 == 0 ? 10 : 0), Bytes(160))) ++judged;
    }
    CHECK(judged == 50);
}
