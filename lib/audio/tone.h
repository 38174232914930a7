#pragma once

#include <cstdint>
#include <span>

namespace janus_harness::audio {

// A sine wave that goes on where the last call stopped.
class Tone {
  public:
    // `frequency` below half of `sample_rate`, both in Hz; `amplitude` 0 to 1 of full scale.
    Tone(double frequency, std::uint32_t sample_rate, double amplitude);
    void generate(std::span<std::int16_t> samples);

  private:
    double step_;  // radians a sample
    double amplitude_;
    double phase_ = 0;
};

// The power of one frequency in `samples` (Goertzel), as the mean square of the sine of that
// frequency in them: a sine of amplitude A gives A²/2 when the samples hold whole cycles.
double tone_power(std::span<const std::int16_t> samples, double frequency,
                  std::uint32_t sample_rate);

// The mean square of `samples`; 0 when empty.
double mean_power(std::span<const std::int16_t> samples);

// Says whether one frequency is what a listener hears.
class ToneDetector {
  public:
    ToneDetector(double frequency, std::uint32_t sample_rate)
        : frequency_(frequency), sample_rate_(sample_rate) {}

    // The part of the samples' power that the frequency carries, 0 to 1; 0 for silence.
    double share(std::span<const std::int16_t> samples) const;
    bool detect(std::span<const std::int16_t> samples, double min_share = 0.5) const {
        return share(samples) >= min_share;
    }

  private:
    double frequency_;
    std::uint32_t sample_rate_;
};

}  // namespace janus_harness::audio
