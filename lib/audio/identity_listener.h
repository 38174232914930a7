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

    explicit IdentityListener(CodecKind kind);

    // At most `burst` frames at once and `rate` a second. False when that is used up.
    bool take_budget(TimePoint now, std::int64_t burst, std::int64_t rate);
    Sound listen(ByteView payload);

  private:
    std::unique_ptr<Decoder> decoder_;  // at 8000 Hz, where all tones are
    TimePoint refilled_{};
    double budget_ = -1;  // frames; negative before the first use
};

}  // namespace janus_harness::audio
