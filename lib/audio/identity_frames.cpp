#include "audio/identity_frames.h"

#include <algorithm>
#include <cstdlib>

#include "audio/tone.h"

namespace janus_harness::audio {

namespace {

constexpr double kAmplitude = 0.25;  // of full scale: -12 dBFS, no codec clips it
constexpr int kSteadyFrames = 10;    // until adaptive codecs have settled on the tone
constexpr std::size_t kMaxPayload = 1276;

std::unique_ptr<Encoder> encoder_of(CodecKind kind) {
    auto encoder = make_encoder(codec(kind).name, {.independent = true});
    // Our own codecs with our own options: without them there is no harness.
    if (!encoder) std::abort();
    return std::move(encoder).value();
}

// The frame that an encoder gives in the midst of a lasting tone.
Bytes steady_frame(CodecKind kind, double frequency, double amplitude) {
    const std::unique_ptr<Encoder> encoder = encoder_of(kind);
    Tone tone(frequency, codec(kind).sample_rate, amplitude);
    std::vector<std::int16_t> samples(codec(kind).frame_samples());
    Bytes payload(kMaxPayload);
    std::size_t size = 0;
    for (int i = 0; i < kSteadyFrames; ++i) {
        tone.generate(samples);
        size = encoder->encode(samples, payload);
        if (size == 0) std::abort();
    }
    payload.resize(size);
    payload.shrink_to_fit();
    return payload;
}

bool same(ByteView left, ByteView right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end());
}

}  // namespace

IdentityFrames::IdentityFrames(CodecKind kind) : silence_(steady_frame(kind, 1000, 0)) {
    for (std::uint8_t symbol = 0; symbol < kToneCount; ++symbol) {
        tones_[symbol] = steady_frame(kind, tone_frequency(symbol), kAmplitude);
    }
}

const IdentityFrames& IdentityFrames::of(CodecKind kind) {
    switch (kind) {
        case CodecKind::opus: {
            static const IdentityFrames opus(CodecKind::opus);
            return opus;
        }
        case CodecKind::pcmu: {
            static const IdentityFrames pcmu(CodecKind::pcmu);
            return pcmu;
        }
        case CodecKind::pcma: {
            static const IdentityFrames pcma(CodecKind::pcma);
            return pcma;
        }
        case CodecKind::g722: {
            static const IdentityFrames g722(CodecKind::g722);
            return g722;
        }
    }
    std::abort();
}

std::optional<std::uint8_t> IdentityFrames::find(ByteView payload) const {
    for (std::uint8_t symbol = 0; symbol < kToneCount; ++symbol) {
        if (same(tones_[symbol], payload)) return symbol;
    }
    return std::nullopt;
}

bool IdentityFrames::is_silence(ByteView payload) const {
    return same(silence_, payload);
}

}  // namespace janus_harness::audio
