#pragma once

#include <memory>

#include "audio/codec.h"

namespace janus_harness::audio {

// ITU-T G.711, `kind` being pcmu or pcma; the decoder gives 8000 Hz.
std::unique_ptr<Encoder> make_g711_encoder(CodecKind kind);
std::unique_ptr<Decoder> make_g711_decoder(CodecKind kind);

}  // namespace janus_harness::audio
