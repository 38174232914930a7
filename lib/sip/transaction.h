#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include "core/balance.h"
#include "core/time.h"
#include "sip/config.h"
#include "sip/message.h"
#include "sip/transmitter.h"

namespace janus_harness::sip {

// 64*T1, the life of timers B, F, H, J, L and M.
constexpr Duration transaction_timeout(const TimerValues& timers) {
    return 64 * timers.t1;
}

// A retransmission timer: fires, doubles its interval up to a ceiling, fires again.
class RetransmitTimer {
  public:
    void start(TimePoint now, Duration interval) {
        interval_ = interval;
        at_ = now + interval;
    }
    void stop() { at_.reset(); }
    bool due(TimePoint now) const { return at_ && *at_ <= now; }
    // After it fired: the interval doubles up to `ceiling`. Counted from when it was due, so that a
    // late wake-up does not stretch the plan; firings it slept through are left out, not caught up.
    void again(TimePoint now, Duration ceiling) {
        do {
            interval_ = std::min(interval_ * 2, ceiling);
            at_ = *at_ + interval_;
        } while (*at_ <= now);
    }
    // The same with a fixed interval from now on.
    void again_every(TimePoint now, Duration interval) {
        interval_ = interval;
        again(now, interval);
    }
    std::optional<TimePoint> at() const { return at_; }

  private:
    Duration interval_{};
    std::optional<TimePoint> at_;
};

// A client transaction (RFC 3261 17.1): the request has been given its Via and destination.
class ClientTransaction {
  public:
    virtual ~ClientTransaction() = default;
    virtual void start(TimePoint now, Transmitter& out) = 0;
    // True when the response is for the transaction user.
    virtual bool handle_response(TimePoint now, const Message& response, Transmitter& out) = 0;
    // True when the transaction user must hear of a timeout (timer B or F).
    virtual bool handle_timeout(TimePoint now, Transmitter& out) = 0;
    virtual std::optional<TimePoint> next_timeout() const = 0;
    virtual bool terminated() const = 0;
    // What a CANCEL is made of (RFC 3261 9.1); null when there is nothing to cancel.
    virtual const Message* cancellable() const { return nullptr; }
};

enum class RequestDelivery {
    absorbed,      // a retransmission or an ACK without further meaning
    acknowledged,  // the first ACK to a final response >= 300
    pass,          // an ACK for the transaction user: of a 2xx, on the branch of the INVITE
};

// A server transaction (RFC 3261 17.2), made when its request arrived.
class ServerTransaction {
  public:
    virtual ~ServerTransaction() = default;
    virtual RequestDelivery handle_request(TimePoint now, const Message& request,
                                           Transmitter& out) = 0;
    virtual void respond(TimePoint now, const Message& response, Transmitter& out) = 0;
    // True when the transaction user must hear of a timeout (timer H).
    virtual bool handle_timeout(TimePoint now, Transmitter& out) = 0;
    virtual std::optional<TimePoint> next_timeout() const = 0;
    virtual bool terminated() const = 0;
};

// Counts live transactions of either kind in the Balance "sip_transaction".
inline Counted count_transaction() {
    static auto& live = Balance::counter("sip_transaction");
    return Counted(live);
}

}  // namespace janus_harness::sip
