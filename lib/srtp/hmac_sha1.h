#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace janus_harness::srtp {

// HMAC-SHA1 (RFC 2104) with one key. What it keeps is SHA-1's state after the key's two blocks: 40
// bytes, where OpenSSL's own HMAC takes 800 and half as much time again.
class HmacSha1 {
  public:
    static constexpr std::size_t tag_length = 20;
    using Tag = std::array<std::uint8_t, tag_length>;
    static constexpr std::size_t key_length = 20;

    HmacSha1() = default;
    explicit HmacSha1(std::span<const std::uint8_t, key_length> key);

    // Over `first` and then `second`.
    Tag operator()(std::span<const std::uint8_t> first, std::span<const std::uint8_t> second) const;

  private:
    using State = std::array<std::uint32_t, 5>;
    State inner_{};
    State outer_{};
};

}  // namespace janus_harness::srtp
