#include "harness/actors/browser_actor.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/media/call_audio.h"

namespace janus_harness::actors {

BrowserActor::BrowserActor(Environment& environment, ActorHost& host, std::size_t index,
                           const scenario::BrowserActor& settings, deployment::AccountRow account,
                           BrowserPart part, StreamIds streams)
    : environment_(environment),
      host_(host),
      index_(index),
      settings_(settings),
      account_(std::move(account)),
      part_(part),
      streams_(streams),
      timer_(environment.loop, [this](TimePoint now) { handle_timeout(now); }) {}

BrowserActor::~BrowserActor() = default;

std::string BrowserActor::uri() const {
    return fmt::format("sip:{}@{}", account_.username, environment_.sip_domain());
}

run::ActorEvent BrowserActor::event_at(TimePoint at, std::string name) const {
    run::ActorEvent event;
    event.at = at;
    event.actor = index_;
    event.name = std::move(name);
    return event;
}

void BrowserActor::connect(TimePoint) {
    const auto& deployment = environment_.deployment;
    session_ = std::make_unique<janus::Session>(
        janus::SessionOptions{.apisecret = deployment.api_secret,
                              .token = deployment.token,
                              .request_timeout = deployment.request_timeout,
                              .keepalive_interval = deployment.keepalive},
        host_.random(index_).fork(host_.random(index_)()));
    transport::JanusTransportOptions options;
    options.apisecret = deployment.api_secret;
    options.token = deployment.token;
    options.tls = deployment.tls;
    options.maxev = deployment.maxev;
    options.request_timeout = deployment.request_timeout;
    auto transport =
        transport::make_janus_transport(environment_.loop, environment_.http, deployment.janus_url,
                                        options, *session_, [this](TimePoint now) { drain(now); });
    // The URL was checked before the run began.
    if (!transport) return;
    transport_ = std::move(transport).value();
    transport_->connect();
}

void BrowserActor::flush(TimePoint) {
    if (transport_) transport_->flush();
    arm_timer();
}

void BrowserActor::arm_timer() {
    auto due = earliest(session_ ? session_->next_timeout() : std::nullopt, core_hangup_deadline_);
    if (closing_ == Closing::hanging_up || closing_ == Closing::destroying) {
        due = earliest(due, close_deadline_);
    }
    const auto& audio = host_.audio();
    if (hangup_ || (talk_ && talk_->stopping)) due = earliest(due, audio.drain_deadline());
    if (talk_ && !talk_->stopping) {
        due = earliest(due, talk_->flowing_since
                                ? *talk_->flowing_since + talk_->action->duration
                                : talk_->command.planned + talk_->command.step->within);
    }
    if (due) {
        timer_.start_at(*due);
    } else {
        timer_.stop();
    }
}

void BrowserActor::handle_timeout(TimePoint now) {
    if (closed_) return;
    if (session_) session_->handle_timeout(now);
    drain(now);
    handle_call_timeout(now);
    continue_close(now);
    flush(now);
    host_.wake();
}

run::Failure BrowserActor::explain_timeout(const scenario::CompiledStep& step,
                                           run::Failure failure) const {
    if (std::holds_alternative<scenario::Call>(step.action) && call_state_ == CallState::inviting) {
        return {"no_answer", "the call was not answered: " + failure.text};
    }
    return failure;
}

void BrowserActor::abandon(TimePoint now) {
    waiting_.reset();
    talk_.reset();
    hangup_.reset();
    const bool in_call =
        call_state_ == CallState::inviting || call_state_ == CallState::established;
    if (!session_ || handle_id_ == 0) return;
    if (in_call) {
        ended_by_us_ = true;
        call_state_ = CallState::ending;
        send_message(now, to_json(janus::HangupRequest{}), std::nullopt, {});
    } else if (call_state_ == CallState::invited) {
        ended_by_us_ = true;
        call_state_ = CallState::ending;
        send_message(now, to_json(janus::DeclineRequest{}), std::nullopt, {});
    }
    flush(now);
}

// Closing is a phase of its own: a call that is still up is hung up, then the session is destroyed
// on Janus, and only then is the connection given up. What does not answer in time is left to
// Janus's own time-outs and shows up in the leftovers of the result.
void BrowserActor::begin_close(TimePoint now) {
    if (closing_ != Closing::no) return;
    closing_ = Closing::hanging_up;
    close_deadline_ = now + std::chrono::milliseconds{1500};
    if (call_state_ != CallState::ending) abandon(now);
    continue_close(now);
    flush(now);
}

void BrowserActor::continue_close(TimePoint now) {
    if (closing_ == Closing::hanging_up) {
        // A session that is being made would be left behind on Janus.
        const bool creating = session_ && session_->state() == janus::Session::State::creating;
        const bool call_up = call_state_ != CallState::idle;
        if ((creating || call_up) && now < close_deadline_) return;
        release_media(now);
        closing_ = Closing::destroying;
        close_deadline_ = now + std::chrono::seconds{3};
        if (transport_ && session_->state() == janus::Session::State::ready) {
            destroy_transaction_ = session_->destroy(now);
        } else {
            finish_close(now);
        }
        return;
    }
    if (closing_ == Closing::destroying && now >= close_deadline_) finish_close(now);
}

void BrowserActor::finish_close(TimePoint) {
    if (closing_ == Closing::done) return;
    closing_ = Closing::done;
    if (transport_) transport_->close();
    // We may be inside a callback of the transport: it goes at the end of the turn, with us.
    timer_.stop();
    closed_ = true;
    host_.wake();
}

}  // namespace janus_harness::actors
