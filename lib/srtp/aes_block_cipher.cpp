#include "srtp/aes_block_cipher.h"

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

Result<AesBlockCipher> AesBlockCipher::create(std::span<const std::uint8_t> key) {
    AesBlockCipher cipher(EVP_CIPHER_CTX_new());
    EVP_CIPHER_CTX* const context = cipher.context_.get();
    if (context == nullptr ||
        EVP_EncryptInit_ex(context, algorithm(key.size()), nullptr, key.data(), nullptr) != 1) {
        return Error{"srtp_create", "OpenSSL has no AES for SRTP"};
    }
    return cipher;
}

bool AesBlockCipher::set_key(std::span<const std::uint8_t> key) {
    return EVP_EncryptInit_ex(context_.get(), nullptr, nullptr, key.data(), nullptr) == 1;
}

void AesBlockCipher::encrypt(EVP_CIPHER_CTX* context, const std::uint8_t* in, std::uint8_t* out,
                             std::size_t blocks) {
    // With a key and whole blocks it cannot fail; going on without would send plain text.
    if (EVP_Cipher(context, out, in, static_cast<unsigned>(blocks * kAesBlock)) < 0) std::abort();
}

}  // namespace janus_harness::srtp
