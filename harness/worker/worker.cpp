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

constexpr Duration lag_interval = std::chrono::milliseconds{20};

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
      http_(loop_),
      random_(options_.seed),
      recorder_(options_.run_start),
      pacer_timer_(loop_, [this](TimePoint now) { tick(now); }),
      plan_timer_(loop_,
                  [this](TimePoint now) {
                      if (phase_ == Phase::preparing) continue_preparation(now);
                      if (phase_ == Phase::setting_up) continue_setup(now);
                      if (phase_ == Phase::loading) start_due(now);
                      if (phase_ == Phase::closing) check_finished(now);
                  }),
      lag_timer_(loop_,
                 [this](TimePoint now) {
                     recorder_.loop_lag(now, now - lag_due_, lag_interval);
                     lag_due_ = now + lag_interval;
                     lag_timer_.start_at(lag_due_);
                     if (options_.events != nullptr) options_.events->tick(now);
                     publish();
                 }),
      stop_timer_(loop_, [this](TimePoint now) { graceful_stop_over(now); }) {}

Worker::~Worker() = default;

Result<void> Worker::prepare() {
    warm_up(actors::srtp_implementation(options_.scenario.media));
    auto certificate = dtls::Certificate::generate();
    if (!certificate) return certificate.error();
    environment_ = std::make_unique<actors::Environment>(
        actors::Environment{.loop = loop_,
                            .http = http_,
                            .pacer = pacer_,
                            .pacer_changed = [this] { arm_pacer(); },
                            .far_end = nullptr,
                            .scenario = options_.scenario,
                            .deployment = options_.deployment,
                            .recorder = recorder_,
                            .random = random_,
                            .certificate = std::move(certificate).value(),
                            .dtls_contexts = {}});
    if (options_.deployment.far_end != scenario::FarEndMode::none) {
        auto far_end = actors::FarEnd::create(loop_, options_.deployment, random_());
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
    const TimePoint now = net::Loop::now();
    lag_due_ = now + lag_interval;
    lag_timer_.start_at(lag_due_);
    loop_.post([this] { begin(net::Loop::now()); });
    loop_.run();
    // What was deferred to "the end of the turn" in the last turn goes with the clients' sockets.
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
        finish();
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
    if (probe_ || phase_ == Phase::done || stop_reason_ == StopReason::janus_died) return;
    transport::JanusTransportOptions options;
    options.tls = options_.deployment.tls;
    options.apisecret = options_.deployment.api_secret;
    options.token = options_.deployment.token;
    options.connect_timeout = std::chrono::seconds{2};
    options.request_timeout = std::chrono::seconds{3};
    probe_ = transport::fetch_server_info(
        loop_, http_, options_.deployment.janus_url, options,
        [this, text = error.message](TimePoint now, Result<janus::ServerInfo> info) {
            probe_answered(now, info.ok(), text);
        });
}

void Worker::probe_answered(TimePoint now, bool alive, const std::string& text) {
    // We are inside the probe's callback.
    loop_.defer([probe = std::shared_ptr<transport::ServerInfoRequest>(std::move(probe_))] {});
    probe_.reset();
    for (const auto& [slot, client] : clients_) client->resolve_doubt(now, !alive);
    if (!alive) handle_stop(StopReason::janus_died, "Janus no longer answers: " + text);
}

void Worker::client_changed(TimePoint now, Client& client) {
    const std::uint32_t slot = client.slot();
    if (client.state() == Client::State::closed) {
        // A session that was still being made when the client began to close has its id by now.
        const auto sessions = client.janus_sessions();
        janus_sessions_.insert(janus_sessions_.end(), sessions.begin(), sessions.end());
        // We are inside a call of the client.
        loop_.defer([this, slot] {
            clients_.erase(slot);
            const TimePoint later = net::Loop::now();
            options_.executor->iteration_finished(later, slot);
            if (phase_ == Phase::loading) start_due(later);
            check_finished(later);
        });
        return;
    }
    if (phase_ == Phase::setting_up && !client.failed()) {
        ++setups_done_;
        idle_.push_back(slot);
        loop_.defer([this] { continue_setup(net::Loop::now()); });
        return;
    }
    if (phase_ == Phase::setting_up) {
        ++setups_done_;
        environment_->recorder.iteration_failed(*client.setup_failure(), "");
    }
    bool keep = phase_ == Phase::loading && !client.failed() && !options_.scenario.setup.empty();
    if (keep) {
        // Only after it was told does the plan know whether this client has more to do.
        options_.executor->iteration_finished(now, slot);
        keep = !options_.executor->exhausted();
    }
    if (!keep) {
        retire(now, client);
        if (phase_ == Phase::setting_up) {
            loop_.defer([this] { continue_setup(net::Loop::now()); });
        }
        return;
    }
    idle_.push_back(slot);
    loop_.defer([this] { start_due(net::Loop::now()); });
}

void Worker::retire(TimePoint now, Client& client) {
    const auto sessions = client.janus_sessions();
    janus_sessions_.insert(janus_sessions_.end(), sessions.begin(), sessions.end());
    client.begin_close(now);
}

std::optional<std::uint32_t> Worker::free_slot() const {
    for (std::uint32_t slot = 0; slot < options_.executor->max_clients(); ++slot) {
        if (!clients_.contains(slot)) return slot;
    }
    return std::nullopt;
}

Client& Worker::create_client(std::uint32_t slot) {
    auto client = std::make_unique<Client>(*environment_, static_cast<ClientOwner&>(*this), slot);
    Client& created = *client;
    clients_[slot] = std::move(client);
    return created;
}

Client* Worker::idle_client() {
    while (!idle_.empty()) {
        const std::uint32_t slot = idle_.front();
        idle_.erase(idle_.begin());
        const auto client = clients_.find(slot);
        if (client != clients_.end() && client->second->state() == Client::State::idle) {
            return client->second.get();
        }
    }
    return nullptr;
}

bool Worker::start_one(TimePoint now, const executors::PlannedStart& start) {
    Client* client = nullptr;
    if (start.client && clients_.contains(*start.client)) {
        // One whose set-up failed may still be closing.
        Client& planned = *clients_[*start.client];
        if (planned.state() == Client::State::idle && !planned.failed()) client = &planned;
        std::erase(idle_, *start.client);
    } else if (options_.scenario.setup.empty()) {
        const auto slot = start.client ? start.client : free_slot();
        if (slot) client = &create_client(*slot);
    } else if (!start.client) {
        client = idle_client();
    }
    if (client == nullptr) {
        recorder_.iteration_dropped();
        // What else this client was to do is dropped in its turn.
        if (start.client) options_.executor->iteration_finished(now, *start.client);
        return false;
    }
    client->start_iteration(now, start.planned, start.number);
    return true;
}

void Worker::start_due(TimePoint now) {
    while (const auto start = options_.executor->poll_start(now)) start_one(now, *start);
    arm_plan();
    check_finished(now);
}

void Worker::arm_plan() {
    if (const auto due = options_.executor->next_timeout()) {
        plan_timer_.start_at(*due);
    } else {
        plan_timer_.stop();
    }
}

// Nothing more will start: clients that wait for work may go.
void Worker::check_finished(TimePoint now) {
    if (phase_ == Phase::closing) {
        if (!clients_.empty()) return;
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
    const bool running = std::any_of(clients_.begin(), clients_.end(), [](const auto& entry) {
        // One that closes may have iterations left, which its successor in the slot runs.
        return entry.second->state() != Client::State::idle;
    });
    if (!running) close_everything(now, std::nullopt);
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
    idle_.clear();
    plan_timer_.stop();
    stop_timer_.start_at(now + actors::Actor::kCloseLimit + std::chrono::seconds{10});
    std::vector<Client*> open;
    for (const auto& [slot, client] : clients_) open.push_back(client.get());
    for (Client* client : open) {
        const auto sessions = client->janus_sessions();
        janus_sessions_.insert(janus_sessions_.end(), sessions.begin(), sessions.end());
        client->begin_close(now, failure);
    }
    unregister_deadline_ = now + std::chrono::seconds{2};
    if (far_end_) far_end_->unregister_phones(now);
    check_finished(now);
}

void Worker::finish() {
    if (phase_ == Phase::done) return;
    phase_ = Phase::done;
    for (net::Timer* timer : {&plan_timer_, &lag_timer_, &pacer_timer_, &stop_timer_})
        timer->stop();
    if (options_.events != nullptr) {
        // What the disk refuses is counted in the log itself.
        const auto flushed = options_.events->flush();
        static_cast<void>(flushed);
    }
    loop_.stop();
}

void Worker::tick(TimePoint now) {
    const auto report = pacer_.tick(now);
    if (report.packets > 0) recorder_.send_lateness(now, report.worst_lateness, report.packets);
    arm_pacer();
}

void Worker::arm_pacer() {
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
    progress_.clients = clients_.size();
    if (const auto* setup = recorder_.call_setup()) {
        progress_.call_setup_p50_ns = setup->quantile(0.5).count();
    }
}

}  // namespace janus_harness::worker
