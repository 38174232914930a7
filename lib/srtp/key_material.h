#pragma once

#include <cstdint>
#include <string_view>

#include "core/datagram.h"

namespace janus_harness::srtp {

// The SRTP protection profiles of DTLS-SRTP (RFC 5764 section 4.1.2, RFC 7714 section 14.2); the
// values are the ones on the wire.
enum class Profile : std::uint16_t {
    aes_cm_128_hmac_sha1_80 = 0x0001,
    aead_aes_128_gcm = 0x0007,
    aead_aes_256_gcm = 0x0008,
};

constexpr std::size_t master_key_length(Profile profile) {  // bytes
    return profile == Profile::aead_aes_256_gcm ? 32 : 16;
}
constexpr std::size_t master_salt_length(Profile profile) {  // bytes
    return profile == Profile::aes_cm_128_hmac_sha1_80 ? 14 : 12;
}
// What the profile adds to an RTP packet, in bytes.
constexpr std::size_t rtp_overhead(Profile profile) {
    return profile == Profile::aes_cm_128_hmac_sha1_80 ? 10 : 16;
}
// What the profile adds to an RTCP packet: the tag and the 4 bytes of E flag and index.
constexpr std::size_t rtcp_overhead(Profile profile) {
    return rtp_overhead(profile) + 4;
}

// The name in the RFCs: "AES_CM_128_HMAC_SHA1_80", "AEAD_AES_128_GCM", "AEAD_AES_256_GCM".
constexpr std::string_view profile_name(Profile profile) {
    switch (profile) {
        case Profile::aes_cm_128_hmac_sha1_80:
            return "AES_CM_128_HMAC_SHA1_80";
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
