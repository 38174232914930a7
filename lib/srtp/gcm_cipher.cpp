#include "srtp/gcm_cipher.h"

#include <algorithm>

#include "srtp/counter_mode.h"
#include "srtp/packet_layout.h"

namespace janus_harness::srtp {

namespace {

constexpr std::size_t kTag = 16;

// What OpenSSL's GCM calls; the key it was given is the context of an AesBlockCipher.
void encrypt_block(const unsigned char* in, unsigned char* out, const void* key) {
    AesBlockCipher::encrypt(static_cast<EVP_CIPHER_CTX*>(const_cast<void*>(key)), in, out, 1);
}

void encrypt_counter_mode(const unsigned char* in, unsigned char* out, std::size_t blocks,
                          const void* key, const unsigned char* counter) {
    CounterBlock first;
    std::copy_n(counter, first.size(), first.begin());
    xor_keystream(static_cast<EVP_CIPHER_CTX*>(const_cast<void*>(key)), first, in, out,
                  blocks * kAesBlock);
}

}  // namespace

GcmCipher::Keys GcmCipher::derive_keys(const KeyDerivation& derivation, KeyDerivation::Use use,
                                       Profile profile) {
    Keys keys{};
    derivation.derive(use, KeyDerivation::Part::encryption,
                      std::span(keys.encryption).first(master_key_length(profile)));
    derivation.derive(use, KeyDerivation::Part::salt, keys.salt);
    return keys;
}

Result<GcmCipher> GcmCipher::create(const Keys& keys, Profile profile) {
    const std::size_t key_length = master_key_length(profile);
    auto cipher = AesBlockCipher::create(std::span(keys.encryption).first(key_length));
    if (!cipher) return cipher.error();
    GcmCipher gcm(std::move(cipher).value(), keys, key_length);
    if (!gcm.context_) return Error{"srtp_create", "no memory for AES-GCM"};
    return gcm;
}

GcmCipher::GcmCipher(AesBlockCipher cipher, const Keys& keys, std::size_t key_length)
    : cipher_(std::move(cipher)),
      context_(CRYPTO_gcm128_new(cipher_.context(), encrypt_block)),
      salt_(keys.salt),
      key_length_(static_cast<std::uint8_t>(key_length)) {}

bool GcmCipher::set_keys(const Keys& keys) {
    if (!cipher_.set_key(std::span(keys.encryption).first(key_length_))) return false;
    CRYPTO_gcm128_init(context_.get(), cipher_.context(), encrypt_block);
    salt_ = keys.salt;
    return true;
}

void GcmCipher::start(PacketId id, std::span<const std::uint8_t> associated) const {
    // (00 00 | SSRC | rollover counter and sequence number, or 00 00 and SRTCP index) XOR the salt.
    std::array<std::uint8_t, 12> nonce{};
    store_u32(&nonce[2], id.ssrc);
    store_u32(&nonce[6], static_cast<std::uint32_t>(id.index >> 16));
    nonce[10] = static_cast<std::uint8_t>(id.index >> 8);
    nonce[11] = static_cast<std::uint8_t>(id.index);
    for (std::size_t i = 0; i < nonce.size(); ++i) nonce[i] ^= salt_[i];
    CRYPTO_gcm128_setiv(context_.get(), nonce.data(), nonce.size());
    CRYPTO_gcm128_aad(context_.get(), associated.data(), associated.size());
}

void GcmCipher::seal(std::span<std::uint8_t> text) const {
    CRYPTO_gcm128_encrypt_ctr32(context_.get(), text.data(), text.data(), text.size(),
                                encrypt_counter_mode);
    CRYPTO_gcm128_tag(context_.get(), text.data() + text.size(), kTag);
}

bool GcmCipher::open(std::span<std::uint8_t> text) const {
    CRYPTO_gcm128_decrypt_ctr32(context_.get(), text.data(), text.data(), text.size(),
                                encrypt_counter_mode);
    return CRYPTO_gcm128_finish(context_.get(), text.data() + text.size(), kTag) == 0;
}

void GcmCipher::protect_rtp(std::span<std::uint8_t> packet, std::size_t header, PacketId id) const {
    start(id, packet.first(header));
    seal(packet.first(packet.size() - kTag).subspan(header));
}

bool GcmCipher::unprotect_rtp(std::span<std::uint8_t> packet, std::size_t header,
                              PacketId id) const {
    start(id, packet.first(header));
    return open(packet.first(packet.size() - kTag).subspan(header));
}

// RFC 7714 9.2: header, E flag and index are associated data; the tag stands before the index.
void GcmCipher::protect_rtcp(std::span<std::uint8_t> packet, PacketId id) const {
    start(id, packet.first(kRtcpHeader));
    CRYPTO_gcm128_aad(context_.get(), packet.last(kIndexField).data(), kIndexField);
    seal(packet.first(packet.size() - kIndexField - kTag).subspan(kRtcpHeader));
}

bool GcmCipher::unprotect_rtcp(std::span<std::uint8_t> packet, PacketId id) const {
    start(id, packet.first(kRtcpHeader));
    CRYPTO_gcm128_aad(context_.get(), packet.last(kIndexField).data(), kIndexField);
    return open(packet.first(packet.size() - kIndexField - kTag).subspan(kRtcpHeader));
}

}  // namespace janus_harness::srtp
