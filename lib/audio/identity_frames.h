#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "audio/codec.h"
#include "audio/identity_code.h"

namespace janus_harness::audio {

// The 17 tones and silence as encoded frames of 20 ms, made once a process and codec and shared by
// all streams. Every frame can follow every other one: Opus's do not refer to earlier frames and
// G.711 has no memory. G.722 adapts to what it hears, so the first two frames after a change of
// tone may be garbled; the other three of a symbol are not. Immutable, so safe to share.
class IdentityFrames {
  public:
    // Made on the first call; thread-safe. Lives as long as the process.
    static const IdentityFrames& of(CodecKind kind);

    // `symbol` below kToneCount.
    ByteView tone(std::uint8_t symbol) const { return tones_[symbol]; }
    ByteView silence() const { return silence_; }
    // The symbol whose frame is exactly these bytes.
    std::optional<std::uint8_t> find(ByteView payload) const;
    bool is_silence(ByteView payload) const;

  private:
    explicit IdentityFrames(CodecKind kind);

    std::array<Bytes, kToneCount> tones_;
    Bytes silence_;
};

// The payloads of one stream. Copies nothing and allocates nothing.
class IdentitySource {
  public:
    // Only the low 20 bits of `stream_id` count.
    IdentitySource(std::uint32_t stream_id, CodecKind kind)
        : frames_(&IdentityFrames::of(kind)), code_(encode_identity(stream_id)) {}

    // `packet_index` counts the packets written (rtp::Sender::packets() before the packet), so that
    // the receiver can tell the index from the sequence number. Valid as long as the process.
    ByteView payload_for(std::uint64_t packet_index) const {
        return frames_->tone(symbol_of_packet(code_, packet_index));
    }
    ByteView silence() const { return frames_->silence(); }

  private:
    const IdentityFrames* frames_;
    IdentityCode code_;
};

}  // namespace janus_harness::audio
