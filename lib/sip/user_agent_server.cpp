// The callee's side of UserAgent, and requests inside dialogs of either side.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sip/user_agent.h"

namespace janus_harness::sip {
namespace {

// Methods of SIP extensions that we know of but do not serve: 405, where others get 501.
constexpr std::array<std::string_view, 7> known_methods = {
    "REGISTER", "PRACK", "SUBSCRIBE", "NOTIFY", "PUBLISH", "REFER", "INFO"};

int refusal_status(const std::string& method) {
    const auto* found = std::find(known_methods.begin(), known_methods.end(), method);
    return found == known_methods.end() ? 501 : 405;
}

std::string merge_key(const Message& request) {
    return fmt::format("{} {} {}", request.call_id, request.from.tag(), request.cseq.number);
}

}  // namespace

// 8.2.2.3: we support no extension that a request may require.
bool UserAgent::refuse_extensions(TimePoint now, const Message& request) {
    const auto required = request.header_values("Require");
    if (required.empty()) return false;
    Message response = make_response(request, 420, random_.token(12));
    for (const auto& options : required) response.add_header("Unsupported", options);
    transactions_.reply(now, request, response);
    return true;
}

void UserAgent::handle_request(TimePoint now, const SocketAddress& remote, const Message& request) {
    if (request.method == "ACK") return;
    if (request.method == "OPTIONS") {
        transactions_.reply(now, request, make_options_answer(request));
    } else if (!request.to.tag().empty() || request.method == "BYE" || request.method == "UPDATE" ||
               request.method == "CANCEL") {
        reply(now, request, 481);
    } else if (refuse_extensions(now, request)) {
        return;
    } else if (request.method == "INVITE") {
        handle_invite(now, remote, request);
    } else if (request.method == "MESSAGE" || request.method == "INFO") {
        handle_payload(now, {}, request.uri.user, request);
    } else {
        reply(now, request, refusal_status(request.method));
    }
}

void UserAgent::handle_invite(TimePoint now, const SocketAddress& remote, const Message& invite) {
    // The same request over another path (8.2.2.2).
    if (by_merge_.contains(merge_key(invite))) return reply(now, invite, 482);
    Call call;
    call.key = next_key();
    call.state = Call::State::ringing;
    call.user = invite.uri.user;
    call.dialog = make_callee_dialog(invite, random_.token(12), remote);
    call.merge_key = merge_key(invite);
    call.invite = std::make_unique<Message>(invite);
    call.invite_cseq = invite.cseq.number;
    call.invite_id =
        transactions_.accept_request(invite, {TransactionUser::Kind::call, call.key.value});
    transactions_.respond(now, call.invite_id, make_response(invite, 100));
    out_.push(CallReceived{now, call.key, call.user, invite.from.uri.to_string(),
                           invite.to.uri.to_string(), invite.call_id, invite.sdp(), invite.headers,
                           remote});
    add(std::move(call));
}

void UserAgent::provisional(TimePoint now, CallKey key, int code, std::optional<std::string> sdp) {
    Call* call = find(key);
    if (call == nullptr || call->state != Call::State::ringing || code < 101 || code > 199) return;
    Message response = make_dialog_response(*call, *call->invite, code);
    if (sdp) {
        call->local_sdp = *sdp;
        response.set_sdp(std::move(*sdp));
    }
    transactions_.respond(now, call->invite_id, response);
}

void UserAgent::answer(TimePoint now, CallKey key, std::string sdp) {
    Call* call = find(key);
    if (call == nullptr || call->state != Call::State::ringing) return;
    call->state = Call::State::answered;
    call->local_sdp = sdp;
    Message response = make_dialog_response(*call, *call->invite, 200);
    call->invite.reset();
    response.set_sdp(std::move(sdp));
    send_answer(now, *call, call->invite_id, std::move(response));
}

void UserAgent::send_answer(TimePoint now, Call& call, TransactionId transaction,
                            Message response) {
    transactions_.respond(now, transaction, response);
    auto pending = std::make_unique<Call::UnacknowledgedAnswer>();
    pending->transaction = transaction;
    pending->response = std::move(response);
    pending->retransmit.start(now, config_.timers.t1);
    pending->deadline = now + transaction_timeout(config_.timers);
    call.unacknowledged = std::move(pending);
    arm(call);
}

// 13.3.1.4: no ACK within 64*T1, so the session is ended.
void UserAgent::give_up_answer(TimePoint now, Call& call) {
    transactions_.send_request(now, call.dialog.make_request("BYE"), call.dialog.next_hop(), {});
    out_.push(CallFailed{now, call.key, "timer_h"});
    erase(call);
}

void UserAgent::reject(TimePoint now, CallKey key, int code, std::string reason) {
    Call* call = find(key);
    if (call == nullptr || call->state != Call::State::ringing || code < 300 || code > 699) return;
    call->state = Call::State::rejecting;
    Message response =
        make_response(*call->invite, code, call->dialog.local.tag(), std::move(reason));
    add_common_headers(response);
    transactions_.respond(now, call->invite_id, response);
}

void UserAgent::handle_reject_acknowledged(TimePoint now, CallKey key) {
    Call* call = find(key);
    if (call == nullptr || call->state != Call::State::rejecting) return;
    out_.push(CallEnded{now, key, EndedBy::local_reject, ""});
    erase(*call);
}

void UserAgent::handle_cancel(TimePoint now, CallKey key, const Message& cancel) {
    Call* call = find(key);
    if (call == nullptr || call->state != Call::State::ringing) return;
    transactions_.respond(now, call->invite_id,
                          make_response(*call->invite, 487, call->dialog.local.tag()));
    out_.push(CallCancelled{now, key, cancel.header("Reason")});
    erase(*call);
}

void UserAgent::handle_in_dialog(TimePoint now, const SocketAddress& remote,
                                 const Message& request) {
    Call* call = find_by_dialog(request.call_id, request.to.tag());
    const bool known = call != nullptr && call->dialog.remote.tag() == request.from.tag();
    if (request.method == "ACK") {
        if (known) handle_ack(now, *call, request);
        return;
    }
    if (!known) return reply(now, request, 481);
    if (!call->dialog.accept_cseq(request.cseq.number)) return reply(now, request, 500);
    call->dialog.peer = remote;
    dispatch_in_dialog(now, *call, request);
}

void UserAgent::dispatch_in_dialog(TimePoint now, Call& call, const Message& request) {
    if (request.method == "BYE") {
        handle_bye(now, call, request);
    } else if (request.method == "OPTIONS") {
        transactions_.reply(now, request, make_options_answer(request));
    } else if (refuse_extensions(now, request)) {
        return;
    } else if (request.method == "INVITE" || request.method == "UPDATE") {
        handle_reinvite(now, call, request);
    } else if (request.method == "INFO" || request.method == "MESSAGE") {
        handle_payload(now, call.key, call.user, request);
    } else {
        reply(now, request, refusal_status(request.method));
    }
}

void UserAgent::handle_ack(TimePoint now, Call& call, const Message& ack) {
    if (!call.unacknowledged || call.unacknowledged->response.cseq.number != ack.cseq.number) {
        return;
    }
    call.unacknowledged.reset();
    arm(call);
    if (call.state != Call::State::answered) return;
    call.state = Call::State::confirmed;
    out_.push(CallAcknowledged{now, call.key, ack.sdp()});
    if (call.hangup_wanted) send_bye(now, call);
}

// A BYE that crosses ours gets its 200 too, but the call then ends with the answer to ours.
void UserAgent::handle_bye(TimePoint now, Call& call, const Message& bye) {
    reply(now, bye, 200);
    if (call.state == Call::State::hanging_up) return;
    if (call.state == Call::State::ringing) return handle_cancel(now, call.key, bye);
    if (call.state == Call::State::rejecting || call.state == Call::State::cancelling ||
        call.state == Call::State::inviting) {
        return;
    }
    out_.push(CallEnded{now, call.key, EndedBy::remote_bye, bye.header("Reason")});
    erase(call);
}

// The session description is opaque here: the answer repeats what we sent last.
void UserAgent::handle_reinvite(TimePoint now, Call& call, const Message& request) {
    const bool invite = request.method == "INVITE";
    const bool early = call.state != Call::State::confirmed && call.state != Call::State::answered;
    if (early && invite) return reply(now, request, 491);  // 14.2
    call.dialog.refresh_target(request);
    Message response = make_dialog_response(call, request, 200);
    response.record_routes.clear();
    if (invite || !request.body.empty()) response.set_sdp(call.local_sdp);
    out_.push(ReinviteReceived{now, call.key, request.method, request.sdp()});
    if (!invite) return transactions_.reply(now, request, response);
    const auto id =
        transactions_.accept_request(request, {TransactionUser::Kind::call, call.key.value});
    send_answer(now, call, id, std::move(response));
}

void UserAgent::handle_payload(TimePoint now, CallKey key, const std::string& user,
                               const Message& request) {
    out_.push(RequestReceived{now, key, user, request.method, request.content_type, request.body});
    reply(now, request, 200);
}

}  // namespace janus_harness::sip
