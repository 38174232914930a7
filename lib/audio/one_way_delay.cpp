#include "audio/one_way_delay.h"

#include <algorithm>

namespace janus_harness::audio {
namespace {

// Times of sending and of arrival are taken in different places: a packet that seems to arrive this
// little before it was sent is that packet all the same, and not the one of a code word earlier.
constexpr Duration clock_tolerance = std::chrono::milliseconds{20};

}  // namespace

std::optional<Duration> OneWayDelay::delay_of(const IdentityVerifier& verifier,
                                              const rtp::Sender& sender,
                                              std::int64_t extended_sequence, TimePoint arrival) {
    const std::optional<std::uint32_t> modulo = verifier.packet_index_modulo(extended_sequence);
    if (!modulo) return std::nullopt;
    if (!holds(*modulo, sender, extended_sequence, arrival)) {
        locked_ = lock(*modulo, sender, extended_sequence, arrival);
        if (!locked_) return std::nullopt;
    }
    const auto index = static_cast<std::uint64_t>(extended_sequence - difference_);
    const std::optional<TimePoint> sent = sender.sent_at(index);
    if (!sent) return std::nullopt;
    return std::max(arrival - *sent, Duration::zero());
}

// False when the difference contradicts the audio, or the packet would have come before it was
// sent; a packet that is merely too old is no contradiction.
bool OneWayDelay::holds(std::uint32_t modulo, const rtp::Sender& sender,
                        std::int64_t extended_sequence, TimePoint arrival) const {
    const std::int64_t index = extended_sequence - difference_;
    if (!locked_ || index < 0 || index % kCodePackets != modulo) return false;
    if (static_cast<std::uint64_t>(index) >= sender.packets()) return false;
    const std::optional<TimePoint> sent = sender.sent_at(static_cast<std::uint64_t>(index));
    return !sent || *sent <= arrival + clock_tolerance;
}

// Takes the newest packet that was sent by then and carries the right place of the code word.
bool OneWayDelay::lock(std::uint32_t modulo, const rtp::Sender& sender,
                       std::int64_t extended_sequence, TimePoint arrival) {
    const auto packets = static_cast<std::int64_t>(sender.packets());
    const std::int64_t past = (packets - 1 - modulo) % kCodePackets;
    for (std::int64_t index = packets - 1 - past; index >= 0; index -= kCodePackets) {
        const std::optional<TimePoint> sent = sender.sent_at(static_cast<std::uint64_t>(index));
        if (!sent) return false;
        if (*sent > arrival + clock_tolerance) continue;
        difference_ = extended_sequence - index;
        return true;
    }
    return false;
}

}  // namespace janus_harness::audio
