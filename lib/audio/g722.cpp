#include "audio/g722.h"

#include <spandsp/telephony.h>
// telephony.h must come first.
#include <spandsp/g722.h>

namespace janus_harness::audio {

namespace {

constexpr int kBitRate = 64000;

struct ReleaseEncoder {
    void operator()(g722_encode_state_t* state) const { g722_encode_free(state); }
};
struct ReleaseDecoder {
    void operator()(g722_decode_state_t* state) const { g722_decode_free(state); }
};
using EncodeState = std::unique_ptr<g722_encode_state_t, ReleaseEncoder>;
using DecodeState = std::unique_ptr<g722_decode_state_t, ReleaseDecoder>;

class G722Encoder final : public Encoder {
  public:
    explicit G722Encoder(EncodeState state) : state_(std::move(state)) {}

    const Codec& codec() const override { return audio::codec(CodecKind::g722); }
    std::size_t encode(std::span<const std::int16_t> samples,
                       std::span<std::uint8_t> payload) override {
        if (samples.size() != codec().frame_samples() || payload.size() < samples.size() / 2) {
            return 0;
        }
        const int size = g722_encode(state_.get(), payload.data(), samples.data(),
                                     static_cast<int>(samples.size()));
        return size > 0 ? static_cast<std::size_t>(size) : 0;
    }

  private:
    EncodeState state_;
};

class G722Decoder final : public Decoder {
  public:
    G722Decoder(DecodeState state, std::uint32_t sample_rate)
        : state_(std::move(state)), sample_rate_(sample_rate) {}

    const Codec& codec() const override { return audio::codec(CodecKind::g722); }
    std::uint32_t sample_rate() const override { return sample_rate_; }
    std::size_t decode(ByteView payload, std::span<std::int16_t> samples) override {
        const std::size_t needed = payload.size() * (sample_rate_ / 8000);
        if (payload.empty() || samples.size() < needed) return 0;
        const int count = g722_decode(state_.get(), samples.data(), payload.data(),
                                      static_cast<int>(payload.size()));
        return count > 0 ? static_cast<std::size_t>(count) : 0;
    }

  private:
    DecodeState state_;
    std::uint32_t sample_rate_;
};

}  // namespace

Result<std::unique_ptr<Encoder>> make_g722_encoder() {
    EncodeState state(g722_encode_init(nullptr, kBitRate, 0));
    if (!state) return Error{"codec_create", "G.722 encoder: out of memory"};
    return std::unique_ptr<Encoder>(std::make_unique<G722Encoder>(std::move(state)));
}

Result<std::unique_ptr<Decoder>> make_g722_decoder(std::uint32_t sample_rate) {
    if (sample_rate != 8000 && sample_rate != 16000) {
        return Error{"codec_options", "G.722 is decoded at 8000 or 16000 Hz"};
    }
    const int options = sample_rate == 8000 ? G722_SAMPLE_RATE_8000 : 0;
    DecodeState state(g722_decode_init(nullptr, kBitRate, options));
    if (!state) return Error{"codec_create", "G.722 decoder: out of memory"};
    return std::unique_ptr<Decoder>(std::make_unique<G722Decoder>(std::move(state), sample_rate));
}

}  // namespace janus_harness::audio
