#include "rtp/jitter.h"

#include <algorithm>
#include <cmath>

namespace janus_harness::rtp {

Duration Jitter::handle(TimePoint arrival, std::uint32_t timestamp) {
    if (started_) {
        const double elapsed = to_seconds(arrival - last_arrival_) * clock_rate_;
        const auto advanced = static_cast<std::int32_t>(timestamp - last_timestamp_);
        units_ += (std::abs(elapsed - advanced) - units_) / 16;
        max_units_ = std::max(max_units_, units_);
    }
    started_ = true;
    last_arrival_ = arrival;
    last_timestamp_ = timestamp;
    return current();
}

}  // namespace janus_harness::rtp
