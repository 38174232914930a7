#include "srtp/aes_block_cipher.h"

#include <array>
#include <cstdlib>

namespace janus_harness::srtp {

namespace {

// Looking an algorithm up costs more than keying it; it lives as long as the process.
const EVP_CIPHER* algorithm(std::size_t key_length) {
    static const EVP_CIPHER* const aes_128 = EVP_CIPHER_fetch(nullptr, "AES-128-ECB", nullptr);
    static const EVP_CIPHER* const aes_256 = EVP_CIPHER_fetch(nullptr, "AES-256-ECB", nullptr);
    return key_length == 32 ? aes_256 : aes_128;
}

}  // namespace

const AesBlockCipher* AesBlockCipher::with_key(std::span<const std::uint8_t> key) {
    thread_local std::array<AesBlockCipher, 2> ciphers;  // one for each length of keys
    AesBlockCipher& cipher = ciphers[key.size() / 32];
    return cipher.set_key(key) ? &cipher : nullptr;
}

bool AesBlockCipher::set_key(std::span<const std::uint8_t> key) {
    const EVP_CIPHER* first = nullptr;
    if (!context_) {
        context_.reset(EVP_CIPHER_CTX_new());
        first = algorithm(key.size());
        if (!context_ || first == nullptr) return false;
    }
    return EVP_EncryptInit_ex(context_.get(), first, nullptr, key.data(), nullptr) == 1;
}

void AesBlockCipher::encrypt(const std::uint8_t* in, std::uint8_t* out, std::size_t blocks) const {
    // With a key and whole blocks it cannot fail; going on without would send plain text.
    if (EVP_Cipher(context_.get(), out, in, static_cast<unsigned>(blocks * kAesBlock)) < 0) {
        std::abort();
    }
}

}  // namespace janus_harness::srtp
