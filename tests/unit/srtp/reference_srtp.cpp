#include "reference_srtp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdlib>
#include <memory>

#include "core/byte_io.h"

namespace janus_harness::srtp::reference {

namespace {

constexpr std::size_t kRtpHeader = 12;
constexpr std::size_t kRtcpHeader = 8;
constexpr std::size_t kTag = 16;

struct FreeCipher {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

void require(int result) {
    if (result <= 0) std::abort();
}

int count(ByteView bytes) {
    return static_cast<int>(bytes.size());
}

Bytes to_bytes(ByteView view) {
    return {view.begin(), view.end()};
}

void append(Bytes& out, ByteView bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

std::uint32_t rtp_ssrc(ByteView packet) {
    return *ByteReader(packet.subspan(8)).u32();
}
std::uint32_t rtcp_ssrc(ByteView packet) {
    return *ByteReader(packet.subspan(4)).u32();
}
std::uint16_t sequence(ByteView packet) {
    return *ByteReader(packet.subspan(2)).u16();
}

// The right-hand bytes of `base` XOR `value`.
void xor_at_end(Bytes& base, std::size_t end, ByteView value) {
    for (std::size_t i = 0; i < value.size(); ++i) base[end - value.size() + i] ^= value[i];
}

// RFC 3711 section 4.1.1: IV = (salt * 2^16) XOR (SSRC * 2^64) XOR (index * 2^16).
Bytes counter_mode_iv(ByteView salt, std::uint32_t ssrc, std::uint64_t index) {
    Bytes iv = to_bytes(salt);
    iv.resize(16, 0);
    Bytes words;
    ByteWriter writer(words);
    writer.u32(ssrc);
    writer.u16(static_cast<std::uint16_t>(index >> 32));
    writer.u32(static_cast<std::uint32_t>(index));
    xor_at_end(iv, 14, words);
    return iv;
}

Bytes hmac_sha1(ByteView key, ByteView first, ByteView second, std::size_t length) {
    Bytes input = to_bytes(first);
    append(input, second);
    Bytes tag(EVP_MAX_MD_SIZE);
    unsigned size = 0;
    if (HMAC(EVP_sha1(), key.data(), count(key), input.data(), input.size(), tag.data(), &size) ==
        nullptr) {
        std::abort();
    }
    tag.resize(length);
    return tag;
}

Bytes xor_with(ByteView text, const Bytes& keystream) {
    Bytes result = to_bytes(text);
    for (std::size_t i = 0; i < result.size(); ++i) result[i] ^= keystream[i];
    return result;
}

Bytes big_endian(std::uint32_t value) {
    Bytes bytes;
    ByteWriter(bytes).u32(value);
    return bytes;
}

Bytes counter_mode_rtp(const KeyMaterial& master, ByteView packet, std::uint32_t rollover,
                       std::size_t tag) {
    const Bytes key = derive(master, Label::rtp_encryption, 16);
    const Bytes salt = derive(master, Label::rtp_salt, 14);
    const std::uint64_t index = std::uint64_t{rollover} << 16 | sequence(packet);
    const ByteView payload = packet.subspan(kRtpHeader);
    Bytes out = to_bytes(packet.first(kRtpHeader));
    append(out,
           xor_with(payload, counter_keystream(key, counter_mode_iv(salt, rtp_ssrc(packet), index),
                                               payload.size())));
    append(out, hmac_sha1(derive(master, Label::rtp_authentication, 20), out, big_endian(rollover),
                          tag));
    return out;
}

Bytes counter_mode_rtcp(const KeyMaterial& master, ByteView packet, std::uint32_t index) {
    const Bytes key = derive(master, Label::rtcp_encryption, 16);
    const Bytes salt = derive(master, Label::rtcp_salt, 14);
    const ByteView payload = packet.subspan(kRtcpHeader);
    Bytes out = to_bytes(packet.first(kRtcpHeader));
    append(out,
           xor_with(payload, counter_keystream(key, counter_mode_iv(salt, rtcp_ssrc(packet), index),
                                               payload.size())));
    append(out, big_endian(index | 0x80000000U));
    append(out, hmac_sha1(derive(master, Label::rtcp_authentication, 20), out, {}, 10));
    return out;
}

}  // namespace

Bytes counter_keystream(ByteView key, ByteView counter, std::size_t length) {
    const Cipher cipher(EVP_CIPHER_CTX_new());
    const EVP_CIPHER* algorithm = key.size() == 32 ? EVP_aes_256_ctr() : EVP_aes_128_ctr();
    require(EVP_EncryptInit_ex(cipher.get(), algorithm, nullptr, key.data(), counter.data()));
    Bytes keystream(length, 0);
    int written = 0;
    require(EVP_EncryptUpdate(cipher.get(), keystream.data(), &written, keystream.data(),
                              static_cast<int>(length)));
    return keystream;
}

Bytes derive(const KeyMaterial& master, Label label, std::size_t length) {
    Bytes counter = master.salt;
    counter.resize(16, 0);
    counter[7] ^= static_cast<std::uint8_t>(label);
    return counter_keystream(master.key, counter, length);
}

Bytes gcm_seal(ByteView key, ByteView nonce, ByteView associated, ByteView plain) {
    const Cipher cipher(EVP_CIPHER_CTX_new());
    const EVP_CIPHER* algorithm = key.size() == 32 ? EVP_aes_256_gcm() : EVP_aes_128_gcm();
    require(EVP_EncryptInit_ex(cipher.get(), algorithm, nullptr, key.data(), nonce.data()));
    int written = 0;
    require(
        EVP_EncryptUpdate(cipher.get(), nullptr, &written, associated.data(), count(associated)));
    Bytes sealed(plain.size() + kTag);
    require(EVP_EncryptUpdate(cipher.get(), sealed.data(), &written, plain.data(), count(plain)));
    require(EVP_EncryptFinal_ex(cipher.get(), sealed.data() + written, &written));
    require(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTag,
                                sealed.data() + plain.size()));
    return sealed;
}

Bytes gcm_protect_rtp(ByteView key, ByteView salt, ByteView packet, std::uint32_t rollover) {
    Bytes nonce;  // 00 00 | SSRC | ROC | SEQ, XOR the salt
    ByteWriter writer(nonce);
    writer.u16(0);
    writer.u32(rtp_ssrc(packet));
    writer.u32(rollover);
    writer.u16(sequence(packet));
    xor_at_end(nonce, 12, salt);
    Bytes out = to_bytes(packet.first(kRtpHeader));
    append(out, gcm_seal(key, nonce, packet.first(kRtpHeader), packet.subspan(kRtpHeader)));
    return out;
}

Bytes gcm_protect_rtcp(ByteView key, ByteView salt, ByteView packet, std::uint32_t index) {
    Bytes nonce;  // 00 00 | SSRC | 00 00 | index, XOR the salt
    ByteWriter writer(nonce);
    writer.u16(0);
    writer.u32(rtcp_ssrc(packet));
    writer.u16(0);
    writer.u32(index);
    xor_at_end(nonce, 12, salt);
    const Bytes trailer = big_endian(index | 0x80000000U);
    Bytes associated = to_bytes(packet.first(kRtcpHeader));
    append(associated, trailer);
    Bytes out = to_bytes(packet.first(kRtcpHeader));
    append(out, gcm_seal(key, nonce, associated, packet.subspan(kRtcpHeader)));
    append(out, trailer);
    return out;
}

Bytes protect_rtp(Profile profile, const KeyMaterial& master, ByteView packet,
                  std::uint32_t rollover) {
    if (!is_gcm(profile)) return counter_mode_rtp(master, packet, rollover, rtp_overhead(profile));
    const Bytes key = derive(master, Label::rtp_encryption, master_key_length(profile));
    return gcm_protect_rtp(key, derive(master, Label::rtp_salt, 12), packet, rollover);
}

Bytes protect_rtcp(Profile profile, const KeyMaterial& master, ByteView packet,
                   std::uint32_t index) {
    if (!is_gcm(profile)) return counter_mode_rtcp(master, packet, index);
    const Bytes key = derive(master, Label::rtcp_encryption, master_key_length(profile));
    return gcm_protect_rtcp(key, derive(master, Label::rtcp_salt, 12), packet, index);
}

}  // namespace janus_harness::srtp::reference
