#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <span>

#include "core/result.h"

namespace janus_harness::srtp {

constexpr std::size_t kAesBlock = 16;  // bytes

// AES of single blocks. Counter mode built on it costs a third of OpenSSL's own counter mode, which
// in 3.0 pays more for a new initialization vector than for the ten blocks of a voice packet.
class AesBlockCipher {
  public:
    // The key has 16 or 32 bytes. Error: "srtp_create".
    static Result<AesBlockCipher> create(std::span<const std::uint8_t> key);

    // The same length as before.
    bool set_key(std::span<const std::uint8_t> key);

    // Both hold `blocks` whole blocks, and may be the same.
    void encrypt(const std::uint8_t* in, std::uint8_t* out, std::size_t blocks) const {
        encrypt(context_.get(), in, out, blocks);
    }

    // For callbacks of C: the pointer stays when the object is moved.
    EVP_CIPHER_CTX* context() const { return context_.get(); }
    static void encrypt(EVP_CIPHER_CTX* context, const std::uint8_t* in, std::uint8_t* out,
                        std::size_t blocks);

  private:
    struct Free {
        void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
    };
    explicit AesBlockCipher(EVP_CIPHER_CTX* context) : context_(context) {}

    std::unique_ptr<EVP_CIPHER_CTX, Free> context_;
};

}  // namespace janus_harness::srtp
