#include "bare_crypto.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <cstring>

#include "figures.h"

namespace janus_harness::bench {
namespace {

constexpr std::size_t kMacKey = 20;
constexpr std::array<std::uint8_t, 32> kKey{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

void require(bool done) {
    if (!done) give_up("OpenSSL refused an operation of the bare cipher");
}

bool is_gcm(BareProfile profile) {
    return profile == BareProfile::aead_aes_128_gcm || profile == BareProfile::aead_aes_256_gcm;
}

EVP_CIPHER* cipher(BareProfile profile) {
    static EVP_CIPHER* const counter_mode = EVP_CIPHER_fetch(nullptr, "AES-128-CTR", nullptr);
    static EVP_CIPHER* const gcm_128 = EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr);
    static EVP_CIPHER* const gcm_256 = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    if (profile == BareProfile::aead_aes_256_gcm) return gcm_256;
    return is_gcm(profile) ? gcm_128 : counter_mode;
}

EVP_CIPHER_CTX* keyed_cipher(BareProfile profile, int encrypting) {
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    require(EVP_CipherInit_ex2(context, cipher(profile), kKey.data(), nullptr, encrypting,
                               nullptr) == 1);
    return context;
}

EVP_MAC_CTX* keyed_mac() {
    static EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    char digest[] = "SHA1";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end()};
    EVP_MAC_CTX* context = EVP_MAC_CTX_new(hmac);
    require(EVP_MAC_init(context, kKey.data(), kMacKey, parameters) == 1);
    return context;
}

}  // namespace

BareProfile bare_profile(std::string_view name) {
    if (name == "none") return BareProfile::none;
    if (name == "AES_CM_128_HMAC_SHA1_80") return BareProfile::aes_cm_128_hmac_sha1_80;
    if (name == "AES_CM_128_HMAC_SHA1_32") return BareProfile::aes_cm_128_hmac_sha1_32;
    if (name == "AEAD_AES_128_GCM") return BareProfile::aead_aes_128_gcm;
    if (name == "AEAD_AES_256_GCM") return BareProfile::aead_aes_256_gcm;
    give_up("a profile is \"none\" or one of SRTP's by its name, such as AEAD_AES_128_GCM");
}

std::size_t tag_length(BareProfile profile) {
    if (profile == BareProfile::none) return 0;
    if (is_gcm(profile)) return 16;
    return profile == BareProfile::aes_cm_128_hmac_sha1_32 ? 4 : 10;
}

void BareCipher::Free::operator()(EVP_CIPHER_CTX* context) const {
    EVP_CIPHER_CTX_free(context);
}

void BareCipher::Free::operator()(EVP_MAC_CTX* context) const {
    EVP_MAC_CTX_free(context);
}

BareCipher::BareCipher(BareProfile profile, std::uint32_t ssrc) : profile_(profile), ssrc_(ssrc) {
    if (profile == BareProfile::none) return;
    encrypt_.reset(keyed_cipher(profile, 1));
    if (is_gcm(profile)) {
        decrypt_.reset(keyed_cipher(profile, 0));
    } else {
        mac_.reset(keyed_mac());
    }
}

std::array<std::uint8_t, 16> BareCipher::initial_vector(std::uint64_t index) const {
    std::array<std::uint8_t, 16> vector{};
    std::memcpy(vector.data() + 4, &ssrc_, sizeof ssrc_);
    std::memcpy(vector.data() + 8, &index, 6);
    for (std::size_t i = 0; i < salt_.size(); ++i) {
        vector[i] = static_cast<std::uint8_t>(vector[i] ^ salt_[i]);
    }
    return vector;
}

void BareCipher::run_counter_mode(std::uint8_t* packet, std::uint64_t index) {
    const auto vector = initial_vector(index);
    int length = 0;
    require(EVP_EncryptInit_ex2(encrypt_.get(), nullptr, nullptr, vector.data(), nullptr) == 1 &&
            EVP_EncryptUpdate(encrypt_.get(), packet + kRtpHeader, &length, packet + kRtpHeader,
                              kRtpPayload) == 1);
}

std::array<std::uint8_t, 20> BareCipher::authenticate(const std::uint8_t* packet,
                                                      std::uint64_t index) {
    const auto rollover = static_cast<std::uint32_t>(index >> 16);
    std::array<std::uint8_t, 4> rollover_bytes{};
    std::memcpy(rollover_bytes.data(), &rollover, sizeof rollover);
    std::array<std::uint8_t, 20> tag{};
    std::size_t length = tag.size();
    require(EVP_MAC_init(mac_.get(), nullptr, 0, nullptr) == 1 &&
            EVP_MAC_update(mac_.get(), packet, kPlainPacket) == 1 &&
            EVP_MAC_update(mac_.get(), rollover_bytes.data(), rollover_bytes.size()) == 1 &&
            EVP_MAC_final(mac_.get(), tag.data(), &length, tag.size()) == 1);
    return tag;
}

void BareCipher::seal(std::uint8_t* packet, std::uint64_t index) {
    const auto vector = initial_vector(index);
    EVP_CIPHER_CTX* context = encrypt_.get();
    int length = 0;
    require(EVP_EncryptInit_ex2(context, nullptr, nullptr, vector.data(), nullptr) == 1 &&
            EVP_EncryptUpdate(context, nullptr, &length, packet, kRtpHeader) == 1 &&
            EVP_EncryptUpdate(context, packet + kRtpHeader, &length, packet + kRtpHeader,
                              kRtpPayload) == 1 &&
            EVP_EncryptFinal_ex(context, packet + kPlainPacket, &length) == 1 &&
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, packet + kPlainPacket) == 1);
}

bool BareCipher::open(std::uint8_t* packet, std::uint64_t index) {
    const auto vector = initial_vector(index);
    EVP_CIPHER_CTX* context = decrypt_.get();
    int length = 0;
    require(EVP_DecryptInit_ex2(context, nullptr, nullptr, vector.data(), nullptr) == 1 &&
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, 16, packet + kPlainPacket) == 1 &&
            EVP_DecryptUpdate(context, nullptr, &length, packet, kRtpHeader) == 1 &&
            EVP_DecryptUpdate(context, packet + kRtpHeader, &length, packet + kRtpHeader,
                              kRtpPayload) == 1);
    return EVP_DecryptFinal_ex(context, packet + kPlainPacket, &length) == 1;
}

void BareCipher::protect(std::uint8_t* packet, std::uint64_t index) {
    if (profile_ == BareProfile::none) return;
    if (is_gcm(profile_)) return seal(packet, index);
    run_counter_mode(packet, index);
    const auto tag = authenticate(packet, index);
    std::memcpy(packet + kPlainPacket, tag.data(), tag_length(profile_));
}

bool BareCipher::unprotect(std::uint8_t* packet, std::uint64_t index) {
    if (profile_ == BareProfile::none) return true;
    if (is_gcm(profile_)) return open(packet, index);
    const auto tag = authenticate(packet, index);
    if (CRYPTO_memcmp(packet + kPlainPacket, tag.data(), tag_length(profile_)) != 0) return false;
    run_counter_mode(packet, index);
    return true;
}

}  // namespace janus_harness::bench
