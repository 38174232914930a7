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

// Frames after which a decoder that missed what came before gives the tones again.
int warm_up_frames(CodecKind kind) {
    return kind == CodecKind::pcmu || kind == CodecKind::pcma ? 0 : 3;
}

}  // namespace

IdentityListener::IdentityListener(CodecKind kind)
    : warm_up_frames_(warm_up_frames(kind)), warm_up_left_(warm_up_frames_) {
    auto decoder = make_decoder(codec(kind).name, {.sample_rate = kSampleRate});
    // Our own codecs at a rate that all of them have: without them there is no harness.
    if (!decoder) std::abort();
    decoder_ = std::move(decoder).value();
}

bool IdentityListener::take_budget(TimePoint now) {
    if (refilled_ && now > *refilled_) {
        budget_ = std::min<double>(kBurst, budget_ + to_seconds(now - *refilled_) * kRate);
    }
    refilled_ = refilled_ ? std::max(*refilled_, now) : now;
    if (!listening_ && budget_ >= kRate) {
        listening_ = true;
        warm_up_left_ = warm_up_frames_;
    } else if (budget_ < 1) {
        listening_ = false;
    }
    if (listening_) budget_ -= 1;
    return listening_;
}

std::optional<IdentityListener::Sound> IdentityListener::listen(TimePoint now, ByteView payload) {
    if (!take_budget(now)) return std::nullopt;
    std::array<std::int16_t, kMaxSamples> samples;
    const std::size_t count = decoder_->decode(payload, samples);
    if (warm_up_left_ > 0) {
        --warm_up_left_;
        return std::nullopt;
    }
    if (count == 0) return Sound{Heard::neither, 0};
    return classify(std::span(samples).first(count));
}

}  // namespace janus_harness::audio
