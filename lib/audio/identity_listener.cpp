#include "audio/identity_listener.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <span>

#include "audio/identity_code.h"
#include "audio/tone.h"

namespace janus_harness::audio {

namespace {

constexpr std::uint32_t kSampleRate = 8000;
constexpr std::size_t kMaxSamples = 960;       // 120 ms, the longest Opus packet
constexpr double kSilencePower = 33.0 * 33.0;  // -60 dBFS
constexpr double kMinShare = 0.55;             // of the power, so that only one tone can have it

IdentityListener::Sound classify(std::span<const std::int16_t> samples) {
    using Heard = IdentityListener::Heard;
    const double whole = mean_power(samples);
    if (whole < kSilencePower) return {Heard::silence, 0};
    for (std::uint8_t symbol = 0; symbol < kToneCount; ++symbol) {
        const double power = tone_power(samples, tone_frequency(symbol), kSampleRate);
        if (power >= kMinShare * whole) return {Heard::tone, symbol};
    }
    return {Heard::neither, 0};
}

}  // namespace

IdentityListener::IdentityListener(CodecKind kind) {
    auto decoder = make_decoder(codec(kind).name, {.sample_rate = kSampleRate});
    // Our own codecs at a rate that all of them have: without them there is no harness.
    if (!decoder) std::abort();
    decoder_ = std::move(decoder).value();
}

bool IdentityListener::take_budget(TimePoint now, std::int64_t burst, std::int64_t rate) {
    if (budget_ < 0) {
        budget_ = static_cast<double>(burst);
    } else if (now > refilled_) {
        const double refill = to_seconds(now - refilled_) * static_cast<double>(rate);
        budget_ = std::min(static_cast<double>(burst), budget_ + refill);
    }
    refilled_ = std::max(refilled_, now);
    if (budget_ < 1) return false;
    budget_ -= 1;
    return true;
}

IdentityListener::Sound IdentityListener::listen(ByteView payload) {
    std::array<std::int16_t, kMaxSamples> samples;
    const std::size_t count = decoder_->decode(payload, samples);
    if (count == 0) return {Heard::neither, 0};
    return classify(std::span(samples).first(count));
}

}  // namespace janus_harness::audio
