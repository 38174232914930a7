#pragma once

#include <memory>

#include "audio/codec.h"
#include "core/result.h"

namespace janus_harness::audio {

// ITU-T G.722 at 64 kbit/s. Errors: "codec_options" (the rate is not 8000 or 16000 Hz),
// "codec_create".
Result<std::unique_ptr<Encoder>> make_g722_encoder();
Result<std::unique_ptr<Decoder>> make_g722_decoder(std::uint32_t sample_rate);

}  // namespace janus_harness::audio
