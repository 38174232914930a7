#pragma once

#include <cstdint>

#include "srtp/key_material.h"

// SRTP written down straight from RFC 3711 and RFC 7714 on OpenSSL's ciphers, slow and plain: what
// the implementations under test are compared with.
namespace janus_harness::srtp::reference {

enum class Label : std::uint8_t {  // RFC 3711 section 4.3.2
    rtp_encryption = 0,
    rtp_authentication = 1,
    rtp_salt = 2,
    rtcp_encryption = 3,
    rtcp_authentication = 4,
    rtcp_salt = 5,
};

// AES in counter mode over `length` zero bytes; `counter` is 16 bytes.
Bytes counter_keystream(ByteView key, ByteView counter, std::size_t length);
// Section 4.3.3; the key derivation rate is 0. A salt of 12 bytes is padded as RFC 7714 11 says.
Bytes derive(const KeyMaterial& master, Label label, std::size_t length);
// AES-GCM: ciphertext and then the tag of 16 bytes.
Bytes gcm_seal(ByteView key, ByteView nonce, ByteView associated, ByteView plain);

// RFC 7714 sections 8.1 and 9.1 with session keys.
Bytes gcm_protect_rtp(ByteView key, ByteView salt, ByteView packet, std::uint32_t rollover);
Bytes gcm_protect_rtcp(ByteView key, ByteView salt, ByteView packet, std::uint32_t index);

// The whole way from the master key; `packet` is a plain packet with a 12-byte RTP header, or RTCP.
Bytes protect_rtp(Profile profile, const KeyMaterial& master, ByteView packet,
                  std::uint32_t rollover);
Bytes protect_rtcp(Profile profile, const KeyMaterial& master, ByteView packet,
                   std::uint32_t index);

}  // namespace janus_harness::srtp::reference
