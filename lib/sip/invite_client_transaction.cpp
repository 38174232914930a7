#include "sip/invite_client_transaction.h"

namespace janus_harness::sip {

Message make_same_branch_request(const Message& invite, std::string_view method) {
    Message request;
    request.method = std::string(method);
    request.uri = invite.uri;
    request.vias = {invite.vias.front()};
    request.routes = invite.routes;
    request.max_forwards = 70;
    request.from = invite.from;
    request.to = invite.to;
    request.call_id = invite.call_id;
    request.cseq = {invite.cseq.number, std::string(method)};
    return request;
}

InviteClientTransaction::InviteClientTransaction(const Message& request, SocketAddress destination,
                                                 const TimerValues& timers)
    : frame_(std::make_unique<Message>(make_same_branch_request(request, request.method))),
      text_(request.to_string()),
      destination_(destination),
      timers_(timers) {}

void InviteClientTransaction::start(TimePoint now, Transmitter& out) {
    out.send(now, destination_, text_);
    timer_a_.start(now, timers_.t1);
    end_ = now + transaction_timeout(timers_);
}

void InviteClientTransaction::enter(State state, TimePoint end) {
    state_ = state;
    timer_a_.stop();
    end_ = end;
    frame_.reset();
}

bool InviteClientTransaction::handle_response(TimePoint now, const Message& response,
                                              Transmitter& out) {
    switch (state_) {
        case State::calling:
        case State::proceeding:
            text_ = std::string();
            if (response.status >= 200) return handle_final(now, response, out);
            state_ = State::proceeding;
            timer_a_.stop();
            end_.reset();
            return true;
        case State::completed:
            if (response.status >= 300) out.resend(now, destination_, ack_);
            return false;
        case State::accepted:
            return response.status >= 200 && response.status < 300;
        case State::terminated:
            return false;
    }
    return false;
}

bool InviteClientTransaction::handle_final(TimePoint now, const Message& response,
                                           Transmitter& out) {
    if (response.status < 300) {
        enter(State::accepted, now + transaction_timeout(timers_));
        return true;
    }
    Message ack = make_same_branch_request(*frame_, "ACK");
    ack.to = response.to;
    ack_ = ack.to_string();
    out.send(now, destination_, ack_);
    const Duration timer_d =
        std::max<Duration>(std::chrono::seconds(32), transaction_timeout(timers_));
    enter(State::completed, now + timer_d);
    return true;
}

bool InviteClientTransaction::handle_timeout(TimePoint now, Transmitter& out) {
    if (end_ && *end_ <= now) {
        const bool timer_b = state_ == State::calling;
        state_ = State::terminated;
        return timer_b;
    }
    if (timer_a_.due(now)) {
        out.resend(now, destination_, text_);
        timer_a_.again(now, Duration::max() / 4);
    }
    return false;
}

std::optional<TimePoint> InviteClientTransaction::next_timeout() const {
    return earliest(timer_a_.at(), end_);
}

}  // namespace janus_harness::sip
