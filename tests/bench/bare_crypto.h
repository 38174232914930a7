#pragma once

#include <openssl/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

// SRTP's ciphers by OpenSSL's EVP with reused contexts and nothing around them: no parsing, no
// replay window, no rollover, no key derivation. No floor for all implementations: one that keeps
// less of a key than OpenSSL's HMAC does touches less memory and may be cheaper.
namespace janus_harness::bench {

enum class BareProfile {
    none,
    aes_cm_128_hmac_sha1_80,
    aes_cm_128_hmac_sha1_32,
    aead_aes_128_gcm,
    aead_aes_256_gcm,
};

// By the names of the profiles, and "none". Gives up on others.
BareProfile bare_profile(std::string_view name);

constexpr std::size_t kRtpHeader = 12;
constexpr std::size_t kRtpPayload = 160;  // 20 ms of G.711
constexpr std::size_t kPlainPacket = kRtpHeader + kRtpPayload;
std::size_t tag_length(BareProfile profile);

// The contexts of one direction of one call, keyed once and reused for every packet.
class BareCipher {
  public:
    BareCipher(BareProfile profile, std::uint32_t ssrc);

    // `packet` has kPlainPacket bytes and room for the tag.
    void protect(std::uint8_t* packet, std::uint64_t index);
    // False when the tag is wrong.
    bool unprotect(std::uint8_t* packet, std::uint64_t index);

  private:
    struct Free {
        void operator()(EVP_CIPHER_CTX* context) const;
        void operator()(EVP_MAC_CTX* context) const;
    };
    std::array<std::uint8_t, 16> initial_vector(std::uint64_t index) const;
    void run_counter_mode(std::uint8_t* packet, std::uint64_t index);
    // HMAC-SHA1 over the packet and the rollover counter (RFC 3711 section 4.2).
    std::array<std::uint8_t, 20> authenticate(const std::uint8_t* packet, std::uint64_t index);
    void seal(std::uint8_t* packet, std::uint64_t index);
    bool open(std::uint8_t* packet, std::uint64_t index);

    BareProfile profile_;
    std::uint32_t ssrc_;
    std::array<std::uint8_t, 14> salt_{};
    std::unique_ptr<EVP_CIPHER_CTX, Free> encrypt_;  // counter mode both ways, or GCM sealing
    std::unique_ptr<EVP_CIPHER_CTX, Free> decrypt_;  // GCM opening only
    std::unique_ptr<EVP_MAC_CTX, Free> mac_;
};

}  // namespace janus_harness::bench
