#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "srtp/aes_block_cipher.h"
#include "srtp/hmac_sha1.h"
#include "srtp/key_derivation.h"
#include "srtp/packet_index.h"

namespace janus_harness::srtp {

// AES-CM with HMAC-SHA1 (RFC 3711 4.1.1, 4.2.1): one direction's RTP, or its RTCP. A packet is
// given as it is when protected, with the room or the content of tag and SRTCP index.
class CounterModeCipher {
  public:
    struct Keys {
        std::array<std::uint8_t, 16> encryption;
        std::array<std::uint8_t, 14> salt;
        HmacSha1 authentication;
    };
    static Keys derive_keys(const KeyDerivation& derivation, KeyDerivation::Use use,
                            Profile profile);

    // Error: "srtp_create".
    static Result<CounterModeCipher> create(const Keys& keys, Profile profile);
    bool set_keys(const Keys& keys);

    // `header` bytes are not encrypted.
    void protect_rtp(std::span<std::uint8_t> packet, std::size_t header, PacketId id) const;
    // False, and nothing is changed, when the tag is wrong.
    bool unprotect_rtp(std::span<std::uint8_t> packet, std::size_t header, PacketId id) const;

    // Where E flag and SRTCP index stand; the caller writes them before protect_rtcp().
    static std::size_t index_position(std::size_t length) { return length - kRtcpTag - 4; }
    void protect_rtcp(std::span<std::uint8_t> packet, PacketId id) const;
    bool unprotect_rtcp(std::span<std::uint8_t> packet, PacketId id) const;

  private:
    static constexpr std::size_t kRtcpTag = 10;

    CounterModeCipher(AesBlockCipher cipher, const Keys& keys, std::size_t rtp_tag);
    void crypt(std::span<std::uint8_t> text, PacketId id) const;
    HmacSha1::Tag rtp_tag(std::span<const std::uint8_t> authenticated, PacketId id) const;

    AesBlockCipher cipher_;
    HmacSha1 authentication_;
    std::array<std::uint8_t, 14> salt_;
    std::uint8_t rtp_tag_length_;
};

}  // namespace janus_harness::srtp
