#pragma once

#include <cstdint>
#include <span>

#include "srtp/aes_block_cipher.h"
#include "srtp/counter_mode.h"
#include "srtp/key_material.h"

namespace janus_harness::srtp {

// Session keys from a master key (RFC 3711 4.3, RFC 7714 11); the key derivation rate is 0.
class KeyDerivation {
  public:
    enum class Use : std::uint8_t { rtp = 0, rtcp = 3 };
    enum class Part : std::uint8_t { encryption = 0, authentication = 1, salt = 2 };

    // `master` has the profile's lengths. Error: "srtp_create".
    static Result<KeyDerivation> create(const KeyMaterial& master);

    // Fills `key`.
    void derive(Use use, Part part, std::span<std::uint8_t> key) const;

  private:
    KeyDerivation(AesBlockCipher cipher, const Bytes& salt);

    AesBlockCipher cipher_;
    CounterBlock salt_{};  // followed by zeros
};

}  // namespace janus_harness::srtp
