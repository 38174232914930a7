#include "sip/user_agent.h"

namespace janus_harness::sip {
namespace {

constexpr std::string_view allowed_methods =
    "INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, INFO, MESSAGE";

std::string dialog_key(const std::string& call_id, const std::string& local_tag) {
    return call_id + ' ' + local_tag;
}

}  // namespace

Call* UserAgent::find(CallKey key) {
    const auto found = calls_.find(key);
    return found == calls_.end() ? nullptr : &found->second;
}

Call* UserAgent::find_by_dialog(const std::string& call_id, const std::string& local_tag) {
    const auto found = by_dialog_.find(dialog_key(call_id, local_tag));
    return found == by_dialog_.end() ? nullptr : find(found->second);
}

bool UserAgent::owns_dialog(const Message& request) const {
    return by_dialog_.contains(dialog_key(request.call_id, request.to.tag()));
}

void UserAgent::add(Call call) {
    const CallKey key = call.key;
    by_dialog_[dialog_key(call.dialog.call_id, call.dialog.local.tag())] = key;
    if (!call.merge_key.empty()) by_merge_[call.merge_key] = key;
    calls_.emplace(key, std::move(call));
}

void UserAgent::erase(Call& call) {
    const CallKey key = call.key;
    timers_.set(key.value, std::nullopt);
    by_dialog_.erase(dialog_key(call.dialog.call_id, call.dialog.local.tag()));
    if (!call.merge_key.empty()) by_merge_.erase(call.merge_key);
    calls_.erase(key);
}

void UserAgent::arm(const Call& call) {
    std::optional<TimePoint> deadline = call.cancel_deadline;
    if (call.unacknowledged) {
        deadline =
            earliest(deadline, call.unacknowledged->deadline, call.unacknowledged->retransmit.at());
    }
    timers_.set(call.key.value, deadline);
}

void UserAgent::add_common_headers(Message& message) const {
    message.add_header("Allow", std::string(allowed_methods));
    message.add_header(message.is_request() ? "User-Agent" : "Server", config_.user_agent);
}

void UserAgent::reply(TimePoint now, const Message& request, int status) {
    Message response = make_response(request, status, random_.token(12));
    add_common_headers(response);
    transactions_.reply(now, request, response);
}

Message UserAgent::make_options_answer(const Message& request) {
    Message response = make_response(request, 200, random_.token(12));
    response.contacts = {NameAddr{"", make_uri(request.uri.user, config_.local), {}}};
    response.add_header("Accept", "application/sdp");
    add_common_headers(response);
    return response;
}

// A response that opens or keeps a dialog (12.1.1): Record-Route copied, our Contact.
Message UserAgent::make_dialog_response(const Call& call, const Message& request, int status) {
    Message response = make_response(request, status, call.dialog.local.tag());
    response.record_routes = request.record_routes;
    response.contacts = {NameAddr{"", make_uri(call.user, config_.local), {}}};
    add_common_headers(response);
    return response;
}

void UserAgent::set_local_sdp(CallKey key, std::string sdp) {
    if (Call* call = find(key)) call->local_sdp = std::move(sdp);
}

void UserAgent::hangup(TimePoint now, CallKey key) {
    Call* call = find(key);
    if (call == nullptr) return;
    switch (call->state) {
        case Call::State::inviting:
            call->state = Call::State::cancelling;
            if (call->provisional_received) send_cancel(now, *call);
            return;
        case Call::State::ringing:
            transactions_.respond(now, call->invite_id,
                                  make_dialog_response(*call, *call->invite, 480));
            out_.push(HangupCompleted{now, key, 480});
            erase(*call);
            return;
        case Call::State::answered:
            call->hangup_wanted = true;
            return;
        case Call::State::confirmed:
            send_bye(now, *call);
            return;
        case Call::State::cancelling:
        case Call::State::rejecting:
        case Call::State::hanging_up:
            return;
    }
}

void UserAgent::handle_transaction_timeout(TimePoint now, CallKey key, TransactionId id) {
    Call* call = find(key);
    if (call == nullptr) return;
    if (id == call->bye_id || call->state == Call::State::cancelling) {
        out_.push(HangupCompleted{now, key, 408});
    } else if (call->state == Call::State::inviting) {
        out_.push(CallFailed{now, key, "timer_b"});
    } else if (call->state == Call::State::rejecting) {
        out_.push(CallFailed{now, key, "timer_h"});
    } else {
        return;
    }
    erase(*call);
}

void UserAgent::handle_timeout(TimePoint now) {
    while (const auto id = timers_.pop_due(now)) {
        Call* call = find(CallKey{*id});
        if (call == nullptr) continue;
        if (call->cancel_deadline && *call->cancel_deadline <= now) {
            transactions_.abandon(call->invite_id);
            out_.push(HangupCompleted{now, call->key, 408});
            erase(*call);
            continue;
        }
        if (call->unacknowledged && call->unacknowledged->deadline <= now) {
            give_up_answer(now, *call);
            continue;
        }
        if (call->unacknowledged && call->unacknowledged->retransmit.due(now)) {
            transactions_.respond(now, call->unacknowledged->transaction,
                                  call->unacknowledged->response);
            call->unacknowledged->retransmit.again(now, config_.timers.t2);
        }
        arm(*call);
    }
}

}  // namespace janus_harness::sip
