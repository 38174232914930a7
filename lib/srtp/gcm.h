#pragma once

#include <openssl/modes.h>

#include <cstdint>
#include <memory>
#include <span>

#include "srtp/aes_block_cipher.h"

namespace janus_harness::srtp {

// AES-GCM (NIST SP 800-38D) of one packet at a time with OpenSSL's GHASH over AesBlockCipher, on a
// state that all sessions of a thread share. OpenSSL's own AES-GCM cipher, keyed once a session,
// costs a fifth less while it is in the cache and twice as much where it is not, and takes 1.2 KB a
// direction.
class Gcm {
  public:
    static constexpr std::size_t tag_length = 16;

    // This thread's, with this key of 16 or 32 bytes until the next call. nullptr when OpenSSL
    // fails.
    static Gcm* with_key(std::span<const std::uint8_t> key);

    void start(std::span<const std::uint8_t, 12> nonce);
    // Any number of times before the text.
    void authenticate(std::span<const std::uint8_t> associated);
    // In place; writes the tag behind the text, where there is room for it.
    void seal(std::span<std::uint8_t> text);
    // In place. False when the tag behind the text is wrong.
    bool open(std::span<std::uint8_t> text);

  private:
    struct Free {
        void operator()(GCM128_CONTEXT* context) const { CRYPTO_gcm128_release(context); }
    };
    bool set_key(const AesBlockCipher* cipher);

    std::unique_ptr<GCM128_CONTEXT, Free> context_;
};

}  // namespace janus_harness::srtp
