#include "ice/consent.h"

#include <algorithm>

namespace janus_harness::ice {

TimePoint Consent::after_interval(TimePoint now, Random& random) const {
    const double factor = 0.8 + 0.4 * random.unit();
    return now + std::chrono::duration_cast<Duration>(interval_ * factor);
}

void Consent::start(TimePoint now, Random& random) {
    running_ = true;
    sent_ = 0;
    renew(now);
    next_check_ = after_interval(now, random);
}

std::optional<TimePoint> Consent::next_timeout() const {
    if (!running_) return std::nullopt;
    return std::min(next_check_, expiry_);
}

void Consent::check_sent(TimePoint now, const TransactionId& id, Random& random) {
    ids_[sent_++ % kKept] = id;
    next_check_ = after_interval(now, random);
}

bool Consent::is_ours(const TransactionId& id) const {
    const auto end =
        ids_.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(sent_, kKept));
    return std::find(ids_.begin(), end, id) != end;
}

}  // namespace janus_harness::ice
