#include "audio/tone.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace janus_harness::audio {

namespace {

constexpr double kFullScale = 32767;

double radians_per_sample(double frequency, std::uint32_t sample_rate) {
    return 2 * std::numbers::pi * frequency / static_cast<double>(sample_rate);
}

}  // namespace

Tone::Tone(double frequency, std::uint32_t sample_rate, double amplitude)
    : step_(radians_per_sample(frequency, sample_rate)), amplitude_(amplitude * kFullScale) {}

void Tone::generate(std::span<std::int16_t> samples) {
    for (std::int16_t& sample : samples) {
        sample = static_cast<std::int16_t>(std::lround(amplitude_ * std::sin(phase_)));
        phase_ += step_;
    }
    phase_ = std::fmod(phase_, 2 * std::numbers::pi);
}

double tone_power(std::span<const std::int16_t> samples, double frequency,
                  std::uint32_t sample_rate) {
    if (samples.empty()) return 0;
    const double coefficient = 2 * std::cos(radians_per_sample(frequency, sample_rate));
    double last = 0;
    double before_last = 0;
    for (const std::int16_t sample : samples) {
        const double next = sample + coefficient * last - before_last;
        before_last = last;
        last = next;
    }
    const double squared =
        last * last + before_last * before_last - coefficient * last * before_last;
    const auto count = static_cast<double>(samples.size());
    return 2 * squared / (count * count);
}

double mean_power(std::span<const std::int16_t> samples) {
    if (samples.empty()) return 0;
    double sum = 0;
    for (const std::int16_t sample : samples) sum += static_cast<double>(sample) * sample;
    return sum / static_cast<double>(samples.size());
}

double ToneDetector::share(std::span<const std::int16_t> samples) const {
    const double whole = mean_power(samples);
    if (whole <= 0) return 0;
    return std::min(1.0, tone_power(samples, frequency_, sample_rate_) / whole);
}

}  // namespace janus_harness::audio
