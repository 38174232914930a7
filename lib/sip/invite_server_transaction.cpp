#include "sip/invite_server_transaction.h"

namespace janus_harness::sip {

RequestDelivery InviteServerTransaction::handle_request(TimePoint now, const Message& request,
                                                        Transmitter& out) {
    if (request.method == "ACK") return handle_ack(now);
    const bool repeats = state_ == State::proceeding || state_ == State::completed;
    if (repeats && !last_response_.empty()) out.resend(now, destination_, last_response_);
    return RequestDelivery::absorbed;
}

RequestDelivery InviteServerTransaction::handle_ack(TimePoint now) {
    if (state_ == State::accepted) return RequestDelivery::pass;
    if (state_ != State::completed) return RequestDelivery::absorbed;
    state_ = State::confirmed;
    timer_g_.stop();
    end_ = now + timers_.t4;
    return RequestDelivery::acknowledged;
}

void InviteServerTransaction::respond(TimePoint now, const Message& response, Transmitter& out) {
    if (state_ == State::accepted && response.status / 100 == 2) {
        out.resend(now, destination_, response.to_string());
        return;
    }
    if (state_ != State::proceeding) return;
    respond_first(now, response);
    out.send(now, destination_, last_response_);
    // Only its user repeats a 2xx.
    if (state_ == State::accepted) last_response_ = std::string();
}

void InviteServerTransaction::respond_first(TimePoint now, const Message& response) {
    last_response_ = response.to_string();
    if (response.status < 200) return;
    end_ = now + transaction_timeout(timers_);
    if (response.status < 300) {
        state_ = State::accepted;
        return;
    }
    state_ = State::completed;
    timer_g_.start(now, timers_.t1);
}

bool InviteServerTransaction::handle_timeout(TimePoint now, Transmitter& out) {
    if (end_ && *end_ <= now) {
        const bool timer_h = state_ == State::completed;
        state_ = State::terminated;
        return timer_h;
    }
    if (timer_g_.due(now)) {
        out.resend(now, destination_, last_response_);
        timer_g_.again(now, timers_.t2);
    }
    return false;
}

std::optional<TimePoint> InviteServerTransaction::next_timeout() const {
    return earliest(timer_g_.at(), end_);
}

}  // namespace janus_harness::sip
