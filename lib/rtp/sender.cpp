#include "rtp/sender.h"

#include <algorithm>

namespace janus_harness::rtp {

Sender::Sender(Random& random, std::uint8_t payload_type, std::uint32_t clock_rate,
               std::uint32_t timestamp_step)
    : ssrc_(static_cast<std::uint32_t>(random())),
      clock_rate_(clock_rate),
      timestamp_step_(timestamp_step),
      next_timestamp_(static_cast<std::uint32_t>(random())),
      next_sequence_number_(static_cast<std::uint16_t>(random.below(0x8000))),
      payload_type_(payload_type) {}

std::size_t Sender::write_packet(TimePoint now, ByteView payload, std::span<std::uint8_t> buffer) {
    if (buffer.size() < kFixedHeaderSize + payload.size()) return 0;
    const RtpHeader header{.marker = marker_,
                           .payload_type = payload_type_,
                           .sequence_number = next_sequence_number_,
                           .timestamp = next_timestamp_,
                           .ssrc = ssrc_};
    const std::size_t header_size = header.write(buffer);
    if (header_size == 0) return 0;
    std::copy(payload.begin(), payload.end(), buffer.begin() + kFixedHeaderSize);
    marker_ = false;
    sent_at_[packets_ % kHistory] = now;
    ++packets_;
    octets_ += payload.size();
    ++next_sequence_number_;
    next_timestamp_ += timestamp_step_;
    return header_size + payload.size();
}

void Sender::skip(std::uint32_t frames) {
    next_timestamp_ += frames * timestamp_step_;
    marker_ = true;
}

std::optional<TimePoint> Sender::last_sent_at() const {
    if (packets_ == 0) return std::nullopt;
    return sent_at_[(packets_ - 1) % kHistory];
}

std::uint32_t Sender::timestamp_at(TimePoint now) const {
    const std::optional<TimePoint> last = last_sent_at();
    if (!last) return next_timestamp_;
    const double units = to_seconds(now - *last) * static_cast<double>(clock_rate_);
    const auto elapsed = static_cast<std::uint32_t>(static_cast<std::int64_t>(units));
    return next_timestamp_ - timestamp_step_ + elapsed;
}

}  // namespace janus_harness::rtp
