#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace janus_harness {

// A seeded source of random numbers (SplitMix64): the same seed gives the same run. Not for keys,
// fingerprints or ICE passwords of a production endpoint; the harness is not one, and a repeatable
// run is worth more here. Satisfies UniformRandomBitGenerator. Not thread-safe: one a worker.
class Random {
  public:
    using result_type = std::uint64_t;

    explicit Random(std::uint64_t seed) : state_(seed) {}

    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return UINT64_MAX; }
    result_type operator()();

    // Uniform in [0, bound); bound must not be 0.
    std::uint64_t below(std::uint64_t bound);
    // Uniform in [0, 1).
    double unit();
    // `length` characters, each one of `alphabet` (not empty).
    std::string text(std::size_t length, std::string_view alphabet);
    // Letters and digits only: valid as ice-char (RFC 8839 5.4), SIP token and Janus transaction.
    std::string token(std::size_t length);
    // An independent source for a sub-task; the same (seed, stream) always gives the same source.
    Random fork(std::uint64_t stream) const;

  private:
    std::uint64_t state_;
};

}  // namespace janus_harness
