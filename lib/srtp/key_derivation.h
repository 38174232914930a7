#pragma once

#include <cstdint>
#include <span>

#include "srtp/aes_block_cipher.h"
#include "srtp/key_material.h"

namespace janus_harness::srtp {

enum class KeyUse : std::uint8_t { rtp = 0, rtcp = 3 };
enum class KeyPart : std::uint8_t { encryption = 0, authentication = 1, salt = 2 };

// Fills `key` with a session key of a master key (RFC 3711 4.3, RFC 7714 11); the key derivation
// rate is 0. False when OpenSSL fails.
bool derive_key(const KeyMaterial& master, KeyUse use, KeyPart part, std::span<std::uint8_t> key);

}  // namespace janus_harness::srtp
