#pragma once

#include <array>
#include <cstdint>

#include "srtp/aes_block_cipher.h"

namespace janus_harness::srtp {

using CounterBlock = std::array<std::uint8_t, kAesBlock>;

// AES in counter mode: XORs `length` bytes with the keystream that begins at `counter`, of which
// the last four bytes count. `in` and `out` may be the same.
void xor_keystream(const AesBlockCipher& cipher, const CounterBlock& counter,
                   const std::uint8_t* in, std::uint8_t* out, std::size_t length);

}  // namespace janus_harness::srtp
