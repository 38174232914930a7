#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "audio/identity_code.h"

namespace janus_harness::audio {

// The extended sequence number modulo 40, never negative.
std::uint32_t code_place(std::int64_t extended_sequence);

// Symbols heard at each of the 40 places of a repeating code word, the place being the extended
// sequence number modulo 40, and what they say about whose code it is and where it begins.
class SymbolWindow {
  public:
    struct Fit {
        std::uint32_t offset = 0;      // place + offset, modulo 40, is the packet index modulo 40
        std::uint32_t matched = 0;     // votes that agree with the code
        std::uint32_t mismatched = 0;  // votes that do not
        std::uint32_t runner_up = 0;   // fewest votes against any other offset
        std::uint8_t symbols = 0;      // bit k: symbol k of the code word was heard
    };

    void add(std::int64_t extended_sequence, std::uint8_t symbol);
    void clear() { *this = SymbolWindow{}; }
    std::uint32_t packets() const { return packets_; }

    // The offset at which `code` fits best.
    Fit fit(const IdentityCode& code) const;
    // The id of whatever code word is heard, when all of its symbols are and none contradicts.
    std::optional<std::uint32_t> decode() const;

  private:
    struct Place {
        std::uint8_t symbol = 0;
        std::uint8_t votes = 0;
    };

    std::uint32_t votes_against(const IdentityCode& code, std::uint32_t offset) const;
    void add_support(const IdentityCode& code, Fit& fit) const;
    bool symbol_at(std::uint32_t start, std::uint8_t& symbol) const;

    std::array<Place, kCodePackets> places_{};
    std::uint32_t packets_ = 0;
};

}  // namespace janus_harness::audio
