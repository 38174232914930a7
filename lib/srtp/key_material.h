#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/datagram.h"

namespace janus_harness::srtp {

// The SRTP protection profiles of DTLS-SRTP (RFC 5764 section 4.1.2, RFC 7714 section 14.2); the
// values are the ones on the wire.
enum class Profile : std::uint16_t {
    aes_cm_128_hmac_sha1_80 = 0x0001,
    aes_cm_128_hmac_sha1_32 = 0x0002,
    aead_aes_128_gcm = 0x0007,
    aead_aes_256_gcm = 0x0008,
};

inline constexpr std::array all_profiles = {Profile::aes_cm_128_hmac_sha1_80,
                                            Profile::aes_cm_128_hmac_sha1_32,
                                            Profile::aead_aes_128_gcm, Profile::aead_aes_256_gcm};

constexpr bool is_gcm(Profile profile) {
    return profile == Profile::aead_aes_128_gcm || profile == Profile::aead_aes_256_gcm;
}

constexpr std::size_t master_key_length(Profile profile) {  // bytes
    return profile == Profile::aead_aes_256_gcm ? 32 : 16;
}
constexpr std::size_t master_salt_length(Profile profile) {  // bytes
    return is_gcm(profile) ? 12 : 14;
}
// What the profile adds to an RTP packet, in bytes.
constexpr std::size_t rtp_overhead(Profile profile) {
    if (is_gcm(profile)) return 16;
    return profile == Profile::aes_cm_128_hmac_sha1_32 ? 4 : 10;
}
// What the profile adds to an RTCP packet: the tag and the 4 bytes of E flag and index. The tag of
// AES_CM_128_HMAC_SHA1_32 is shortened in RTP only (RFC 5764 section 4.1.2).
constexpr std::size_t rtcp_overhead(Profile profile) {
    return (is_gcm(profile) ? 16 : 10) + 4;
}

// The name in the RFCs: "AES_CM_128_HMAC_SHA1_80", "AEAD_AES_128_GCM" and so on.
constexpr std::string_view profile_name(Profile profile) {
    switch (profile) {
        case Profile::aes_cm_128_hmac_sha1_80:
            return "AES_CM_128_HMAC_SHA1_80";
        case Profile::aes_cm_128_hmac_sha1_32:
            return "AES_CM_128_HMAC_SHA1_32";
        case Profile::aead_aes_128_gcm:
            return "AEAD_AES_128_GCM";
        case Profile::aead_aes_256_gcm:
            return "AEAD_AES_256_GCM";
    }
    return "";
}

// Master key and salt of one direction; the lengths are the profile's.
struct KeyMaterial {
    Bytes key;
    Bytes salt;
};

}  // namespace janus_harness::srtp
