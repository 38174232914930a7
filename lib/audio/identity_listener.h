#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "audio/codec.h"
#include "core/time.h"

namespace janus_harness::audio {

// Hears the tones of identity audio in payloads that are not the exact frames, because something
// on the way transcoded them.
class IdentityListener {
  public:
    enum class Heard { tone, silence, neither };
    struct Sound {
        Heard heard = Heard::neither;
        std::uint8_t symbol = 0;  // of a tone
    };

    // Frames at once, and on average a second.
    static constexpr int kBurst = 50;
    static constexpr int kRate = 12;

    explicit IdentityListener(CodecKind kind);

    // nullopt when the frame was not judged, to save time: beyond the first kBurst frames, kRate in
    // a row are decoded, then none until kRate more are due. The first frames of a row only bring a
    // codec with memory up to date.
    std::optional<Sound> listen(TimePoint now, ByteView payload);

  private:
    bool take_budget(TimePoint now);

    std::unique_ptr<Decoder> decoder_;  // at 8000 Hz, where all tones are
    int warm_up_frames_;                // of the codec
    int warm_up_left_;
    bool listening_ = true;
    double budget_ = kBurst;  // frames
    std::optional<TimePoint> refilled_;
};

}  // namespace janus_harness::audio
