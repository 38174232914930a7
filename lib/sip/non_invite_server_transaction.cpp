#include "sip/non_invite_server_transaction.h"

namespace janus_harness::sip {

RequestDelivery NonInviteServerTransaction::handle_request(TimePoint now, const Message&,
                                                           Transmitter& out) {
    if (!last_response_.empty()) out.resend(now, destination_, last_response_);
    return RequestDelivery::absorbed;
}

void NonInviteServerTransaction::respond(TimePoint now, const Message& response, Transmitter& out) {
    if (state_ == State::completed || state_ == State::terminated) return;
    last_response_ = response.to_string();
    out.send(now, destination_, last_response_);
    if (response.status < 200) {
        state_ = State::proceeding;
        return;
    }
    state_ = State::completed;
    timer_j_ = now + transaction_timeout(timers_);
}

bool NonInviteServerTransaction::handle_timeout(TimePoint now, Transmitter&) {
    if (timer_j_ && *timer_j_ <= now) state_ = State::terminated;
    return false;
}

}  // namespace janus_harness::sip
