#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace janus_harness::srtp {

// What is kept of each SSRC. The first one lies in the table itself, because most sessions have
// only that; the others in a vector ordered by SSRC. A pointer is good until the next insert().
template <typename State>
class StreamTable {
  public:
    // nullptr when the SSRC is new.
    State* find(std::uint32_t ssrc) {
        if (has_first_ && first_.ssrc == ssrc) return &first_.state;
        const auto place = position(ssrc);
        return place != others_.end() && place->ssrc == ssrc ? &place->state : nullptr;
    }

    // The SSRC is one that find() does not find. May allocate.
    State& insert(std::uint32_t ssrc, const State& state) {
        if (!has_first_) {
            first_ = {ssrc, state};
            has_first_ = true;
            return first_.state;
        }
        return others_.insert(position(ssrc), {ssrc, state})->state;
    }

  private:
    struct Stream {
        std::uint32_t ssrc = 0;
        State state;
    };

    auto position(std::uint32_t ssrc) {
        return std::lower_bound(
            others_.begin(), others_.end(), ssrc,
            [](const Stream& stream, std::uint32_t wanted) { return stream.ssrc < wanted; });
    }

    bool has_first_ = false;
    Stream first_;
    std::vector<Stream> others_;
};

}  // namespace janus_harness::srtp
