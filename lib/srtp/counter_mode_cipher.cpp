#include "srtp/counter_mode_cipher.h"

#include <openssl/crypto.h>

#include <algorithm>

#include "srtp/packet_layout.h"

namespace janus_harness::srtp {

CounterModeCipher::Keys CounterModeCipher::derive_keys(const KeyDerivation& derivation,
                                                       KeyDerivation::Use use, Profile) {
    Keys keys{};
    std::array<std::uint8_t, HmacSha1::key_length> authentication;
    derivation.derive(use, KeyDerivation::Part::encryption, keys.encryption);
    derivation.derive(use, KeyDerivation::Part::authentication, authentication);
    derivation.derive(use, KeyDerivation::Part::salt, keys.salt);
    keys.authentication = HmacSha1(authentication);
    return keys;
}

Result<CounterModeCipher> CounterModeCipher::create(const Keys& keys, Profile profile) {
    auto cipher = AesBlockCipher::create(keys.encryption);
    if (!cipher) return cipher.error();
    return CounterModeCipher(std::move(cipher).value(), keys, rtp_overhead(profile));
}

CounterModeCipher::CounterModeCipher(AesBlockCipher cipher, const Keys& keys, std::size_t rtp_tag)
    : cipher_(std::move(cipher)),
      authentication_(keys.authentication),
      salt_(keys.salt),
      rtp_tag_length_(static_cast<std::uint8_t>(rtp_tag)) {}

bool CounterModeCipher::set_keys(const Keys& keys) {
    authentication_ = keys.authentication;
    salt_ = keys.salt;
    return cipher_.set_key(keys.encryption);
}

void CounterModeCipher::crypt(std::span<std::uint8_t> text, PacketId id) const {
    // (salt * 2^16) XOR (SSRC * 2^64) XOR (index * 2^16); the last two bytes count the blocks.
    CounterBlock counter{};
    store_u32(&counter[4], id.ssrc);
    store_u32(&counter[8], static_cast<std::uint32_t>(id.index >> 16));
    counter[12] = static_cast<std::uint8_t>(id.index >> 8);
    counter[13] = static_cast<std::uint8_t>(id.index);
    for (std::size_t i = 0; i < salt_.size(); ++i) counter[i] ^= salt_[i];
    xor_keystream(cipher_.context(), counter, text.data(), text.data(), text.size());
}

HmacSha1::Tag CounterModeCipher::rtp_tag(std::span<const std::uint8_t> authenticated,
                                         PacketId id) const {
    std::array<std::uint8_t, 4> rollover;
    store_u32(rollover.data(), static_cast<std::uint32_t>(id.index >> 16));
    return authentication_(authenticated, rollover);
}

void CounterModeCipher::protect_rtp(std::span<std::uint8_t> packet, std::size_t header,
                                    PacketId id) const {
    const auto authenticated = packet.first(packet.size() - rtp_tag_length_);
    crypt(authenticated.subspan(header), id);
    const HmacSha1::Tag tag = rtp_tag(authenticated, id);
    std::copy_n(tag.begin(), rtp_tag_length_, authenticated.end());
}

bool CounterModeCipher::unprotect_rtp(std::span<std::uint8_t> packet, std::size_t header,
                                      PacketId id) const {
    const auto authenticated = packet.first(packet.size() - rtp_tag_length_);
    const HmacSha1::Tag tag = rtp_tag(authenticated, id);
    if (CRYPTO_memcmp(tag.data(), authenticated.data() + authenticated.size(), rtp_tag_length_) !=
        0)
        return false;
    crypt(authenticated.subspan(header), id);
    return true;
}

void CounterModeCipher::protect_rtcp(std::span<std::uint8_t> packet, PacketId id) const {
    const auto authenticated = packet.first(packet.size() - kRtcpTag);
    crypt(packet.first(index_position(packet.size())).subspan(kRtcpHeader), id);
    const HmacSha1::Tag tag = authentication_(authenticated, {});
    std::copy_n(tag.begin(), kRtcpTag, authenticated.end());
}

bool CounterModeCipher::unprotect_rtcp(std::span<std::uint8_t> packet, PacketId id) const {
    const auto authenticated = packet.first(packet.size() - kRtcpTag);
    const HmacSha1::Tag tag = authentication_(authenticated, {});
    if (CRYPTO_memcmp(tag.data(), authenticated.data() + authenticated.size(), kRtcpTag) != 0)
        return false;
    crypt(packet.first(index_position(packet.size())).subspan(kRtcpHeader), id);
    return true;
}

}  // namespace janus_harness::srtp
