#include "sip/non_invite_client_transaction.h"

namespace janus_harness::sip {

void NonInviteClientTransaction::start(TimePoint now, Transmitter& out) {
    out.send(now, destination_, text_);
    timer_e_.start(now, timers_.t1);
    end_ = now + transaction_timeout(timers_);
}

bool NonInviteClientTransaction::handle_response(TimePoint now, const Message& response,
                                                 Transmitter&) {
    if (state_ == State::completed || state_ == State::terminated) return false;
    if (response.status < 200) {
        state_ = State::proceeding;
        return true;
    }
    state_ = State::completed;
    timer_e_.stop();
    end_ = now + timers_.t4;
    return true;
}

bool NonInviteClientTransaction::handle_timeout(TimePoint now, Transmitter& out) {
    if (end_ && *end_ <= now) {
        const bool timer_f = state_ != State::completed;
        state_ = State::terminated;
        return timer_f;
    }
    if (!timer_e_.due(now)) return false;
    out.resend(now, destination_, text_);
    if (state_ == State::proceeding) {
        timer_e_.again_every(now, timers_.t2);
    } else {
        timer_e_.again(now, timers_.t2);
    }
    return false;
}

std::optional<TimePoint> NonInviteClientTransaction::next_timeout() const {
    return earliest(timer_e_.at(), end_);
}

}  // namespace janus_harness::sip
