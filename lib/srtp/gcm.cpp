#include "srtp/gcm.h"

#include <algorithm>

#include "srtp/counter_mode.h"

namespace janus_harness::srtp {

namespace {

// What OpenSSL calls; the key it was given is an AesBlockCipher.
void encrypt_block(const unsigned char* in, unsigned char* out, const void* key) {
    static_cast<const AesBlockCipher*>(key)->encrypt(in, out, 1);
}

void encrypt_text(const unsigned char* in, unsigned char* out, std::size_t blocks, const void* key,
                  const unsigned char* counter) {
    CounterBlock first;
    std::copy_n(counter, first.size(), first.begin());
    xor_keystream(*static_cast<const AesBlockCipher*>(key), first, in, out, blocks * kAesBlock);
}

}  // namespace

Gcm* Gcm::with_key(std::span<const std::uint8_t> key) {
    thread_local Gcm gcm;
    const AesBlockCipher* const cipher = AesBlockCipher::with_key(key);
    return cipher != nullptr && gcm.set_key(cipher) ? &gcm : nullptr;
}

bool Gcm::set_key(const AesBlockCipher* cipher) {
    // OpenSSL asks for a mutable key and gives it to encrypt_block(), nothing else.
    void* const key = const_cast<AesBlockCipher*>(cipher);
    if (context_) {
        CRYPTO_gcm128_init(context_.get(), key, encrypt_block);
    } else {
        context_.reset(CRYPTO_gcm128_new(key, encrypt_block));
    }
    return context_ != nullptr;
}

void Gcm::start(std::span<const std::uint8_t, 12> nonce) {
    CRYPTO_gcm128_setiv(context_.get(), nonce.data(), nonce.size());
}

void Gcm::authenticate(std::span<const std::uint8_t> associated) {
    CRYPTO_gcm128_aad(context_.get(), associated.data(), associated.size());
}

void Gcm::seal(std::span<std::uint8_t> text) {
    CRYPTO_gcm128_encrypt_ctr32(context_.get(), text.data(), text.data(), text.size(),
                                encrypt_text);
    CRYPTO_gcm128_tag(context_.get(), text.data() + text.size(), tag_length);
}

bool Gcm::open(std::span<std::uint8_t> text) {
    CRYPTO_gcm128_decrypt_ctr32(context_.get(), text.data(), text.data(), text.size(),
                                encrypt_text);
    return CRYPTO_gcm128_finish(context_.get(), text.data() + text.size(), tag_length) == 0;
}

}  // namespace janus_harness::srtp
