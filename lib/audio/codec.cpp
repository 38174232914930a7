#include "audio/codec.h"

#include <array>
#include <string>

#include "audio/g711.h"
#include "audio/g722.h"
#include "audio/opus_codec.h"
#include "core/text.h"

namespace janus_harness::audio {

namespace {

constexpr std::array<Codec, kCodecKinds> kCodecs{{
    {CodecKind::opus, "opus", 48000, 48000, std::nullopt},
    {CodecKind::pcmu, "PCMU", 8000, 8000, 0},
    {CodecKind::pcma, "PCMA", 8000, 8000, 8},
    {CodecKind::g722, "G722", 8000, 16000, 9},
}};

Error unknown_codec(std::string_view name) {
    return {"codec_unknown",
            "codec \"" + std::string(name) + "\" is unknown; known are opus, PCMU, PCMA, G722"};
}

}  // namespace

const Codec& codec(CodecKind kind) {
    return kCodecs[static_cast<std::size_t>(kind)];
}

const Codec* find_codec(std::string_view name) {
    for (const Codec& known : kCodecs) {
        if (iequals(known.name, name)) return &known;
    }
    return nullptr;
}

Result<std::unique_ptr<Encoder>> make_encoder(std::string_view name, EncoderOptions options) {
    const Codec* found = find_codec(name);
    if (found == nullptr) return unknown_codec(name);
    if (found->kind == CodecKind::opus) return make_opus_encoder(options);
    if (options.stereo) return Error{"codec_options", "only opus is encoded in stereo"};
    if (found->kind == CodecKind::g722) return make_g722_encoder();
    return make_g711_encoder(found->kind);
}

Result<std::unique_ptr<Decoder>> make_decoder(std::string_view name, DecoderOptions options) {
    const Codec* found = find_codec(name);
    if (found == nullptr) return unknown_codec(name);
    if (options.sample_rate == 0) options.sample_rate = found->sample_rate;
    if (found->kind == CodecKind::opus) return make_opus_decoder(options);
    if (options.stereo) return Error{"codec_options", "only opus is decoded in stereo"};
    if (found->kind == CodecKind::g722) return make_g722_decoder(options.sample_rate);
    if (options.sample_rate != found->sample_rate) {
        return Error{"codec_options", "G.711 has no other sample rate than 8000 Hz"};
    }
    return make_g711_decoder(found->kind);
}

}  // namespace janus_harness::audio
