#include "audio/opus_codec.h"

#include <opus.h>

#include <string>

namespace janus_harness::audio {

namespace {

// Opus's macros cast the C way.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"

bool configure(OpusEncoder* encoder, const EncoderOptions& options) {
    return opus_encoder_ctl(encoder, OPUS_SET_BITRATE(options.bitrate)) == OPUS_OK &&
           opus_encoder_ctl(encoder, OPUS_SET_VBR(0)) == OPUS_OK &&
           opus_encoder_ctl(encoder, OPUS_SET_PREDICTION_DISABLED(options.independent ? 1 : 0)) ==
               OPUS_OK;
}

#pragma GCC diagnostic pop

struct ReleaseEncoder {
    void operator()(OpusEncoder* encoder) const { opus_encoder_destroy(encoder); }
};
struct ReleaseDecoder {
    void operator()(OpusDecoder* decoder) const { opus_decoder_destroy(decoder); }
};
using EncoderState = std::unique_ptr<OpusEncoder, ReleaseEncoder>;
using DecoderState = std::unique_ptr<OpusDecoder, ReleaseDecoder>;

Error failure(std::string_view what, int code) {
    const std::string slug = code == OPUS_BAD_ARG ? "codec_options" : "codec_create";
    return {slug, std::string(what) + ": " + opus_strerror(code)};
}

class OpusFrameEncoder final : public Encoder {
  public:
    OpusFrameEncoder(EncoderState state, std::size_t channels)
        : state_(std::move(state)), channels_(channels) {}

    const Codec& codec() const override { return audio::codec(CodecKind::opus); }
    std::size_t encode(std::span<const std::int16_t> samples,
                       std::span<std::uint8_t> payload) override {
        const std::size_t frame = codec().frame_samples();
        if (samples.size() != frame * channels_ || payload.empty()) return 0;
        const auto room = static_cast<opus_int32>(std::min<std::size_t>(payload.size(), 1276));
        const opus_int32 size = opus_encode(state_.get(), samples.data(), static_cast<int>(frame),
                                            payload.data(), room);
        return size > 0 ? static_cast<std::size_t>(size) : 0;
    }

  private:
    EncoderState state_;
    std::size_t channels_;
};

class OpusFrameDecoder final : public Decoder {
  public:
    OpusFrameDecoder(DecoderState state, const DecoderOptions& options)
        : state_(std::move(state)),
          channels_(options.stereo ? 2 : 1),
          sample_rate_(options.sample_rate) {}

    const Codec& codec() const override { return audio::codec(CodecKind::opus); }
    std::uint32_t sample_rate() const override { return sample_rate_; }
    std::size_t decode(ByteView payload, std::span<std::int16_t> samples) override {
        if (payload.empty()) return 0;
        const int count =
            opus_decode(state_.get(), payload.data(), static_cast<opus_int32>(payload.size()),
                        samples.data(), static_cast<int>(samples.size() / channels_), 0);
        return count > 0 ? static_cast<std::size_t>(count) : 0;
    }

  private:
    DecoderState state_;
    std::size_t channels_;
    std::uint32_t sample_rate_;
};

}  // namespace

Result<std::unique_ptr<Encoder>> make_opus_encoder(const EncoderOptions& options) {
    const int channels = options.stereo ? 2 : 1;
    int code = OPUS_OK;
    EncoderState state(
        opus_encoder_create(48000, channels, OPUS_APPLICATION_RESTRICTED_LOWDELAY, &code));
    if (code != OPUS_OK) return failure("opus encoder", code);
    if (!configure(state.get(), options)) return failure("opus encoder", OPUS_BAD_ARG);
    return std::unique_ptr<Encoder>(
        std::make_unique<OpusFrameEncoder>(std::move(state), static_cast<std::size_t>(channels)));
}

Result<std::unique_ptr<Decoder>> make_opus_decoder(const DecoderOptions& options) {
    int code = OPUS_OK;
    DecoderState state(opus_decoder_create(static_cast<opus_int32>(options.sample_rate),
                                           options.stereo ? 2 : 1, &code));
    if (code != OPUS_OK) return failure("opus decoder", code);
    return std::unique_ptr<Decoder>(std::make_unique<OpusFrameDecoder>(std::move(state), options));
}

}  // namespace janus_harness::audio
