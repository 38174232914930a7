#include "harness/actors/phone_actor.h"

#include <fmt/format.h>

#include "harness/media/call_audio.h"

namespace janus_harness::actors {

using reports::LatencyGroup;
using reports::LatencyMetric;

PhoneActor::PhoneActor(Environment& environment, ActorHost& host, std::size_t index,
                       const scenario::SipActor& settings, deployment::AccountRow account,
                       const std::string& caller, StreamIds streams)
    : environment_(environment),
      host_(host),
      index_(index),
      settings_(settings),
      account_(std::move(account)),
      caller_(environment.deployment.far_end == scenario::FarEndMode::listen ? caller : ""),
      streams_(streams),
      timer_(environment.loop, [this](TimePoint now) { handle_timeout(now); }) {}

PhoneActor::~PhoneActor() = default;

std::string PhoneActor::uri() const {
    const auto& deployment = environment_.deployment;
    if (!deployment.callee.empty()) return deployment.callee;
    const std::string domain = environment_.far_end != nullptr ? environment_.far_end->domain()
                                                               : environment_.sip_domain();
    return fmt::format("sip:{}@{}", account_.username, domain);
}

run::ActorEvent PhoneActor::event_at(TimePoint at, std::string name) const {
    run::ActorEvent event;
    event.at = at;
    event.actor = index_;
    event.name = std::move(name);
    return event;
}

run::ActorEvent PhoneActor::ended_event(TimePoint at, const std::string& text) const {
    auto event = event_at(at, "ended");
    if (!ended_by_us_) event.failure = run::Failure{"far_end_hangup", text};
    return event;
}

void PhoneActor::begin() {
    if (environment_.far_end == nullptr) return;
    environment_.far_end->add_phone(account_.username, caller_, *this);
}

void PhoneActor::execute(TimePoint now, const run::Command& command) {
    const auto& action = command.step->action;
    const std::size_t id = command.step->id;
    if (environment_.far_end == nullptr) {
        host_.action_failed(id, {"unexpected_event",
                                 fmt::format("step `{}` needs a far end of our own, and there is "
                                             "none (far end \"none\")",
                                             command.step->name)});
        return;
    }
    if (const auto* call = std::get_if<scenario::PhoneCall>(&action)) {
        do_call(now, command, *call);
    } else if (std::holds_alternative<scenario::PhoneHangup>(action)) {
        do_hangup(now, command);
    } else if (call_state_ != CallState::ringing_in) {
        host_.action_failed(id, {"unexpected_event", fmt::format("step `{}`: no call waits for an "
                                                                 "answer at this phone",
                                                                 command.step->name)});
    } else {
        ring_at_.reset();
        final_at_.reset();
        if (std::holds_alternative<scenario::PhoneRing>(action)) {
            ring(now);
        } else if (std::holds_alternative<scenario::PhoneAnswer>(action)) {
            accept(now);
        } else if (const auto* refusal = std::get_if<scenario::PhoneReject>(&action)) {
            reject(now, refusal->code, refusal->reason);
        }
        host_.action_finished(id, now);
    }
    arm_timer();
}

void PhoneActor::do_call(TimePoint now, const run::Command& command,
                         const scenario::PhoneCall& action) {
    auto to = host_.expand(action.to);
    if (!to || !open_media(now)) {
        host_.action_failed(
            command.step->id,
            {"unexpected_event", to ? "no RTP socket for the phone" : to.error().message});
        return;
    }
    sip::OutgoingCall call;
    call.from_user = account_.username;
    call.to_uri = std::move(to).value();
    call.sdp = local_offer();
    call.next_hop = environment_.deployment.phone_proxy;
    call.credentials = sip::Credentials{account_.authuser, account_.secret};
    for (const auto& [name, value] : action.headers) {
        if (auto text = host_.expand(value))
            call.headers.push_back({name, std::move(text).value()});
    }
    if (auto* tracker = host_.tracker()) {
        tracker->begin(LatencyGroup::call, {command.planned, now});
        tracker->call_started(now);
    }
    call_state_ = CallState::calling_out;
    ended_by_us_ = false;
    call_ = environment_.far_end->call(now, std::move(call), *this);
    host_.action_finished(command.step->id, now);
}

void PhoneActor::do_hangup(TimePoint now, const run::Command& command) {
    if (call_state_ == CallState::idle || call_state_ == CallState::ending) {
        host_.action_failed(command.step->id,
                            {"unexpected_event", "this phone has no call to hang up"});
        return;
    }
    hangup_step_ = command.step->id;
    hangup_draining_ = true;
    host_.audio().stop_sending(now);
    audio_progress(now);
}

void PhoneActor::on_sip_event(const sip::Event& event) {
    std::visit(
        [this](const auto& content) {
            if constexpr (requires { this->on(content); }) this->on(content);
        },
        event);
    arm_timer();
    host_.wake();
}

void PhoneActor::on(const sip::CallReceived& event) {
    if (call_state_ != CallState::idle) {
        environment_.far_end->refuse_call(event.at, event.key, 486);
        return;
    }
    call_ = event.key;
    call_state_ = CallState::ringing_in;
    ended_by_us_ = false;
    remote_offer_ = event.sdp;
    if (auto* tracker = host_.tracker()) {
        tracker->mark(LatencyMetric::invite_at_far_end, event.at);
        if (tracker->record().sip_call_id.empty()) tracker->record().sip_call_id = event.call_id;
    }
    auto actor_event = event_at(event.at, "invite");
    actor_event.fields = {{"from", event.from}, {"to", event.to}, {"call_id", event.call_id}};
    for (const auto& header : event.headers) {
        actor_event.fields.emplace_back("headers." + header.name, header.value);
    }
    host_.emit(std::move(actor_event));
    const scenario::Answer& answer = settings_.answer;
    // 180 at `ring`, the final response at `after`, both counted from the INVITE.
    ring_at_ = event.at + answer.ring;
    if (settings_.answers && !answer.never) {
        final_at_ = event.at + std::max(answer.after.value_or(answer.ring), answer.ring);
    }
    handle_timeout(event.at);
}

void PhoneActor::handle_timeout(TimePoint now) {
    if (ring_at_ && *ring_at_ <= now) {
        ring_at_.reset();
        ring(now);
    }
    if (final_at_ && *final_at_ <= now) {
        final_at_.reset();
        final_response(now);
    }
    if (hangup_at_ && *hangup_at_ <= now) {
        hangup_at_.reset();
        hangup_draining_ = true;
        host_.audio().stop_sending(now);
    }
    audio_progress(now);
    if (leg_) leg_->handle_timeout(now);
    arm_timer();
    host_.wake();
}

void PhoneActor::arm_timer() {
    auto due = earliest(ring_at_, final_at_, hangup_at_);
    if (leg_) due = earliest(due, leg_->next_timeout());
    if (hangup_draining_) due = earliest(due, host_.audio().drain_deadline());
    if (due) {
        timer_.start_at(*due);
    } else {
        timer_.stop();
    }
}

void PhoneActor::ring(TimePoint now) {
    if (call_state_ != CallState::ringing_in) return;
    auto& endpoint = environment_.far_end->endpoint();
    if (settings_.answer.early_media && settings_.answer.status < 300 && open_media(now)) {
        endpoint.provisional(now, call_, 183, local_answer());
        apply_remote(now, remote_offer_);
        media_ready(now);
    } else {
        endpoint.provisional(now, call_, 180);
    }
    environment_.far_end->flush(now);
}

void PhoneActor::final_response(TimePoint now) {
    if (settings_.answer.status >= 300) {
        reject(now, settings_.answer.status, settings_.answer.reason);
    } else {
        accept(now);
    }
}

void PhoneActor::reject(TimePoint now, int code, const std::string& reason) {
    ended_by_us_ = true;
    environment_.far_end->endpoint().reject(now, call_, code, reason);
    environment_.far_end->flush(now);
}

void PhoneActor::accept(TimePoint now) {
    if (call_state_ != CallState::ringing_in) return;
    if (local_sdp_.empty() && !open_media(now)) {
        reject(now, 500, "No RTP port");
        return;
    }
    if (local_sdp_.empty()) {
        local_sdp_ = remote_offer_.empty() ? local_offer() : local_answer();
        if (!remote_offer_.empty()) apply_remote(now, remote_offer_);
    }
    environment_.far_end->endpoint().answer(now, call_, local_sdp_);
    environment_.far_end->flush(now);
    if (settings_.audio_start == scenario::AudioStart::answer) media_ready(now);
}

void PhoneActor::established(TimePoint at) {
    call_state_ = CallState::established;
    // Both were for the negotiation, which is over.
    local_sdp_ = std::string();
    remote_offer_ = std::string();
    if (settings_.answer.hangup_after) hangup_at_ = at + *settings_.answer.hangup_after;
    media_ready(at);
}

void PhoneActor::on(const sip::CallAcknowledged& event) {
    if (!event.sdp.empty()) apply_remote(event.at, event.sdp);
    established(event.at);
    host_.emit(event_at(event.at, "ack"));
}

void PhoneActor::on(const sip::CallProvisional& event) {
    if (event.code == 180 || event.code == 183) {
        if (auto* tracker = host_.tracker()) {
            tracker->mark(LatencyMetric::session_request_delay, event.at);
        }
    }
    auto actor_event = event_at(event.at, event.code == 100   ? "trying"
                                          : event.code == 180 ? "ringing"
                                                              : "progress");
    actor_event.fields = {{"code", std::to_string(event.code)}, {"reason", event.reason}};
    host_.emit(std::move(actor_event));
}

void PhoneActor::on(const sip::CallAnswered& event) {
    if (auto* tracker = host_.tracker()) {
        tracker->mark(LatencyMetric::call_accepted, event.at);
        tracker->call_established(event.at);
    }
    apply_remote(event.at, event.sdp);
    established(event.at);
    host_.emit(event_at(event.at, "answered"));
}

void PhoneActor::on(const sip::CallRejected& event) {
    if (event.key != call_) return;  // of a call before this one
    auto actor_event = event_at(event.at, "rejected");
    actor_event.fields = {{"code", std::to_string(event.code)}, {"reason", event.reason}};
    actor_event.failure = run::Failure{
        event.code == 486   ? "busy"
        : event.code == 603 ? "declined"
                            : fmt::format("call_failed_{}", event.code),
        fmt::format("the call of the far end was answered with {} {}", event.code, event.reason)};
    call_over(event.at);
    host_.emit(std::move(actor_event));
}

void PhoneActor::on(const sip::CallCancelled& event) {
    if (event.key != call_) return;  // of a call before this one
    call_over(event.at);
    host_.emit(event_at(event.at, "cancel"));
    host_.emit(ended_event(event.at, "the caller cancelled the call"));
}

void PhoneActor::on(const sip::CallEnded& event) {
    if (event.key != call_) return;  // of a call before this one
    const bool bye = event.by == sip::EndedBy::remote_bye;
    call_over(event.at);
    if (bye) host_.emit(event_at(event.at, "bye"));
    // What a BYE means is for the browser's side to say: it is the one that hangs up in most
    // scenarios.
    host_.emit(event_at(event.at, "ended"));
}

void PhoneActor::on(const sip::HangupCompleted& event) {
    if (event.key != call_) return;  // of a call before this one
    if (auto* tracker = host_.tracker()) {
        tracker->mark(LatencyMetric::session_disconnect_delay, event.at);
    }
    call_over(event.at);
    auto actor_event = ended_event(event.at, "");
    actor_event.fields = {{"code", std::to_string(event.code)}};
    host_.emit(std::move(actor_event));
}

void PhoneActor::on(const sip::CallFailed& event) {
    if (event.key != call_) return;  // of a call before this one
    auto actor_event = event_at(event.at, "ended");
    actor_event.fields = {{"reason", event.reason}};
    actor_event.failure =
        event.reason == "timer_h"
            ? run::Failure{"no_ack",
                           "no ACK came for our final response within 64*T1 (RFC 3261 "
                           "13.3.1.4)"}
            : run::Failure{"no_answer",
                           fmt::format("the far end's INVITE got no response ({})", event.reason)};
    call_over(event.at);
    host_.emit(std::move(actor_event));
}

void PhoneActor::call_over(TimePoint at) {
    call_state_ = CallState::idle;
    if (ports_.rtp) ports_.rtp->retire();
    if (ports_.rtcp) ports_.rtcp->retire();
    call_ = {};
    ring_at_.reset();
    final_at_.reset();
    hangup_at_.reset();
    hangup_draining_ = false;
    if (hangup_step_) {
        // The other side was faster: the call that this step had to end is over.
        host_.action_finished(*hangup_step_, at);
        hangup_step_.reset();
    }
    local_sdp_.clear();
    remote_offer_.clear();
    host_.audio().stop_sending(at);
    if (auto* tracker = host_.tracker()) tracker->call_ended(at);
}

void PhoneActor::audio_progress(TimePoint now) {
    auto& audio = host_.audio();
    if (!hangup_draining_ || (audio.has_streams() && !audio.drained(now))) return;
    hangup_draining_ = false;
    audio.note_drained(now);
    send_hangup(now);
}

void PhoneActor::send_hangup(TimePoint now) {
    ended_by_us_ = true;
    call_state_ = CallState::ending;
    if (hangup_step_) {
        if (auto* tracker = host_.tracker()) tracker->begin(LatencyGroup::hang_up, {now, now});
        host_.action_finished(*hangup_step_, now);
        hangup_step_.reset();
    }
    environment_.far_end->endpoint().hangup(now, call_);
    environment_.far_end->flush(now);
}

void PhoneActor::abandon(TimePoint now) {
    hangup_step_.reset();
    hangup_draining_ = false;
    // A browser that is still in the call hangs up itself; a call that only we know of ends here.
    if (call_state_ == CallState::calling_out || call_state_ == CallState::ringing_in) {
        ended_by_us_ = true;
        environment_.far_end->endpoint().hangup(now, call_);
        environment_.far_end->flush(now);
    }
}

void PhoneActor::begin_close(TimePoint now) {
    if (closed_) return;
    closed_ = true;
    timer_.stop();
    if (environment_.far_end != nullptr) {
        if (call_) environment_.far_end->forget_call(now, call_);
        environment_.far_end->remove_phone(account_.username, caller_);
    }
    release_media();
}

}  // namespace janus_harness::actors
