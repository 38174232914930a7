#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "core/datagram.h"

namespace janus_harness::rtp {

inline constexpr std::size_t kFixedHeaderSize = 12;  // bytes, RFC 3550 5.1
inline constexpr std::size_t kMaxContributors = 15;

// The header of an RTP packet to be written (RFC 3550 5.1). The views must outlive the write.
struct RtpHeader {
    bool marker = false;
    std::uint8_t payload_type = 0;  // 0 to 127
    std::uint16_t sequence_number = 0;
    std::uint32_t timestamp = 0;  // in units of the payload format's clock rate
    std::uint32_t ssrc = 0;
    std::span<const std::uint32_t> contributors = {};  // CSRCs, at most kMaxContributors
    // A header extension (5.3.1) is written when there is a profile; its length must be a multiple
    // of 4 bytes and at most 65535 words.
    std::optional<std::uint16_t> extension_profile = std::nullopt;
    ByteView extension = {};

    // Bytes that write() needs.
    std::size_t size() const;
    // Writes the header at the start of `buffer`. Gives its size, or 0 when there is no room or a
    // field is out of range.
    std::size_t write(std::span<std::uint8_t> buffer) const;
};

// An RTP packet in a receive buffer, checked once and read in place. The bytes must outlive it.
class RtpPacketView {
  public:
    // nullopt unless the bytes are a whole RTP packet: version 2, CSRC list, extension and padding
    // within the packet (RFC 3550 A.1).
    static std::optional<RtpPacketView> parse(ByteView bytes);

    bool marker() const { return (bytes_[1] & 0x80) != 0; }
    std::uint8_t payload_type() const { return bytes_[1] & 0x7f; }
    std::uint16_t sequence_number() const {
        return static_cast<std::uint16_t>(bytes_[2] << 8 | bytes_[3]);
    }
    std::uint32_t timestamp() const { return u32(4); }
    std::uint32_t ssrc() const { return u32(8); }
    std::size_t contributor_count() const { return bytes_[0] & 0x0f; }
    // `index` below contributor_count().
    std::uint32_t contributor(std::size_t index) const { return u32(kFixedHeaderSize + 4 * index); }
    std::optional<std::uint16_t> extension_profile() const;
    // Without its four bytes of profile and length; empty when there is no extension.
    ByteView extension() const;
    // Without padding; may be empty.
    ByteView payload() const { return bytes_.subspan(payload_offset_, payload_size_); }
    std::size_t padding_size() const { return bytes_.size() - payload_offset_ - payload_size_; }

  private:
    explicit RtpPacketView(ByteView bytes) : bytes_(bytes) {}
    bool locate_payload();
    bool has_extension() const { return (bytes_[0] & 0x10) != 0; }
    std::size_t extension_offset() const { return kFixedHeaderSize + 4 * contributor_count(); }
    std::uint32_t u32(std::size_t offset) const {
        return static_cast<std::uint32_t>(bytes_[offset]) << 24 |
               static_cast<std::uint32_t>(bytes_[offset + 1]) << 16 |
               static_cast<std::uint32_t>(bytes_[offset + 2]) << 8 | bytes_[offset + 3];
    }

    ByteView bytes_;
    std::size_t payload_offset_ = 0;
    std::size_t payload_size_ = 0;
};

}  // namespace janus_harness::rtp
