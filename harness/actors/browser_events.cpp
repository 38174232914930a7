// What Janus says to a browser, and what that means for its call.
#include <fmt/format.h>

#include "core/log.h"
#include "core/text.h"
#include "harness/actors/browser_actor.h"
#include "harness/media/call_audio.h"
#include "janus/mask_secrets.h"

namespace janus_harness::actors {

using reports::LatencyMetric;

namespace {

constexpr Duration core_hangup_limit = std::chrono::seconds{3};

std::string failure_slug(janus::Verb verb, std::int64_t code) {
    const std::string_view prefix = verb == janus::Verb::create   ? "create_failed"
                                    : verb == janus::Verb::attach ? "attach_failed"
                                                                  : "request_failed";
    return fmt::format("{}_{}", prefix, code);
}

// RFC 3261 21: what a final response to an INVITE says about the callee.
std::string call_failure_slug(std::int64_t code) {
    if (code == 486 || code == 600) return "busy";
    if (code == 603) return "declined";
    if (code == 408 || code == 480) return "no_answer";
    return fmt::format("call_failed_{}", code);
}

// Sofia's own code, under which Janus tells that a registrar challenged again (401, 407) although
// the challenge had been answered.
constexpr std::int64_t no_matching_challenge = 904;

run::Failure registration_failure(const std::string& uri, std::int64_t code,
                                  const std::string& reason) {
    const std::string answer = fmt::format("{} {}", code, trim(reason));
    if (code != no_matching_challenge) {
        return {fmt::format("registration_failed_{}", code),
                fmt::format("the registration of {} failed with {}", uri, answer)};
    }
    return {"registration_failed_401",
            fmt::format("wrong password or authentication user: the registrar answered 401 again "
                        "to the digest response of {} (Janus says {})",
                        uri, answer)};
}

std::vector<std::pair<std::string, std::string>> fields_of(const janus::SipEvent& sip) {
    std::vector<std::pair<std::string, std::string>> fields;
    const auto add = [&](const char* name, const std::optional<std::string>& value) {
        if (value) fields.emplace_back(name, *value);
    };
    add("call_id", sip.call_id);
    if (sip.code) fields.emplace_back("code", std::to_string(*sip.code));
    if (sip.error_code) fields.emplace_back("code", std::to_string(*sip.error_code));
    add("reason", sip.reason ? sip.reason : sip.error);
    add("username", sip.username);
    add("displayname", sip.displayname);
    add("callee", sip.callee);
    add("caller", sip.caller);
    add("srtp", sip.srtp);
    add("referred_by", sip.referred_by);
    add("refer_to", sip.refer_to);
    add("reason_header", sip.reason_header);
    add("reason_header_protocol", sip.reason_header_protocol);
    add("reason_header_cause", sip.reason_header_cause);
    if (sip.register_sent)
        fields.emplace_back("register_sent", *sip.register_sent ? "true" : "false");
    for (const auto& [name, value] : sip.headers) fields.emplace_back("headers." + name, value);
    return fields;
}

}  // namespace

void BrowserActor::drain(TimePoint now) {
    if (closed_ || !session_) return;
    while (auto event = session_->poll_event()) {
        std::visit([this](const auto& content) { handle(content); }, *event);
        if (closed_) break;
    }
    if (!closed_) {
        continue_close(now);
        flush(now);
    }
    host_.wake();
}

void BrowserActor::handle(const janus::Replied& event) {
    if (event.verb == janus::Verb::create) {
        if (auto* tracker = measured_tracker()) {
            tracker->mark(LatencyMetric::create, event.at, event.sent_at);
        }
        host_.emit(event_at(event.at, "created"));
    } else if (event.verb == janus::Verb::attach) {
        handle_id_ = event.id.value_or(0);
        attach_transaction_.clear();  // so that a step after a detach may attach again
        if (auto* tracker = measured_tracker()) {
            tracker->mark(LatencyMetric::attach, event.at, event.sent_at);
        }
        host_.emit(event_at(event.at, "attached"));
    } else if (event.verb == janus::Verb::destroy) {
        host_.emit(event_at(event.at, "destroyed"));
    } else if (event.verb == janus::Verb::detach) {
        handle_id_ = 0;
    }
    if (const auto request = requests_.find(event.transaction); request != requests_.end()) {
        if (request->second.step_id) host_.action_finished(*request->second.step_id, event.at);
        requests_.erase(request);
    }
    if (!destroy_transaction_.empty() && event.transaction == destroy_transaction_) {
        finish_close(event.at);
        return;
    }
    if (closing_ != Closing::no || !waiting_) return;
    if (handle_id_ == 0) {
        ensure_handle(event.at);
    } else if (!core_hangup_due_) {
        const run::Command command = *waiting_;
        waiting_.reset();
        run(event.at, command);
    }
}

void BrowserActor::handle(const janus::Acknowledged& event) {
    const auto request = requests_.find(event.transaction);
    if (request == requests_.end()) return;
    if (auto* tracker = measured_tracker(); tracker && request->second.ack_counts_from) {
        tracker->mark(LatencyMetric::message_ack, event.at,
                      run::StepStart{*request->second.ack_counts_from, event.sent_at});
    }
    if (event.verb == janus::Verb::keepalive) {
        host_.emit(event_at(event.at, "keepalive_acknowledged"));
    }
    if (request->second.step_id) host_.action_finished(*request->second.step_id, event.at);
    requests_.erase(request);
}

void BrowserActor::request_failed(const std::string& transaction, TimePoint at,
                                  run::Failure failure) {
    if (!destroy_transaction_.empty() && transaction == destroy_transaction_) {
        finish_close(at);
        return;
    }
    const bool implicit = transaction == create_transaction_ || transaction == attach_transaction_;
    if (transaction == attach_transaction_) attach_transaction_.clear();
    if (implicit && waiting_) {
        const run::Command command = *waiting_;
        waiting_.reset();
        fail_step(command, failure.reason, failure.text);
        return;
    }
    const auto request = requests_.find(transaction);
    if (request == requests_.end()) return;
    const auto step = request->second.step_id;
    requests_.erase(request);
    if (step) host_.action_failed(*step, std::move(failure));
}

void BrowserActor::handle(const janus::RequestRejected& event) {
    auto error = event_at(event.at, "error");
    error.fields = {{"code", std::to_string(event.code)}, {"reason", event.reason}};
    host_.emit(std::move(error));
    request_failed(event.transaction, event.at,
                   {failure_slug(event.verb, event.code),
                    fmt::format("Janus refused `{}` with error {}: {}",
                                janus::to_string(event.verb), event.code, event.reason)});
}

void BrowserActor::handle(const janus::RequestTimedOut& event) {
    const Duration waited = event.at - event.sent_at;
    request_failed(
        event.transaction, event.at,
        {"timeout", fmt::format("Janus sent no reply to `{}` within {:g} s{}",
                                janus::to_string(event.verb), to_seconds(waited),
                                event.event_seen ? ", although the plugin's event for it came: the "
                                                   "reply itself was lost"
                                                 : "")});
}

void BrowserActor::handle(const janus::RequestFailed& event) {
    host_.suspect_janus(event.at, event.error);
    request_failed(
        event.transaction, event.at,
        {"janus_unreachable", fmt::format("`{}` did not get through to Janus: {}",
                                          janus::to_string(event.verb), event.error.message)});
}

void BrowserActor::handle(const janus::PluginEvent& event) {
    const auto sip = janus::parse_sip_event(event.data);
    if (!sip) {
        environment_.recorder.check(
            {.id = "janus.sip_event_format",
             .verdict = reports::CheckVerdict::failed,
             .requirement =
                 "Events of the SIP plugin have the fields and types of its documentation",
             .reference = "Janus SIP plugin documentation",
             .level = "must",
             .expected = sip.error().message,
             .actual = janus::mask_secrets(event.data)},
            host_.call_id());
        return;
    }
    handle_sip(event, sip.value());
}

void BrowserActor::handle_sip(const janus::PluginEvent& event, const janus::SipEvent& sip) {
    auto actor_event = event_at(event.at, sip.name.empty() ? "reset" : sip.name);
    actor_event.fields = fields_of(sip);
    if (sip.error_code) {
        actor_event.failure =
            run::Failure{fmt::format("plugin_error_{}", *sip.error_code),
                         fmt::format("the SIP plugin refused the request with error {}: {}",
                                     *sip.error_code, sip.error.value_or(""))};
        if (call_state_ == CallState::inviting) call_state_ = CallState::idle;
    }
    if (event.jsep) {
        actor_event.fields.emplace_back("jsep", event.jsep->type);
    }
    if (sip.name == "incomingcall") {
        incoming_offer_ = event.jsep && event.jsep->type == "offer" ? event.jsep->sdp : "";
    }
    update_call(event.at, sip, actor_event);
    if (event.jsep) handle_jsep(event.at, *event.jsep);
    if (sip.name == "accepted") call_accepted(event.at);
    host_.emit(std::move(actor_event));
}

void BrowserActor::update_call(TimePoint at, const janus::SipEvent& sip, run::ActorEvent& event) {
    auto* tracker = measured_tracker();
    if (tracker != nullptr && sip.call_id && tracker->record().sip_call_id.empty()) {
        tracker->record().sip_call_id = *sip.call_id;
    }
    if (sip.name == "registered") {
        if (tracker != nullptr) {
            tracker->mark(LatencyMetric::registration_request_delay, at, register_sent_);
        }
    } else if (sip.name == "registration_failed") {
        event.failure = registration_failure(uri(), sip.code.value_or(0), sip.reason.value_or(""));
    } else if (sip.name == "ringing") {
        mark(LatencyMetric::session_request_delay, at);
    } else if (sip.name == "incomingcall") {
        call_state_ = CallState::invited;
        ended_by_us_ = false;
        answer_seen_ = false;
        call_end_.reset();
    } else if (sip.name == "hangup") {
        on_hangup(at, sip, event);
    }
}

void BrowserActor::call_accepted(TimePoint at) {
    if (call_state_ != CallState::inviting && call_state_ != CallState::invited) return;
    const bool outgoing = call_state_ == CallState::inviting;
    call_state_ = CallState::established;
    if (auto* tracker = measured_tracker()) {
        if (outgoing) tracker->mark(LatencyMetric::call_accepted, at);
        tracker->call_established(at);
    }
    start_audio_if_ready(at);
}

// The end of a call, whoever ended it and in whatever state it was.
void BrowserActor::on_hangup(TimePoint at, const janus::SipEvent& sip, run::ActorEvent& event) {
    const auto code = sip.code.value_or(0);
    const std::string answer = fmt::format("{} {}", code, sip.reason.value_or(""));
    if (ended_by_us_) {
        mark(LatencyMetric::session_disconnect_delay, at);
    } else if (call_state_ == CallState::inviting) {
        event.failure = run::Failure{call_failure_slug(code),
                                     fmt::format("the call was answered with {}", answer)};
    } else if (call_state_ == CallState::invited) {
        event.failure =
            run::Failure{"far_end_hangup", fmt::format("the caller gave up: {}", answer)};
    } else if (call_state_ == CallState::established) {
        event.failure =
            run::Failure{"far_end_hangup", fmt::format("the far end ended the call: {}", answer)};
    }
    call_end_ = event.failure;
    if (auto* tracker = measured_tracker()) tracker->call_ended(at);
    const bool had_media = media_ != nullptr;
    if (had_media) media_->call_over();
    call_state_ = CallState::idle;
    incoming_offer_.clear();
    host_.audio().stop_sending(at);
    // The core says `hangup` too once it has freed its PeerConnection; until then it refuses
    // offers.
    core_hangup_due_ = had_media;
    if (had_media) core_hangup_deadline_ = at + core_hangup_limit;
}

void BrowserActor::handle_jsep(TimePoint at, const janus::Jsep& jsep) {
    if (jsep.type == "offer") {
        const auto findings = sdp::check_offer(jsep.sdp);
        environment_.recorder.sdp_findings(findings, host_.call_id());
        return;
    }
    if (!media_ || answer_seen_) return;
    const std::string& offer_text = media_->connection().local_description();
    if (const auto offer = sdp::SessionDescription::parse(offer_text)) {
        const auto findings = sdp::check_answer(offer.value(), offer_text, jsep.sdp);
        environment_.recorder.sdp_findings(findings, host_.call_id());
    }
    answer_seen_ = true;
    const auto applied = media_->set_remote_answer(at, jsep.sdp);
    if (!applied) {
        fail_call(at,
                  {applied.error().code == "sdp_syntax" ? "sdp_syntax" : "sdp_rule_failed",
                   fmt::format("the answer of Janus cannot be used: {}", applied.error().message)});
        return;
    }
    attach_leg();
    start_audio_if_ready(at);
}

void BrowserActor::handle(const janus::WebRtcUp& event) {
    mark(LatencyMetric::webrtcup, event.at);
    webrtc_up_ = true;
    if (part_ == BrowserPart::measured) {
        host_.audio().path_up(event.at, environment_.pacer);
        environment_.pacer_changed();
    } else {
        start_audio_if_ready(event.at);
    }
    host_.emit(event_at(event.at, "webrtcup"));
}

void BrowserActor::handle(const janus::Media& event) {
    auto actor_event = event_at(event.at, "media");
    actor_event.fields = {{"type", event.type},
                          {"mid", event.mid},
                          {"receiving", event.receiving ? "true" : "false"}};
    host_.emit(std::move(actor_event));
}

void BrowserActor::handle(const janus::SlowLink& event) {
    auto actor_event = event_at(event.at, "slowlink");
    actor_event.fields = {{"media", event.media},
                          {"uplink", event.uplink ? "true" : "false"},
                          {"lost", std::to_string(event.lost)}};
    host_.emit(std::move(actor_event));
}

void BrowserActor::handle(const janus::HungUp& event) {
    core_hangup_due_ = false;
    core_hangup_deadline_.reset();
    auto actor_event = event_at(event.at, "webrtc_hangup");
    actor_event.fields = {{"reason", event.reason}};
    const bool in_call =
        call_state_ == CallState::inviting || call_state_ == CallState::established;
    if (in_call && (event.reason == "ICE failed" || event.reason.starts_with("DTLS"))) {
        actor_event.failure =
            run::Failure{event.reason == "ICE failed" ? "ice_failed" : "dtls_failed",
                         fmt::format("Janus gave up the PeerConnection: {}", event.reason)};
        call_end_ = actor_event.failure;
    }
    host_.emit(std::move(actor_event));
    handle_call_timeout(event.at);
}

// Janus 1.2 and later, when it keeps the PeerConnection although ICE failed.
void BrowserActor::handle(const janus::IceFailed& event) {
    host_.emit(event_at(event.at, "ice_failed"));
}

void BrowserActor::handle(const janus::Detached& event) {
    if (event.handle_id == handle_id_) handle_id_ = 0;
    host_.emit(event_at(event.at, "detached"));
}

void BrowserActor::handle(const janus::SessionTimedOut& event) {
    auto actor_event = event_at(event.at, "timeout");
    if (closing_ == Closing::no) {
        actor_event.failure = run::Failure{
            event.how.code == "janus_timeout_event" ? "session_timeout" : "session_lost",
            fmt::format("Janus no longer knows the session: {}", event.how.message)};
        actor_event.fatal = true;
    }
    call_state_ = CallState::idle;
    host_.emit(std::move(actor_event));
    if (closing_ != Closing::no) finish_close(event.at);
}

void BrowserActor::handle(const janus::ConnectionLost& event) {
    host_.suspect_janus(event.at, event.error);
    auto actor_event = event_at(event.at, "connection_lost");
    actor_event.failure =
        run::Failure{"janus_unreachable",
                     fmt::format("the connection to Janus is gone: {}", event.error.message)};
    actor_event.fatal = true;
    call_state_ = CallState::idle;
    host_.emit(std::move(actor_event));
    if (closing_ != Closing::no) finish_close(event.at);
}

void BrowserActor::handle(const janus::TrickleReceived& event) {
    if (media_ && event.completed) media_->end_of_remote_candidates(event.at);
    if (media_ && !event.completed) media_->add_remote_candidate(event.at, event.candidate);
    host_.emit(event_at(event.at, "trickle"));
}

// A message that does not fit is a finding, not the end of the call.
void BrowserActor::handle(const janus::ProtocolError& event) {
    run::CheckFinding finding{
        .id = "janus." + event.error.code,
        .verdict = reports::CheckVerdict::failed,
        .requirement = "Janus's messages have the form of its API documentation",
        .reference = "Janus RESTful, WebSocket API documentation",
        .level = "must",
        .expected = "a message that answers a request of ours or belongs to our session",
        .actual = event.error.message};
    // The network or a dying Janus may cut a poll too; whether that ends the call is told
    // elsewhere.
    if (event.error.code == "janus_poll_cut_short") {
        finding.id = "janus.poll_cut_short";
        finding.verdict = reports::CheckVerdict::warned;
        finding.requirement = "A long poll is answered";
        finding.level = "should";
        finding.expected = "an event or a keepalive";
    }
    environment_.recorder.check(finding, host_.call_id());
    auto actor_event = event_at(event.at, "protocol_error");
    actor_event.fields = {{"code", event.error.code}, {"text", event.error.message}};
    host_.emit(std::move(actor_event));
}

void BrowserActor::handle(const janus::ServerInfo& event) {
    auto actor_event = event_at(event.at, "server_info");
    actor_event.fields = {{"version", std::to_string(event.version)},
                          {"version_string", event.version_string}};
    host_.emit(std::move(actor_event));
}

}  // namespace janus_harness::actors
