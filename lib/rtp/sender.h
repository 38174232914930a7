#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "core/random.h"
#include "core/time.h"
#include "rtp/packet.h"

namespace janus_harness::rtp {

// One outgoing RTP stream of frames of equal length: numbers, times and counts the packets.
// Allocates nothing. Not thread-safe.
class Sender {
  public:
    // Send times kept, in packets.
    static constexpr std::size_t kHistory = 128;

    // `clock_rate` in Hz (8000 for G.722, RFC 3551 4.5.2); `timestamp_step` is what a packet adds
    // to the timestamp: 160 at 8 kHz, 960 at 48 kHz for 20 ms. SSRC, first timestamp and first
    // sequence number are random (RFC 3550 5.1), the latter below 32768 so that a receiver that
    // misses the first packets cannot guess a wrong SRTP rollover counter (RFC 3711 3.3.1).
    Sender(Random& random, std::uint8_t payload_type, std::uint32_t clock_rate,
           std::uint32_t timestamp_step);

    // Writes the next packet into `buffer` and counts it as sent at `now`. The marker bit is set on
    // the first packet and on the first after skip(). Gives the packet's size, or 0, with nothing
    // counted, when there is no room.
    std::size_t write_packet(TimePoint now, ByteView payload, std::span<std::uint8_t> buffer);
    // Frames that were not sent (hold, mute): the timestamp moves on, the sequence number does not.
    void skip(std::uint32_t frames);
    // Before the first packet: the SSRC that the SDP has announced.
    void set_ssrc(std::uint32_t ssrc) { ssrc_ = ssrc; }
    // After a renegotiation.
    void set_payload_type(std::uint8_t payload_type) { payload_type_ = payload_type; }

    std::uint32_t ssrc() const { return ssrc_; }
    std::uint8_t payload_type() const { return payload_type_; }
    std::uint16_t next_sequence_number() const { return next_sequence_number_; }
    std::uint32_t next_timestamp() const { return next_timestamp_; }
    // Packets written; also the index of the next one, the first being 0.
    std::uint64_t packets() const { return packets_; }
    // Payload bytes written, without headers and padding (RFC 3550 6.4.1).
    std::uint64_t octets() const { return octets_; }
    // nullopt when that packet is not among the last kHistory.
    std::optional<TimePoint> sent_at(std::uint64_t packet_index) const {
        if (packet_index >= packets_ || packets_ - packet_index > kHistory) return std::nullopt;
        return sent_at_[packet_index % kHistory];
    }
    std::optional<TimePoint> last_sent_at() const;
    // Asks for the memory that the next write_packet() writes.
    void prefetch() const { __builtin_prefetch(&sent_at_[packets_ % kHistory], 1); }
    // The media clock at `now`, as a sender report needs it (6.4.1).
    std::uint32_t timestamp_at(TimePoint now) const;

  private:
    std::uint32_t ssrc_;
    std::uint32_t clock_rate_;
    std::uint32_t timestamp_step_;
    std::uint32_t next_timestamp_;
    std::uint16_t next_sequence_number_;
    std::uint8_t payload_type_;
    bool marker_ = true;
    std::uint64_t packets_ = 0;
    std::uint64_t octets_ = 0;
    std::array<TimePoint, kHistory> sent_at_{};
};

}  // namespace janus_harness::rtp
