#pragma once

#include <openssl/modes.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "srtp/aes_block_cipher.h"
#include "srtp/key_derivation.h"
#include "srtp/packet_index.h"

namespace janus_harness::srtp {

// AES-GCM (RFC 7714): one direction's RTP, or its RTCP. A packet is given as it is when protected,
// with the room or the content of tag and SRTCP index.
class GcmCipher {
  public:
    struct Keys {
        std::array<std::uint8_t, 32> encryption;  // AES-128 uses the first half
        std::array<std::uint8_t, 12> salt;
    };
    static Keys derive_keys(const KeyDerivation& derivation, KeyDerivation::Use use,
                            Profile profile);

    // Error: "srtp_create".
    static Result<GcmCipher> create(const Keys& keys, Profile profile);
    bool set_keys(const Keys& keys);

    // `header` bytes are not encrypted.
    void protect_rtp(std::span<std::uint8_t> packet, std::size_t header, PacketId id) const;
    // False, and the text is lost, when the tag is wrong.
    bool unprotect_rtp(std::span<std::uint8_t> packet, std::size_t header, PacketId id) const;

    // Where E flag and SRTCP index stand; the caller writes them before protect_rtcp().
    static std::size_t index_position(std::size_t length) { return length - 4; }
    void protect_rtcp(std::span<std::uint8_t> packet, PacketId id) const;
    bool unprotect_rtcp(std::span<std::uint8_t> packet, PacketId id) const;

  private:
    struct Free {
        void operator()(GCM128_CONTEXT* context) const { CRYPTO_gcm128_release(context); }
    };
    using Context = std::unique_ptr<GCM128_CONTEXT, Free>;

    GcmCipher(AesBlockCipher cipher, const Keys& keys, std::size_t key_length);
    void start(PacketId id, std::span<const std::uint8_t> associated) const;
    void seal(std::span<std::uint8_t> text) const;  // the tag follows the text
    bool open(std::span<std::uint8_t> text) const;

    AesBlockCipher cipher_;
    Context context_;  // the key's table for GHASH, and the state of the packet in work
    std::array<std::uint8_t, 12> salt_;
    std::uint8_t key_length_;
};

}  // namespace janus_harness::srtp
