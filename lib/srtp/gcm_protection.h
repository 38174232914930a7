#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "srtp/key_derivation.h"
#include "srtp/packet_index.h"

namespace janus_harness::srtp {

// AES-GCM (RFC 7714) and the keys of one direction's RTP, or RTCP. A packet is given as long as it
// is when protected, tag and SRTCP index included.
class GcmProtection {
  public:
    // Error: "srtp_create".
    static Result<GcmProtection> create(Profile profile, const KeyMaterial& master, KeyUse use);

    // With keys that are derived already: 16 or 32 bytes.
    GcmProtection(std::span<const std::uint8_t> key, std::span<const std::uint8_t, 12> salt);

    // `header` bytes are not encrypted. False when OpenSSL fails.
    bool protect_rtp(std::span<std::uint8_t> packet, std::size_t header, PacketId id) const;
    // False, and the text is lost, when the tag is wrong.
    bool unprotect_rtp(std::span<std::uint8_t> packet, std::size_t header, PacketId id) const;

    // Where E flag and SRTCP index stand; the caller writes them before protect_rtcp().
    static std::size_t index_position(std::size_t length) { return length - 4; }
    bool protect_rtcp(std::span<std::uint8_t> packet, PacketId id) const;
    bool unprotect_rtcp(std::span<std::uint8_t> packet, PacketId id) const;

  private:
    std::span<const std::uint8_t> key() const { return std::span(encryption_).first(key_length_); }
    std::array<std::uint8_t, 12> nonce(PacketId id) const;

    std::array<std::uint8_t, 32> encryption_{};  // of which AES-128 takes the first half
    std::array<std::uint8_t, 12> salt_{};
    std::uint8_t key_length_;
};

}  // namespace janus_harness::srtp
