#pragma once

#include <array>
#include <cstdint>

namespace janus_harness::srtp {

// The indexes of one stream that have been used (RFC 3711 3.3.2): the `Width` ones up to the
// highest each have a bit, anything older counts as used. `Width` is a multiple of 64.
template <std::size_t Width>
class ReplayWindow {
  public:
    explicit ReplayWindow(std::uint64_t highest = 0) : highest_(highest) {}

    std::uint64_t highest() const { return highest_; }

    bool is_used(std::uint64_t index) const {
        if (index > highest_) return false;
        return highest_ - index >= Width || (word(index) & bit(index)) != 0;
    }

    // `index` is one that is not used yet.
    void use(std::uint64_t index) {
        if (index > highest_) advance(index);
        word(index) |= bit(index);
    }

  private:
    static constexpr std::uint64_t bit(std::uint64_t index) { return 1ULL << index % 64; }
    std::uint64_t& word(std::uint64_t index) { return used_[index / 64 % used_.size()]; }
    std::uint64_t word(std::uint64_t index) const { return used_[index / 64 % used_.size()]; }

    // The bits of the indexes up to the new highest still hold what they meant a window earlier.
    void advance(std::uint64_t index) {
        if (index - highest_ >= Width) {
            used_.fill(0);
        } else {
            for (std::uint64_t i = highest_ + 1; i <= index; ++i) word(i) &= ~bit(i);
        }
        highest_ = index;
    }

    std::uint64_t highest_;
    std::array<std::uint64_t, Width / 64> used_{};
};

}  // namespace janus_harness::srtp
