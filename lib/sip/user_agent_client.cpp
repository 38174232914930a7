// The caller's side of UserAgent, and BYE of either side.
#include "sip/user_agent.h"

namespace janus_harness::sip {

void UserAgent::call(TimePoint now, CallKey key, RoutedCall routed) {
    OutgoingCall& wanted = routed.call;
    Call call;
    call.key = key;
    call.user = wanted.from_user;
    call.local_sdp = wanted.sdp;
    call.next_hop = routed.next_hop;
    call.authentication.set_credentials(std::move(wanted.credentials));
    call.dialog.call_id = random_.token(24);
    call.dialog.local = {quoted_display_name(wanted.display_name),
                         make_uri(wanted.from_user, wanted.from_domain),
                         {}};
    set_parameter(call.dialog.local.parameters, "tag", random_.token(12));
    call.dialog.remote.uri = std::move(routed.to_uri);
    call.dialog.remote_target = std::move(routed.request_uri);
    call.dialog.peer = routed.next_hop;
    call.invite = std::make_unique<Message>(call.dialog.make_request("INVITE"));
    call.invite_cseq = call.invite->cseq.number;
    call.invite->contacts = {NameAddr{"", make_uri(call.user, config_.local), {}}};
    call.invite->headers = std::move(wanted.headers);
    add_common_headers(*call.invite);
    call.invite->set_sdp(std::move(wanted.sdp));
    send_invite(now, call);
    add(std::move(call));
}

void UserAgent::send_invite(TimePoint now, Call& call) {
    call.authentication.authorize(*call.invite, random_);
    call.invite_id = transactions_.send_request(now, *call.invite, call.next_hop,
                                                {TransactionUser::Kind::call, call.key.value});
}

// 22.2: the same request again with credentials, in the same dialog-to-be, CSeq one higher.
bool UserAgent::retry_invite(TimePoint now, Call& call, const Message& response) {
    if (call.state != Call::State::inviting) return false;
    if (!call.authentication.accept_challenge(response)) return false;
    call.invite_cseq = call.invite->cseq.number = ++call.dialog.local_cseq;
    call.provisional_received = false;
    send_invite(now, call);
    return true;
}

void UserAgent::handle_response(TimePoint now, const SocketAddress& remote, CallKey key,
                                TransactionId id, const Message& response) {
    Call* call = find(key);
    if (call == nullptr) return;
    if (id == call->invite_id) {
        handle_invite_response(now, remote, *call, response);
    } else if (id == call->bye_id && response.status >= 200) {
        handle_bye_response(now, *call, response);
    }
}

void UserAgent::handle_invite_response(TimePoint now, const SocketAddress& remote, Call& call,
                                       const Message& response) {
    if (response.status < 200) {
        handle_provisional(now, remote, call, response);
    } else if (response.status < 300) {
        handle_answer(now, remote, call, response);
    } else if (!retry_invite(now, call, response)) {
        handle_rejection(now, call, response);
    }
}

void UserAgent::handle_provisional(TimePoint now, const SocketAddress& remote, Call& call,
                                   const Message& response) {
    call.provisional_received = true;
    if (call.state == Call::State::cancelling) {
        if (!call.cancel_sent) send_cancel(now, call);
        return;
    }
    if (response.status > 100 && !response.to.tag().empty()) {
        establish_caller_dialog(call.dialog, response, remote);
    }
    out_.push(CallProvisional{now, call.key, response.status, response.reason, response.sdp()});
}

void UserAgent::handle_answer(TimePoint now, const SocketAddress& remote, Call& call,
                              const Message& response) {
    const bool first = call.state == Call::State::inviting || call.state == Call::State::cancelling;
    if (!first) {
        if (call.dialog.remote.tag() != response.to.tag()) {
            return refuse_fork(now, remote, call, response);
        }
        out_.resend(now, call.dialog.next_hop(), call.ack);
        return;
    }
    call.authentication.succeeded();
    establish_caller_dialog(call.dialog, response, remote);
    send_ack(now, call);
    call.invite.reset();
    call.cancel_deadline.reset();
    arm(call);
    if (call.state == Call::State::cancelling) return send_bye(now, call);  // 9.1: it came too late
    call.state = Call::State::confirmed;
    out_.push(CallAnswered{now, call.key, response.sdp()});
}

// 13.2.2.4: an ACK outside any transaction, kept for repeated 2xx.
void UserAgent::send_ack(TimePoint now, Call& call) {
    Message ack = call.dialog.make_ack(call.invite_cseq);
    ack.vias = {make_via(config_.local, transactions_.new_branch())};
    for (const auto& header : call.invite->headers) {  // credentials as in the INVITE (22.1)
        if (header.name.ends_with("Authorization")) ack.headers.push_back(header);
    }
    call.ack = ack.to_string();
    out_.send(now, call.dialog.next_hop(), call.ack);
}

// 13.2.2.4: one call, one dialog; what another branch of the fork answered is ended at once.
void UserAgent::refuse_fork(TimePoint now, const SocketAddress& remote, const Call& call,
                            const Message& response) {
    Dialog fork = call.dialog;
    establish_caller_dialog(fork, response, remote);
    Message ack = fork.make_ack(call.invite_cseq);
    ack.vias = {make_via(config_.local, transactions_.new_branch())};
    out_.send(now, fork.next_hop(), ack.to_string());
    transactions_.send_request(now, fork.make_request("BYE"), fork.next_hop(), {});
}

void UserAgent::handle_rejection(TimePoint now, Call& call, const Message& response) {
    if (call.state == Call::State::cancelling) {
        out_.push(HangupCompleted{now, call.key, response.status});
    } else if (call.state == Call::State::inviting) {
        out_.push(CallRejected{now, call.key, response.status, response.reason});
    } else {
        return;
    }
    erase(call);
}

bool UserAgent::handle_late_answer(TimePoint now, const SocketAddress& remote,
                                   const Message& response) {
    Call* call = find_by_dialog(response.call_id, response.from.tag());
    if (call == nullptr || response.cseq.number != call->invite_cseq) return false;
    handle_answer(now, remote, *call, response);
    return true;
}

void UserAgent::send_cancel(TimePoint now, Call& call) {
    transactions_.cancel(now, call.invite_id);
    call.cancel_sent = true;
    call.cancel_deadline = now + transaction_timeout(config_.timers);
    arm(call);
}

void UserAgent::send_bye(TimePoint now, Call& call) {
    call.state = Call::State::hanging_up;
    call.unacknowledged.reset();
    arm(call);
    Message bye = call.dialog.make_request("BYE");
    bye.add_header("User-Agent", config_.user_agent);
    call.authentication.authorize(bye, random_);
    call.bye_id = transactions_.send_request(now, std::move(bye), call.dialog.next_hop(),
                                             {TransactionUser::Kind::call, call.key.value});
}

void UserAgent::handle_bye_response(TimePoint now, Call& call, const Message& response) {
    if (call.authentication.accept_challenge(response)) return send_bye(now, call);
    out_.push(HangupCompleted{now, call.key, response.status});
    erase(call);
}

}  // namespace janus_harness::sip
