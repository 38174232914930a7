#include "srtp/key_derivation.h"

#include <algorithm>

namespace janus_harness::srtp {

Result<KeyDerivation> KeyDerivation::create(const KeyMaterial& master) {
    auto cipher = AesBlockCipher::create(master.key);
    if (!cipher) return cipher.error();
    return KeyDerivation(std::move(cipher).value(), master.salt);
}

KeyDerivation::KeyDerivation(AesBlockCipher cipher, const Bytes& salt)
    : cipher_(std::move(cipher)) {
    std::copy(salt.begin(), salt.end(), salt_.begin());
}

void KeyDerivation::derive(Use use, Part part, std::span<std::uint8_t> key) const {
    // The label stands seven bytes before the end of the salt's 14 (RFC 3711 4.3.1 and 4.3.3).
    CounterBlock counter = salt_;
    counter[7] ^=
        static_cast<std::uint8_t>(static_cast<unsigned>(use) + static_cast<unsigned>(part));
    std::fill(key.begin(), key.end(), std::uint8_t{0});
    xor_keystream(cipher_.context(), counter, key.data(), key.data(), key.size());
}

}  // namespace janus_harness::srtp
