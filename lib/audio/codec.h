#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "core/datagram.h"
#include "core/result.h"

namespace janus_harness::audio {

enum class CodecKind : std::uint8_t { opus, pcmu, pcma, g722 };
inline constexpr std::size_t kCodecKinds = 4;

inline constexpr std::uint32_t kFrameMilliseconds = 20;

// An audio codec as RTP carries it.
struct Codec {
    CodecKind kind;
    std::string_view name;         // as rtpmap spells it: "opus", "PCMU", "PCMA", "G722"
    std::uint32_t rtp_clock_rate;  // Hz; 8000 for G722 (RFC 3551 4.5.2)
    std::uint32_t sample_rate;     // Hz of the audio; 16000 for G722
    std::optional<std::uint8_t> static_payload_type;  // RFC 3551 6

    // What a frame of 20 ms adds to the RTP timestamp.
    constexpr std::uint32_t timestamp_step() const {
        return rtp_clock_rate / 1000 * kFrameMilliseconds;
    }
    // Samples of a frame of 20 ms, a channel.
    constexpr std::size_t frame_samples() const { return sample_rate / 1000 * kFrameMilliseconds; }
};

const Codec& codec(CodecKind kind);
// By encoding name, without case; nullptr if unknown.
const Codec* find_codec(std::string_view name);

// Turns frames of 20 ms, 16 bit, into payloads. Keeps the codec's state between frames.
class Encoder {
  public:
    virtual ~Encoder() = default;
    virtual const Codec& codec() const = 0;
    // `samples` is exactly one frame (interleaved when stereo). Gives the size of the payload
    // written to `payload`, or 0 when a length is wrong or there is no room (1276 bytes always do).
    virtual std::size_t encode(std::span<const std::int16_t> samples,
                               std::span<std::uint8_t> payload) = 0;
};

// Turns payloads into samples. Keeps the codec's state between frames.
class Decoder {
  public:
    virtual ~Decoder() = default;
    virtual const Codec& codec() const = 0;
    // Hz of the samples that decode() gives.
    virtual std::uint32_t sample_rate() const = 0;
    // A payload of any length that the codec allows, from the network and so of any content. Gives
    // the number of samples written (a channel; interleaved when stereo), 0 when the payload is
    // malformed or does not fit.
    virtual std::size_t decode(ByteView payload, std::span<std::int16_t> samples) = 0;
};

struct EncoderOptions {
    bool stereo = false;       // opus only (RFC 7587 6.1, sprop-stereo)
    int bitrate = 32000;       // opus only, bits a second, constant
    bool independent = false;  // opus only: no frame depends on the ones before it
};

struct DecoderOptions {
    bool stereo = false;            // opus only
    std::uint32_t sample_rate = 0;  // Hz: opus 8000, 12000, 16000, 24000, 48000; G722 8000, 16000;
                                    // 0 for the codec's own
};

// Errors: "codec_unknown" (the name is none of find_codec's), "codec_options", "codec_create".
Result<std::unique_ptr<Encoder>> make_encoder(std::string_view name, EncoderOptions options = {});
Result<std::unique_ptr<Decoder>> make_decoder(std::string_view name, DecoderOptions options = {});

}  // namespace janus_harness::audio
