#include "srtp/counter_mode_protection.h"

#include "srtp/counter_mode.h"
#include "srtp/packet_layout.h"

namespace janus_harness::srtp {

Result<CounterModeProtection> CounterModeProtection::create(Profile profile,
                                                            const KeyMaterial& master, KeyUse use) {
    CounterModeProtection made;
    std::array<std::uint8_t, HmacSha1::key_length> authentication;
    if (!derive_key(master, use, KeyPart::encryption, made.encryption_) ||
        !derive_key(master, use, KeyPart::authentication, authentication) ||
        !derive_key(master, use, KeyPart::salt, made.salt_)) {
        return Error{"srtp_create", "OpenSSL has no AES for SRTP"};
    }
    made.authentication_ = HmacSha1(authentication);
    made.rtp_tag_length_ = static_cast<std::uint8_t>(rtp_overhead(profile));
    return made;
}

bool CounterModeProtection::crypt(std::span<std::uint8_t> text, PacketId id) const {
    const AesBlockCipher* const cipher = AesBlockCipher::with_key(encryption_);
    if (cipher == nullptr) return false;
    // (salt * 2^16) XOR (SSRC * 2^64) XOR (index * 2^16); the last two bytes count the blocks.
    CounterBlock counter{};
    store_u32(&counter[4], id.ssrc);
    store_u48(&counter[8], id.index);
    for (std::size_t i = 0; i < salt_.size(); ++i) counter[i] ^= salt_[i];
    xor_keystream(*cipher, counter, text.data(), text.data(), text.size());
    return true;
}

HmacSha1::Tag CounterModeProtection::rtp_tag(std::span<const std::uint8_t> authenticated,
                                             PacketId id) const {
    std::array<std::uint8_t, 4> rollover;
    store_u32(rollover.data(), static_cast<std::uint32_t>(id.index >> 16));
    return authentication_(authenticated, rollover);
}

bool CounterModeProtection::protect_rtp(std::span<std::uint8_t> packet, std::size_t header,
                                        PacketId id) const {
    const auto authenticated = packet.first(packet.size() - rtp_tag_length_);
    if (!crypt(authenticated.subspan(header), id)) return false;
    rtp_tag(authenticated, id).write(packet.last(rtp_tag_length_));
    return true;
}

bool CounterModeProtection::unprotect_rtp(std::span<std::uint8_t> packet, std::size_t header,
                                          PacketId id) const {
    const auto authenticated = packet.first(packet.size() - rtp_tag_length_);
    return rtp_tag(authenticated, id).matches(packet.last(rtp_tag_length_)) &&
           crypt(authenticated.subspan(header), id);
}

bool CounterModeProtection::protect_rtcp(std::span<std::uint8_t> packet, PacketId id) const {
    const auto text = packet.first(index_position(packet.size())).subspan(kRtcpHeader);
    if (!crypt(text, id)) return false;
    authentication_(packet.first(packet.size() - kRtcpTag), {}).write(packet.last(kRtcpTag));
    return true;
}

bool CounterModeProtection::unprotect_rtcp(std::span<std::uint8_t> packet, PacketId id) const {
    const auto tag = authentication_(packet.first(packet.size() - kRtcpTag), {});
    return tag.matches(packet.last(kRtcpTag)) &&
           crypt(packet.first(index_position(packet.size())).subspan(kRtcpHeader), id);
}

}  // namespace janus_harness::srtp
