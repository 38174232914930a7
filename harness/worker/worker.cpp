#include "harness/worker/worker.h"

#include <fmt/format.h>

#include <algorithm>

#include "audio/identity_frames.h"
#include "dtls/certificate.h"
#include "harness/actors/browser_media.h"
#include "janus/mask_secrets.h"
#include "srtp/session.h"

namespace janus_harness::worker {
namespace {

constexpr Duration publish_interval = std::chrono::milliseconds{50};
// Closing thousands of clients at once must not hold up the audio of the others.
constexpr Duration longest_closing_turn = std::chrono::milliseconds{2};

// What is made once a process (encoded identity audio, tables of the SRTP implementation) must not
// be made at the cost of the first call's set-up time.
void warm_up(srtp::Implementation implementation) {
    for (const auto kind : {audio::CodecKind::opus, audio::CodecKind::pcmu, audio::CodecKind::pcma,
                            audio::CodecKind::g722}) {
        static_cast<void>(audio::IdentityFrames::of(kind));
    }
    for (const auto profile : srtp::all_profiles) {
        const srtp::KeyMaterial zero{Bytes(srtp::master_key_length(profile)),
                                     Bytes(srtp::master_salt_length(profile))};
        static_cast<void>(srtp::Session::create(profile, zero, zero, implementation));
    }
}

}  // namespace

Worker::Worker(WorkerOptions options)
    : options_(std::move(options)),
      share_(options_.executor->share()),
      http_(loop_),
      random_(Random(options_.seed).fork(share_.index)),
      recorder_(options_.run_start),
      pacer_(&net::Loop::now),
      slots_(options_.executor->max_clients()),
      pacer_timer_(loop_, [this](TimePoint now) { tick(now); }),
      plan_timer_(loop_, [this](TimePoint now) { plan_due(now); }),
      stop_timer_(loop_, [this](TimePoint now) { graceful_stop_over(now); }),
      publish_timer_(loop_, [this](TimePoint) { publish(); }),
      watch_(loop_, recorder_, [this](TimePoint now) { note_losses(now); }) {}

Worker::~Worker() = default;

Result<void> Worker::prepare() {
    warm_up(actors::srtp_implementation(options_.scenario.media));
    auto certificate = dtls::Certificate::generate();
    if (!certificate) return certificate.error();
    media_sockets_ = std::make_unique<media::MediaSockets>(
        loop_, random_,
        media::MediaSocketsOptions{
            .browser_address = options_.deployment.media_address,
            .phone_address = options_.deployment.phone_media_address,
            .browser_ports = options_.deployment.browser_ports,
            .phone_ports = options_.deployment.phone_ports,
            .shared = options_.scenario.media.sockets == scenario::MediaSockets::shared});
    environment_ = std::make_unique<actors::Environment>(
        actors::Environment{.loop = loop_,
                            .http = http_,
                            .pacer = pacer_,
                            .pacer_changed = [this] { arm_pacer(); },
                            .media_sockets = media_sockets_.get(),
                            .far_end = nullptr,
                            .scenario = options_.scenario,
                            .deployment = options_.deployment,
                            .recorder = recorder_,
                            .certificate = std::move(certificate).value(),
                            .dtls_contexts = {}});
    if (options_.deployment.far_end != scenario::FarEndMode::none) {
        SocketAddress local = options_.deployment.far_end_address;
        if (local.port() != 0) {
            if (local.port() + share_.index > UINT16_MAX) {
                return Error{"udp_bind",
                             fmt::format("{}: there is no port for each of the workers above it",
                                         local.to_string())};
            }
            local.set_port(static_cast<std::uint16_t>(local.port() + share_.index));
        }
        auto far_end = actors::FarEnd::create(loop_, options_.deployment, local, random_());
        if (!far_end) return far_end.error();
        far_end_ = std::move(far_end).value();
        environment_->far_end = far_end_.get();
    }
    return {};
}

std::optional<SocketAddress> Worker::far_end_address() const {
    if (!far_end_) return std::nullopt;
    return far_end_->address();
}

void Worker::run() {
    watch_.start(net::Loop::now());
    publish_timer_.start_every(publish_interval);
    loop_.post([this] { begin(net::Loop::now()); });
    loop_.run();
    // What was deferred to "the end of the turn" in the last turn goes with the clients' sockets.
    for (const auto& client : clients_) {
        if (client) note_sessions(*client);
    }
    clients_.clear();
    environment_->far_end = nullptr;
    publish();
}

void Worker::stop(StopReason reason, const std::string& text) {
    loop_.post([this, reason, text] { handle_stop(reason, text); });
}

void Worker::handle_stop(StopReason reason, const std::string& text) {
    const TimePoint now = net::Loop::now();
    const bool again = stop_reason_ != StopReason::none;
    if (!again) {
        stop_reason_ = reason;
        stop_text_ = text;
    }
    if (phase_ == Phase::done) return;
    options_.executor->stop();
    if (reason == StopReason::janus_died) {
        close_everything(now, run::Failure{"janus_died", text});
    } else if (again) {
        // What ended the preparation is told to all workers, and so to the one it happened to.
        if (reason == StopReason::interrupted) finish();
    } else {
        close_everything(now, std::nullopt);
    }
}

void Worker::log_event(const Client& client, const run::ActorEvent& event) {
    if (options_.events == nullptr) return;
    reports::JsonLine line;
    line.integer("client", client.slot());
    if (client.state() == Client::State::running) {
        line.integer("iteration", static_cast<std::int64_t>(client.iteration()));
    }
    line.text("actor", options_.scenario.actors[event.actor].name);
    line.number("at_ms", to_milliseconds(event.at - options_.run_start));
    for (const auto& [name, value] : event.fields)
        line.text("field." + name, janus::mask_secrets(value));
    if (event.failure) line.text("failure", event.failure->reason);
    options_.events->append(event.at, event.name, line);
}

// Janus did not answer a client. Before that is called the death of Janus it gets one more chance.
void Worker::suspect_janus(TimePoint, const Error& error) {
    if (janus_in_doubt_ || phase_ == Phase::done || stop_reason_ == StopReason::janus_died) return;
    janus_in_doubt_ = true;
    options_.owner.janus_suspected(error.message);
}

void Worker::janus_probed(bool alive, const std::string& text) {
    loop_.post([this, alive, text] { handle_probe(net::Loop::now(), alive, text); });
}

void Worker::handle_probe(TimePoint now, bool alive, const std::string& text) {
    janus_in_doubt_ = false;
    for (const auto& client : clients_) {
        if (client) client->resolve_doubt(now, !alive);
    }
    if (!alive) handle_stop(StopReason::janus_died, text);
}

void Worker::plan_due(TimePoint now) {
    switch (phase_) {
        case Phase::preparing:
            return register_phones(now);
        case Phase::setting_up:
            return continue_setup(now);
        case Phase::loading:
            return start_due(now);
        case Phase::closing:
            return check_finished(now);
        case Phase::waiting:
        case Phase::done:
            return;
    }
}

// Nothing more will start: clients that wait for work may go.
void Worker::check_finished(TimePoint now) {
    if (phase_ == Phase::closing) {
        if (slots_.occupied() > 0) return;
        // A challenge to an un-REGISTER wants its answer, or the binding stays at the registrar.
        const bool unregistering = far_end_ && far_end_->phones_registered() > 0;
        if (unregistering && now < unregister_deadline_) {
            plan_timer_.start_at(now + std::chrono::milliseconds{20});
        } else {
            finish();
        }
        return;
    }
    if (phase_ != Phase::loading || !options_.executor->exhausted()) return;
    // One that closes may have iterations left, which its successor in the slot runs.
    if (slots_.idle() == slots_.occupied()) close_everything(now, std::nullopt);
}

void Worker::graceful_stop_over(TimePoint now) {
    if (phase_ == Phase::loading) {
        options_.executor->stop();
        close_everything(
            now, run::Failure{"interrupted", "still in progress when graceful_stop was over"});
    } else if (phase_ == Phase::closing) {
        // A client that does not close must not keep the run from ending.
        finish();
    }
}

void Worker::close_everything(TimePoint now, std::optional<run::Failure> failure) {
    if (phase_ != Phase::done) phase_ = Phase::closing;
    plan_timer_.stop();
    stop_timer_.start_at(now + actors::Actor::kCloseLimit + std::chrono::seconds{10});
    waiting_starts_.clear();
    close_failure_ = std::move(failure);
    to_close_.clear();
    for (std::size_t number = clients_.size(); number-- > 0;) {
        if (clients_[number]) to_close_.push_back(static_cast<std::uint32_t>(number));
    }
    close_some(now);
}

void Worker::close_some(TimePoint now) {
    while (!to_close_.empty()) {
        if (net::Loop::now() - now > longest_closing_turn) {
            loop_.defer([this] { close_some(net::Loop::now()); });
            return;
        }
        const std::uint32_t number = to_close_.back();
        to_close_.pop_back();
        if (clients_[number]) retire(now, *clients_[number], close_failure_);
    }
    // Browsers that still hang up need their phones.
    unregister_deadline_ = now + std::chrono::seconds{2};
    if (far_end_) far_end_->unregister_phones(now);
    check_finished(now);
}

void Worker::finish() {
    if (phase_ == Phase::done) return;
    phase_ = Phase::done;
    for (net::Timer* timer : {&plan_timer_, &pacer_timer_, &stop_timer_, &publish_timer_})
        timer->stop();
    watch_.stop(net::Loop::now());
    loop_.stop();
}

// What the media sockets lost since this was last looked at.
void Worker::note_losses(TimePoint now) {
    const auto losses = media_sockets_->statistics();
    recorder_.packets_refused(now, losses.send_errors - noted_losses_.send_errors);
    recorder_.receive_drops(now, losses.receive_drops - noted_losses_.receive_drops);
    noted_losses_ = losses;
}

void Worker::tick(TimePoint now) {
    pacer_.tick(now, [this](TimePoint planned, std::uint64_t packets) {
        media_sockets_->flush();
        const TimePoint gone = net::Loop::now();
        recorder_.send_lateness(gone, gone - planned, packets);
    });
    media_sockets_->receive(now + media::Pacer::kTick);
    arm_pacer();
}

void Worker::arm_pacer() {
    media_sockets_->set_polled(pacer_.size() > 0);
    if (const auto due = pacer_.next_timeout()) {
        pacer_timer_.start_at(*due);
    } else {
        pacer_timer_.stop();
    }
}

void Worker::publish() {
    const auto& calls = recorder_.calls();
    progress_.calls_started = calls.started;
    progress_.calls_completed = calls.completed;
    progress_.calls_failed = calls.failed;
    progress_.calls_interrupted = calls.interrupted;
    progress_.clients = slots_.occupied();
    const auto* setup = recorder_.call_setup();
    if (setup != nullptr && setup->count() != published_setups_) {
        published_setups_ = setup->count();
        progress_.set_call_setup(*setup);
    }
}

}  // namespace janus_harness::worker
