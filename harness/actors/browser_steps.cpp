// The actions of a browser: what each step of the scenario asks Janus for.
#include <fmt/format.h>

#include <algorithm>

#include "harness/actors/browser_actor.h"
#include "harness/media/call_audio.h"

namespace janus_harness::actors {

using reports::LatencyGroup;
using reports::LatencyMetric;

namespace {

std::string_view srtp_name(scenario::SipSrtp srtp) {
    return srtp == scenario::SipSrtp::sdes_mandatory ? "sdes_mandatory" : "sdes_optional";
}

}  // namespace

void BrowserActor::fail_step(const run::Command& command, std::string reason, std::string text) {
    host_.action_failed(command.step->id, {std::move(reason), std::move(text)});
}

bool BrowserActor::needs_handle(const scenario::Action& action) const {
    return !std::holds_alternative<scenario::Create>(action) &&
           !std::holds_alternative<scenario::Attach>(action) &&
           !std::holds_alternative<scenario::Destroy>(action) &&
           !std::holds_alternative<scenario::Info>(action) &&
           !std::holds_alternative<scenario::Keepalive>(action);
}

void BrowserActor::execute(TimePoint now, const run::Command& command) {
    if (std::holds_alternative<scenario::Register>(command.step->action) ||
        std::holds_alternative<scenario::Create>(command.step->action) ||
        std::holds_alternative<scenario::Attach>(command.step->action)) {
        if (auto* tracker = measured_tracker()) {
            tracker->begin(LatencyGroup::registration, {command.planned, now});
        }
    }
    if (!session_) connect(now);
    if (needs_handle(command.step->action) && handle_id_ == 0) {
        waiting_ = command;
        ensure_handle(now);
    } else {
        run(now, command);
    }
    flush(now);
}

// Makes the session and the handle that a step needs and no step has made.
void BrowserActor::ensure_handle(TimePoint now) {
    if (session_->state() == janus::Session::State::created_locally) {
        create_transaction_ = session_->create(now);
    } else if (session_->state() == janus::Session::State::ready && attach_transaction_.empty()) {
        attach_transaction_ = session_->attach(now, settings_.plugin);
    }
}

void BrowserActor::run(TimePoint now, const run::Command& command) {
    const std::size_t id = command.step->id;
    const auto& action = command.step->action;
    if (const auto* step = std::get_if<scenario::Register>(&action)) {
        do_register(now, command, *step);
    } else if (std::holds_alternative<scenario::Unregister>(action)) {
        send_message(now, to_json(janus::UnregisterRequest{}), std::nullopt, {.step_id = id});
    } else if (const auto* call = std::get_if<scenario::Call>(&action)) {
        do_call(now, command, *call);
    } else if (const auto* accept = std::get_if<scenario::Accept>(&action)) {
        do_accept(now, command, *accept);
    } else if (const auto* decline = std::get_if<scenario::Decline>(&action)) {
        do_decline(now, command, *decline);
    } else if (const auto* hangup = std::get_if<scenario::Hangup>(&action)) {
        do_hangup(now, command, *hangup);
    } else if (const auto* talk = std::get_if<scenario::Talk>(&action)) {
        do_talk(now, command, *talk);
    } else if (std::holds_alternative<scenario::Create>(action)) {
        track(session_->create(now), {.step_id = id});
    } else if (const auto* attach = std::get_if<scenario::Attach>(&action)) {
        track(session_->attach(now, attach->plugin.value_or(settings_.plugin)), {.step_id = id});
    } else if (std::holds_alternative<scenario::Detach>(action)) {
        track(session_->detach(now, handle_id_), {.step_id = id});
    } else if (std::holds_alternative<scenario::Destroy>(action)) {
        track(session_->destroy(now), {.step_id = id});
    } else if (std::holds_alternative<scenario::Info>(action)) {
        track(session_->info(now), {.step_id = id});
    } else if (std::holds_alternative<scenario::Keepalive>(action)) {
        track(session_->keepalive(now), {.step_id = id});
    } else {
        fail_step(command, "unexpected_event",
                  fmt::format("a browser cannot do step `{}`", command.step->name));
    }
}

void BrowserActor::track(const std::string& transaction, Request request) {
    requests_[transaction] = request;
}

void BrowserActor::send_message(TimePoint now, const std::string& body,
                                const std::optional<janus::Jsep>& jsep, Request request) {
    track(session_->message(now, handle_id_, body, jsep), request);
}

Result<janus::HeaderMap> BrowserActor::expand_headers(const scenario::Headers& headers) const {
    janus::HeaderMap result;
    for (const auto& [name, value] : headers) {
        auto text = host_.expand(value);
        if (!text) return text.error();
        result[name] = std::move(text).value();
    }
    return result;
}

Result<janus::RegisterRequest> BrowserActor::register_request(
    const scenario::Register& action) const {
    const scenario::RegisterOptions& options = settings_.register_options;
    janus::RegisterRequest request;
    Error problem;
    const auto expand = [&](const std::optional<scenario::Template>& text) {
        std::optional<std::string> result;
        if (!text) return result;
        auto expanded = host_.expand(*text);
        if (expanded) {
            result = std::move(expanded).value();
        } else {
            problem = expanded.error();
        }
        return result;
    };
    request.username = uri();
    if (account_.authuser != account_.username) request.authuser = account_.authuser;
    if (!account_.display_name.empty()) request.display_name = account_.display_name;
    request.type = options.type;
    if (options.type != "guest") {
        const auto own = expand(action.secret);
        request.secret = own ? *own : account_.secret;
    }
    request.proxy = options.proxy ? expand(options.proxy) : environment_.sip_proxy();
    request.outbound_proxy = expand(options.outbound_proxy);
    if (!request.outbound_proxy && environment_.deployment.outbound_proxy) {
        request.outbound_proxy = environment_.sip_proxy();
    }
    request.send_register = options.send_register;
    request.force_udp = options.force_udp;
    request.force_tcp = options.force_tcp;
    request.sips = options.sips;
    request.rfc2543_cancel = options.rfc2543_cancel;
    request.register_ttl = options.register_ttl;
    request.user_agent = options.user_agent;
    request.incoming_header_prefixes = options.incoming_header_prefixes;
    if (action.refresh) request.refresh = true;
    for (const auto* headers : {&options.headers, &action.headers}) {
        auto expanded = expand_headers(*headers);
        if (!expanded) return expanded.error();
        request.headers.merge(expanded.value());
    }
    auto parameters = expand_headers(options.contact_params);
    if (!parameters) return parameters.error();
    request.contact_params = std::move(parameters).value();
    if (!problem.code.empty()) return problem;
    return request;
}

void BrowserActor::do_register(TimePoint now, const run::Command& command,
                               const scenario::Register& action) {
    const auto request = register_request(action);
    if (!request) {
        fail_step(command, "unexpected_event", request.error().message);
        return;
    }
    if (auto* tracker = measured_tracker()) {
        // What create and attach took is inside the corrected figure, not inside the raw one.
        register_sent_ = now;
        if (!tracker->begun(LatencyGroup::registration)) {
            tracker->begin(LatencyGroup::registration, {command.planned, now});
        }
    }
    send_message(now, to_json(request.value()), std::nullopt, {.step_id = command.step->id});
}

void BrowserActor::do_call(TimePoint now, const run::Command& command,
                           const scenario::Call& action) {
    // Janus refuses an offer while it still frees the last PeerConnection (error 471): its core
    // says when that is done. The wait belongs to the latency of this call.
    if (core_hangup_due_) {
        waiting_ = command;
        return;
    }
    auto to = host_.expand(action.to);
    auto headers = expand_headers(action.headers);
    if (!to || !headers) {
        fail_step(command, "unexpected_event", (to ? headers.error() : to.error()).message);
        return;
    }
    if (!open_media(now, command)) return;
    call_state_ = CallState::inviting;
    ended_by_us_ = false;
    answer_seen_ = false;
    call_end_.reset();
    if (auto* tracker = measured_tracker()) {
        tracker->begin(LatencyGroup::call, {command.planned, now});
        tracker->call_started(now);
    }
    janus::CallRequest request;
    request.uri = std::move(to).value();
    request.headers = std::move(headers).value();
    if (action.srtp) request.srtp = srtp_name(*action.srtp);
    request.srtp_profile = action.srtp_profile;
    request.autoaccept_reinvites = action.autoaccept_reinvites;
    janus::Jsep jsep{"offer", media_->create_offer(), std::nullopt};
    if (settings_.trickle == scenario::TrickleMode::inline_candidates) jsep.trickle = false;
    send_message(now, to_json(request), jsep,
                 {.step_id = command.step->id, .ack_counts_from = command.planned});
    trickle_local_candidate(now);
}

void BrowserActor::trickle_local_candidate(TimePoint now) {
    if (settings_.trickle != scenario::TrickleMode::trickle) return;
    const auto& connection = media_->connection();
    session_->trickle(now, handle_id_, {connection.local_candidate(), connection.mid(), 0});
    session_->trickle_completed(now, handle_id_);
}

void BrowserActor::do_accept(TimePoint now, const run::Command& command,
                             const scenario::Accept& action) {
    if (call_state_ != CallState::invited) {
        fail_step(command, call_end_ ? call_end_->reason : "unexpected_event",
                  call_end_ ? call_end_->text : "there is no incoming call to accept");
        return;
    }
    auto headers = expand_headers(action.headers);
    if (!headers) {
        fail_step(command, "unexpected_event", headers.error().message);
        return;
    }
    if (!open_media(now, command)) return;
    janus::AcceptRequest request;
    request.headers = std::move(headers).value();
    if (action.srtp) request.srtp = srtp_name(*action.srtp);
    request.autoaccept_reinvites = action.autoaccept_reinvites;
    // An INVITE without SDP is accepted with an offer of ours; Janus then brings the answer.
    janus::Jsep jsep{"offer", "", std::nullopt};
    if (incoming_offer_.empty()) {
        jsep.sdp = media_->create_offer();
    } else {
        auto answer = media_->create_answer(now, incoming_offer_);
        if (!answer) {
            fail_step(
                command, "sdp_rule_failed",
                fmt::format("the offer of Janus cannot be answered: {}", answer.error().message));
            return;
        }
        jsep.type = "answer";
        jsep.sdp = std::move(answer).value();
        incoming_offer_ = std::string();
        attach_leg();
    }
    if (settings_.trickle == scenario::TrickleMode::inline_candidates) jsep.trickle = false;
    send_message(now, to_json(request), jsep,
                 {.step_id = command.step->id, .ack_counts_from = command.planned});
    trickle_local_candidate(now);
}

void BrowserActor::do_decline(TimePoint now, const run::Command& command,
                              const scenario::Decline& action) {
    // Outside `invited` Janus acknowledges and then says nothing, ever.
    if (call_state_ != CallState::invited) {
        fail_step(command, "unexpected_event", "there is no incoming call to decline");
        return;
    }
    auto headers = expand_headers(action.headers);
    if (!headers) {
        fail_step(command, "unexpected_event", headers.error().message);
        return;
    }
    janus::DeclineRequest request;
    request.code = action.code;
    request.headers = std::move(headers).value();
    ended_by_us_ = true;
    call_state_ = CallState::ending;
    send_message(now, to_json(request), std::nullopt, {.step_id = command.step->id});
}

void BrowserActor::do_hangup(TimePoint now, const run::Command& command, const scenario::Hangup&) {
    if (call_state_ != CallState::inviting && call_state_ != CallState::established) {
        const run::Failure failure =
            call_end_.value_or(run::Failure{"unexpected_event", "there is no call to hang up"});
        fail_step(command, failure.reason, failure.text);
        return;
    }
    hangup_ = command;
    host_.audio().stop_sending(now);
    handle_call_timeout(now);
}

void BrowserActor::send_hangup(TimePoint now) {
    const run::Command command = *hangup_;
    const auto& action = std::get<scenario::Hangup>(command.step->action);
    hangup_.reset();
    auto headers = expand_headers(action.headers);
    if (!headers) {
        fail_step(command, "unexpected_event", headers.error().message);
        return;
    }
    const auto drained_at = host_.audio().has_streams() ? now : command.planned;
    if (auto* tracker = measured_tracker()) {
        // Waiting for our own last packets is no fault of Janus: the step is due after it.
        tracker->begin(LatencyGroup::hang_up, {std::max(command.planned, drained_at), now});
    }
    ended_by_us_ = true;
    call_state_ = CallState::ending;
    janus::HangupRequest request;
    request.headers = std::move(headers).value();
    send_message(now, to_json(request), std::nullopt, {.step_id = command.step->id});
    flush(now);
}

void BrowserActor::do_talk(TimePoint now, const run::Command& command,
                           const scenario::Talk& action) {
    if (call_state_ != CallState::established || !media_) {
        const run::Failure failure =
            call_end_.value_or(run::Failure{"no_media", "there is no established call to talk in"});
        fail_step(command, failure.reason, failure.text);
        return;
    }
    if (host_.audio().stopped()) {
        fail_step(command, "no_media",
                  "the audio of this call was stopped in order by an earlier talk; a call has one");
        return;
    }
    if (auto* leg = media_->leg(); leg != nullptr && action.audio == scenario::Audio::silence) {
        leg->set_content(media::Content::silence);
        host_.audio().expect_silence_at_far_end();
    }
    talk_ = Talk{command, &action, std::nullopt, false};
    continue_talk(now);
}

}  // namespace janus_harness::actors
