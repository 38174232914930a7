#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "srtp/hmac_sha1.h"
#include "srtp/key_derivation.h"
#include "srtp/packet_index.h"

namespace janus_harness::srtp {

// AES-CM with HMAC-SHA1 (RFC 3711 4.1.1, 4.2.1) and the keys of one direction's RTP, or RTCP. A
// packet is given as long as it is when protected, tag and SRTCP index included.
class CounterModeProtection {
  public:
    // Error: "srtp_create".
    static Result<CounterModeProtection> create(Profile profile, const KeyMaterial& master,
                                                KeyUse use);

    // `header` bytes are not encrypted. False when OpenSSL fails.
    bool protect_rtp(std::span<std::uint8_t> packet, std::size_t header, PacketId id) const;
    // False, and nothing is changed, when the tag is wrong.
    bool unprotect_rtp(std::span<std::uint8_t> packet, std::size_t header, PacketId id) const;

    // Where E flag and SRTCP index stand; the caller writes them before protect_rtcp().
    static std::size_t index_position(std::size_t length) { return length - kRtcpTag - 4; }
    bool protect_rtcp(std::span<std::uint8_t> packet, PacketId id) const;
    bool unprotect_rtcp(std::span<std::uint8_t> packet, PacketId id) const;

  private:
    static constexpr std::size_t kRtcpTag = 10;

    bool crypt(std::span<std::uint8_t> text, PacketId id) const;
    HmacSha1::Tag rtp_tag(std::span<const std::uint8_t> authenticated, PacketId id) const;

    std::array<std::uint8_t, 16> encryption_{};
    HmacSha1 authentication_;
    std::array<std::uint8_t, 14> salt_{};
    std::uint8_t rtp_tag_length_ = 0;
};

}  // namespace janus_harness::srtp
