#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/random.h"
#include "core/time.h"
#include "ice/stun_message.h"

namespace janus_harness::ice {

// Whether the peer still wants our packets (RFC 7675 section 5.1): checks at random distances, each
// a transaction of its own that is never sent twice; any answer renews the consent.
class Consent {
  public:
    Consent(Duration interval, Duration timeout) : interval_(interval), timeout_(timeout) {}

    // A pair was selected: what it took to select it counts as consent.
    void start(TimePoint now, Random& random);
    bool running() const { return running_; }
    // When the next check or the expiry is due.
    std::optional<TimePoint> next_timeout() const;
    bool is_expired(TimePoint now) const { return running_ && now >= expiry_; }
    bool is_check_due(TimePoint now) const { return running_ && now >= next_check_; }
    // A check with this transaction id goes out now.
    void check_sent(TimePoint now, const TransactionId& id, Random& random);
    bool is_ours(const TransactionId& id) const;
    void renew(TimePoint now) { expiry_ = now + timeout_; }

  private:
    TimePoint after_interval(TimePoint now, Random& random) const;

    // All that can be answered within the default timeout.
    static constexpr std::size_t kKept = 8;

    Duration interval_;
    Duration timeout_;
    bool running_ = false;
    TimePoint expiry_{};
    TimePoint next_check_{};
    std::array<TransactionId, kKept> ids_{};
    std::uint64_t sent_ = 0;
};

}  // namespace janus_harness::ice
