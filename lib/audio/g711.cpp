#include "audio/g711.h"

#include <spandsp/telephony.h>
// telephony.h must come first.
#include <spandsp/bit_operations.h>
#include <spandsp/g711.h>

#include <algorithm>

namespace janus_harness::audio {

namespace {

using Compress = std::uint8_t (*)(int);
using Expand = std::int16_t (*)(std::uint8_t);

class G711Encoder final : public Encoder {
  public:
    explicit G711Encoder(CodecKind kind)
        : codec_(audio::codec(kind)),
          compress_(kind == CodecKind::pcmu ? Compress{linear_to_ulaw} : Compress{linear_to_alaw}) {
    }

    const Codec& codec() const override { return codec_; }
    std::size_t encode(std::span<const std::int16_t> samples,
                       std::span<std::uint8_t> payload) override {
        if (samples.size() != codec_.frame_samples() || payload.size() < samples.size()) return 0;
        std::transform(samples.begin(), samples.end(), payload.begin(), compress_);
        return samples.size();
    }

  private:
    const Codec& codec_;
    Compress compress_;
};

class G711Decoder final : public Decoder {
  public:
    explicit G711Decoder(CodecKind kind)
        : codec_(audio::codec(kind)),
          expand_(kind == CodecKind::pcmu ? Expand{ulaw_to_linear} : Expand{alaw_to_linear}) {}

    const Codec& codec() const override { return codec_; }
    std::uint32_t sample_rate() const override { return codec_.sample_rate; }
    std::size_t decode(ByteView payload, std::span<std::int16_t> samples) override {
        if (payload.size() > samples.size()) return 0;
        std::transform(payload.begin(), payload.end(), samples.begin(), expand_);
        return payload.size();
    }

  private:
    const Codec& codec_;
    Expand expand_;
};

}  // namespace

std::unique_ptr<Encoder> make_g711_encoder(CodecKind kind) {
    return std::make_unique<G711Encoder>(kind);
}

std::unique_ptr<Decoder> make_g711_decoder(CodecKind kind) {
    return std::make_unique<G711Decoder>(kind);
}

}  // namespace janus_harness::audio
