#include "srtp/gcm_protection.h"

#include <algorithm>

#include "srtp/gcm.h"
#include "srtp/packet_layout.h"

namespace janus_harness::srtp {

Result<GcmProtection> GcmProtection::create(Profile profile, const KeyMaterial& master,
                                            KeyUse use) {
    std::array<std::uint8_t, 32> longest;
    const auto key = std::span(longest).first(master_key_length(profile));
    std::array<std::uint8_t, 12> salt;
    if (!derive_key(master, use, KeyPart::encryption, key) ||
        !derive_key(master, use, KeyPart::salt, salt) || Gcm::with_key(key) == nullptr) {
        return Error{"srtp_create", "OpenSSL has no AES-GCM for SRTP"};
    }
    return GcmProtection(key, salt);
}

GcmProtection::GcmProtection(std::span<const std::uint8_t> key,
                             std::span<const std::uint8_t, 12> salt)
    : key_length_(static_cast<std::uint8_t>(key.size())) {
    std::copy(key.begin(), key.end(), encryption_.begin());
    std::copy(salt.begin(), salt.end(), salt_.begin());
}

std::array<std::uint8_t, 12> GcmProtection::nonce(PacketId id) const {
    // (00 00 | SSRC | rollover counter and sequence number, or 00 00 and SRTCP index) XOR the salt.
    std::array<std::uint8_t, 12> nonce{};
    store_u32(&nonce[2], id.ssrc);
    store_u48(&nonce[6], id.index);
    for (std::size_t i = 0; i < nonce.size(); ++i) nonce[i] ^= salt_[i];
    return nonce;
}

bool GcmProtection::protect_rtp(std::span<std::uint8_t> packet, std::size_t header,
                                PacketId id) const {
    Gcm* const gcm = Gcm::with_key(key());
    if (gcm == nullptr) return false;
    gcm->start(nonce(id));
    gcm->authenticate(packet.first(header));
    gcm->seal(packet.first(packet.size() - Gcm::tag_length).subspan(header));
    return true;
}

bool GcmProtection::unprotect_rtp(std::span<std::uint8_t> packet, std::size_t header,
                                  PacketId id) const {
    Gcm* const gcm = Gcm::with_key(key());
    if (gcm == nullptr) return false;
    gcm->start(nonce(id));
    gcm->authenticate(packet.first(header));
    return gcm->open(packet.first(packet.size() - Gcm::tag_length).subspan(header));
}

// RFC 7714 9.2: header, E flag and index are associated data; the tag stands before the index.
bool GcmProtection::protect_rtcp(std::span<std::uint8_t> packet, PacketId id) const {
    Gcm* const gcm = Gcm::with_key(key());
    if (gcm == nullptr) return false;
    gcm->start(nonce(id));
    gcm->authenticate(packet.first(kRtcpHeader));
    gcm->authenticate(packet.last(kIndexField));
    gcm->seal(packet.first(packet.size() - kIndexField - Gcm::tag_length).subspan(kRtcpHeader));
    return true;
}

bool GcmProtection::unprotect_rtcp(std::span<std::uint8_t> packet, PacketId id) const {
    Gcm* const gcm = Gcm::with_key(key());
    if (gcm == nullptr) return false;
    gcm->start(nonce(id));
    gcm->authenticate(packet.first(kRtcpHeader));
    gcm->authenticate(packet.last(kIndexField));
    return gcm->open(
        packet.first(packet.size() - kIndexField - Gcm::tag_length).subspan(kRtcpHeader));
}

}  // namespace janus_harness::srtp
