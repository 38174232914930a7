#include "srtp/key_derivation.h"

#include <algorithm>

#include "srtp/counter_mode.h"

namespace janus_harness::srtp {

bool derive_key(const KeyMaterial& master, KeyUse use, KeyPart part, std::span<std::uint8_t> key) {
    const AesBlockCipher* const cipher = AesBlockCipher::with_key(master.key);
    if (cipher == nullptr) return false;
    // The label stands seven bytes before the end of the salt's 14 (RFC 3711 4.3.1 and 4.3.3).
    CounterBlock counter{};
    std::copy(master.salt.begin(), master.salt.end(), counter.begin());
    const unsigned label = static_cast<unsigned>(use) + static_cast<unsigned>(part);
    counter[7] ^= static_cast<std::uint8_t>(label);
    std::fill(key.begin(), key.end(), std::uint8_t{0});
    xor_keystream(*cipher, counter, key.data(), key.data(), key.size());
    return true;
}

}  // namespace janus_harness::srtp
