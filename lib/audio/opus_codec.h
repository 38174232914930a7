#pragma once

#include <memory>

#include "audio/codec.h"
#include "core/result.h"

namespace janus_harness::audio {

// Opus (RFC 6716), constant bitrate, MDCT mode only (no SILK). Errors: "codec_options",
// "codec_create".
Result<std::unique_ptr<Encoder>> make_opus_encoder(const EncoderOptions& options);
Result<std::unique_ptr<Decoder>> make_opus_decoder(const DecoderOptions& options);

}  // namespace janus_harness::audio
