#include "audio/tone.h"

#include <doctest/doctest.h>

#include <vector>

#include "core/random.h"

using namespace janus_harness;
using namespace janus_harness::audio;

TEST_CASE("a tone has the power of its amplitude, at its frequency alone") {
    Tone tone(1000, 8000, 0.5);
    std::vector<std::int16_t> samples(160);
    tone.generate(samples);
    const double expected = 0.25 * 32767 * 32767 / 2;
    CHECK(mean_power(samples) == doctest::Approx(expected).epsilon(0.001));
    CHECK(tone_power(samples, 1000, 8000) == doctest::Approx(expected).epsilon(0.001));
    CHECK(tone_power(samples, 1150, 8000) < expected * 1e-4);
}

TEST_CASE("a tone goes on where it stopped") {
    Tone whole(777, 48000, 0.9);
    Tone parts(777, 48000, 0.9);
    std::vector<std::int16_t> expected(960);
    std::vector<std::int16_t> joined(960);
    whole.generate(expected);
    parts.generate(std::span(joined).first(333));
    parts.generate(std::span(joined).subspan(333));
    CHECK(joined == expected);
}

TEST_CASE("a detector hears its tone in noise, and nothing in noise or silence") {
    Random random(3);
    std::vector<std::int16_t> noise(400);
    for (auto& sample : noise) sample = static_cast<std::int16_t>(random.below(4001)) - 2000;
    const ToneDetector detector(1600, 16000);
    CHECK_FALSE(detector.detect(noise));
    std::vector<std::int16_t> samples(400);
    CHECK_FALSE(detector.detect(samples));
    Tone(1600, 16000, 0.2).generate(samples);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        samples[i] = static_cast<std::int16_t>(samples[i] + noise[i]);
    }
    CHECK(detector.detect(samples, 0.8));
    CHECK_FALSE(ToneDetector(1700, 16000).detect(samples));
    CHECK(detector.share({}) == 0);
}
