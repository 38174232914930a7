#include "harness/worker/client.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/actors/browser_actor.h"
#include "harness/actors/phone_actor.h"

namespace janus_harness::worker {
namespace {

std::atomic<std::int64_t>& live_clients() {
    static auto& counter = Balance::counter("client");
    return counter;
}

// Streams of Random::fork(): iterations take theirs from 0 on, slots from here on.
constexpr std::uint64_t slot_stream = std::uint64_t{1} << 63;

bool begins_call(const scenario::Action& action) {
    return std::holds_alternative<scenario::Call>(action) ||
           std::holds_alternative<scenario::PhoneCall>(action);
}

}  // namespace

std::uint64_t count_calls(const std::vector<scenario::CompiledStep>& steps) {
    std::uint64_t calls = 0;
    for (const auto& step : steps) {
        if (begins_call(step.action)) ++calls;
        if (const auto* repeat = std::get_if<scenario::Repeat>(&step.action)) {
            calls += repeat->count * count_calls(repeat->steps);
        }
        if (const auto* parallel = std::get_if<scenario::Parallel>(&step.action)) {
            for (const auto& branch : parallel->branches) calls += count_calls(branch);
        }
    }
    return calls;
}

Client::Client(actors::Environment& environment, ClientOwner& owner, std::uint32_t slot,
               std::uint64_t seed)
    : environment_(environment),
      owner_(owner),
      slot_(slot),
      seed_(seed),
      captures_(environment.scenario.captures.size()),
      audio_(environment.scenario.media.drain),
      timer_(environment.loop,
             [this](TimePoint now) {
                 if (run_) run_->handle_timeout(now);
                 process(now);
             }),
      has_calls_(count_calls(environment.scenario.steps) > 0),
      counted_(live_clients()) {
    seed_actors(slot_stream + slot);
    create_actors();
}

Client::~Client() {
    *alive_ = false;
    audio_.release();
}

std::vector<std::uint64_t> Client::janus_sessions() const {
    std::vector<std::uint64_t> sessions;
    for (const auto& actor : actors_) {
        const auto* browser = dynamic_cast<const actors::BrowserActor*>(actor.get());
        if (browser != nullptr && browser->session_id() != 0) {
            sessions.push_back(browser->session_id());
        }
    }
    return sessions;
}

void Client::seed_actors(std::uint64_t stream) {
    const Random source = Random(seed_).fork(stream);
    const std::size_t actors = environment_.scenario.actors.size();
    // Actors hold references to them.
    if (random_.empty()) random_.assign(actors, source);
    for (std::size_t actor = 0; actor < actors; ++actor) random_[actor] = source.fork(actor);
}

void Client::start_setup(TimePoint now) {
    state_ = State::setting_up;
    // Its registration is measured, though it belongs to no call.
    tracker_ = std::make_unique<run::CallTracker>(environment_.recorder, "", std::to_string(slot_),
                                                  0, now);
    start_run(now, now, environment_.scenario.setup);
}

void Client::start_iteration(TimePoint now, TimePoint planned, std::uint64_t number,
                             run::Period period) {
    state_ = State::running;
    iteration_ = number;
    seed_actors(number);
    iteration_planned_ = planned;
    period_ = period;
    calls_in_iteration_ = 0;
    environment_.recorder.iteration_started(period_);
    begin_call(planned);
    start_run(now, planned, environment_.scenario.steps);
}

void Client::start_run(TimePoint now, TimePoint planned,
                       const std::vector<scenario::CompiledStep>& steps) {
    notices_.clear();
    run_ = std::make_unique<run::ScenarioRun>(environment_.scenario, steps);
    run_->start(now, planned);
    process(now);
}

void Client::emit(run::ActorEvent event) {
    owner_.log_event(*this, event);
    notices_.push(std::move(event));
    wake();
}

void Client::action_finished(std::size_t step_id, TimePoint at) {
    notices_.push(Finished{step_id, at});
    wake();
}

void Client::action_failed(std::size_t step_id, run::Failure failure) {
    notices_.push(FailedAction{step_id, std::move(failure)});
    wake();
}

// Actors call from inside their own callbacks; the scenario goes on when those have returned.
void Client::wake() {
    if (wake_pending_) return;
    wake_pending_ = true;
    environment_.loop.defer([this, alive = alive_] {
        if (!*alive) return;
        wake_pending_ = false;
        process(net::Loop::now());
    });
}

void Client::audio_progress(TimePoint now) {
    for (const auto& actor : actors_) actor->audio_progress(now);
}

Result<std::string> Client::expand(const scenario::Template& text) const {
    scenario::TemplateValues values;
    values.client = slot_;
    values.iteration = iteration_;
    values.domain = environment_.sip_domain();
    values.actor_uri = [this](std::size_t actor) -> std::optional<std::string> {
        if (actor >= actors_.size()) return std::nullopt;
        return actors_[actor]->uri();
    };
    values.capture = [this](std::size_t slot) {
        return run_ && run_->capture(slot) ? run_->capture(slot) : captures_[slot];
    };
    return scenario::expand(text, values);
}

void Client::suspect_janus(TimePoint now, const Error& error) {
    if (state_ != State::closing && state_ != State::closed) owner_.suspect_janus(now, error);
}

std::string Client::call_id() {
    return tracker_ && has_calls_ ? tracker_->record().id : std::string();
}

bool Client::take_notice() {
    if (notices_.empty()) return false;
    const Notice notice = notices_.pop();
    if (!run_ || run_->done()) return true;
    if (const auto* event = std::get_if<run::ActorEvent>(&notice)) {
        run_->handle_event(*event);
    } else if (const auto* finished = std::get_if<Finished>(&notice)) {
        run_->action_finished(finished->step_id, finished->at);
    } else if (const auto* failed = std::get_if<FailedAction>(&notice)) {
        run_->action_failed(failed->step_id, failed->failure);
    }
    return true;
}

bool Client::dispatch_command(TimePoint now) {
    if (!run_) return false;
    const auto command = run_->poll_command();
    if (!command) return false;
    if (begins_call(command->step->action) && tracker_ && tracker_->started()) {
        finish_call(command->planned, "completed", {});
        begin_call(command->planned);
    }
    actors_[*command->step->actor]->execute(now, *command);
    return true;
}

void Client::process(TimePoint now) {
    if (state_ == State::closed) return;
    while (take_notice() || dispatch_command(now)) {
    }
    if (run_ && run_->done()) finish_run(now);
    if (state_ == State::closing) check_closed(now);
    arm_timer();
}

void Client::arm_timer() {
    const auto due = earliest(run_ ? run_->next_timeout() : std::nullopt, close_deadline_);
    if (due && state_ != State::closed) {
        timer_.start_at(*due);
    } else {
        timer_.stop();
    }
}

run::Failure Client::explain(const run::StepFailure& failure) const {
    if (!failure.timed_out || failure.step == nullptr || !failure.step->actor) {
        return failure.failure;
    }
    return actors_[*failure.step->actor]->explain_timeout(*failure.step, failure.failure);
}

// The run of steps is over, well or not: what that means depends on which steps they were.
void Client::finish_run(TimePoint now) {
    const std::unique_ptr<run::ScenarioRun> run = std::move(run_);
    for (std::size_t slot = 0; slot < captures_.size(); ++slot) {
        if (run->capture(slot)) captures_[slot] = run->capture(slot);
    }
    std::optional<run::Failure> failure;
    if (run->failure()) failure = explain(*run->failure());
    if (state_ == State::setting_up) {
        tracker_.reset();
        failed_ = failure.has_value();
        setup_failure_ = failure;
        state_ = State::idle;
        owner_.setup_ended(now, *this);
    } else if (state_ == State::running && !failure) {
        iteration_succeeded(run->finished_at());
        state_ = State::idle;
        owner_.iteration_ended(now, *this);
    } else if (state_ == State::running && failure->reason == "janus_unreachable" &&
               owner_.janus_in_doubt()) {
        doubtful_failure_ = failure;
    } else if (state_ == State::running) {
        iteration_failed(now, *failure);
        owner_.iteration_ended(now, *this);
    } else if (state_ == State::tearing_down) {
        if (failure) environment_.recorder.iteration_failed(*failure, "");
        close_actors(now);
    }
}

void Client::resolve_doubt(TimePoint now, bool janus_died) {
    if (!doubtful_failure_) return;
    run::Failure failure = *doubtful_failure_;
    doubtful_failure_.reset();
    if (janus_died) failure = {"janus_died", "Janus no longer answers: " + failure.text};
    iteration_failed(now, failure);
    owner_.iteration_ended(now, *this);
}

void Client::iteration_succeeded(TimePoint at) {
    if (tracker_) finish_call(at, "completed", {});
    environment_.recorder.iteration_completed(period_);
}

void Client::iteration_failed(TimePoint now, const run::Failure& failure) {
    failed_ = true;
    state_ = State::idle;
    const std::string call = call_id();
    for (const auto& actor : actors_) actor->abandon(now);
    audio_.stop_sending(now);
    if (failure.reason == "interrupted") {
        if (tracker_) finish_call(now, "interrupted", failure);
        environment_.recorder.iteration_interrupted(period_);
        return;
    }
    if (tracker_) finish_call(now, "failed", failure);
    environment_.recorder.iteration_failed(failure, call, period_);
}

void Client::begin_call(TimePoint planned) {
    ++calls_in_iteration_;
    const std::string id = calls_in_iteration_ == 1
                               ? std::to_string(iteration_ + 1)
                               : fmt::format("{}.{}", iteration_ + 1, calls_in_iteration_);
    tracker_ = std::make_unique<run::CallTracker>(environment_.recorder, id, std::to_string(slot_),
                                                  iteration_, planned, period_);
}

void Client::finish_call(TimePoint at, const std::string& outcome, const run::Failure& failure) {
    if (!has_calls_) {
        tracker_.reset();
        return;
    }
    tracker_->call_ended(at);
    reports::CallRecord record = tracker_->record();
    record.outcome = outcome;
    record.failure_reason = failure.reason;
    record.failure_text = failure.text;
    audio_.fill(record);
    const bool exact = audio_.has_streams() && audio_.ended_in_order();
    std::string excluded;
    if (audio_.has_streams() && !exact) {
        excluded = "the call ended before its audio was stopped in order";
        // Packets may still have been on their way: nobody knows what was lost.
        for (auto* direction : {&record.to_far_end, &record.from_far_end}) {
            direction->lost.reset();
            direction->mos.reset();
        }
    }
    auto& recorder = environment_.recorder;
    if (exact) {
        for (const auto* leg : {audio_.browser_leg(), audio_.far_leg()}) {
            if (leg != nullptr) recorder.packets_refused(at, leg->send_errors());
        }
        check_counts(record);
        check_identity(record);
    }
    recorder.call_finished(at, std::move(record), exact, excluded);
    tracker_.reset();
    const bool far_end_ours = audio_.far_end_ours();
    audio_.release();
    audio_ = media::CallAudio(environment_.scenario.media.drain);
    audio_.set_far_end_ours(far_end_ours);
}

// Packets that our sender never sent would hide as many lost ones.
void Client::check_counts(const reports::CallRecord& record) {
    for (const auto* audio : {&record.to_far_end, &record.from_far_end}) {
        if (!audio->sent || !audio->received) continue;
        const bool more = *audio->received > *audio->sent;
        const char* direction = audio == &record.to_far_end ? "to the far end" : "from the far end";
        environment_.recorder.check(
            {.id = "media.no_foreign_packets",
             .verdict = more ? reports::CheckVerdict::failed : reports::CheckVerdict::passed,
             .requirement = "A stream brings no packets that its sender did not send",
             .reference = "RFC 3550 5.1",
             .level = "must",
             .expected = fmt::format("at most {} packets {}", *audio->sent, direction),
             .actual = fmt::format("{} packets {}", *audio->received, direction)},
            record.id);
    }
}

void Client::check_identity(const reports::CallRecord& record) {
    const auto check = [&](const std::string& id, const media::AudioLeg* leg,
                           reports::Identity identity) {
        if (leg == nullptr || !leg->config().peer_known) return;
        const bool silent = leg->config().expected == media::Content::silence;
        const auto wanted = silent ? reports::Identity::silence : reports::Identity::proven;
        const auto verdict = identity == wanted ? reports::CheckVerdict::passed
                             : identity == reports::Identity::unknown
                                 ? reports::CheckVerdict::skipped
                                 : reports::CheckVerdict::failed;
        environment_.recorder.check({.id = id,
                                     .verdict = verdict,
                                     .requirement = "The stream carries the audio of this call",
                                     .reference = "identity audio of the harness",
                                     .level = "must",
                                     .expected = std::string(reports::name(wanted)),
                                     .actual = std::string(reports::name(identity))},
                                    record.id);
    };
    check("media.audio_identity.from_far_end", audio_.browser_leg(), record.from_far_end.identity);
    check("media.audio_identity.to_far_end", audio_.far_leg(), record.to_far_end.identity);
}

void Client::begin_close(TimePoint now, std::optional<run::Failure> failure) {
    if (state_ == State::tearing_down || state_ == State::closing || state_ == State::closed) {
        return;
    }
    if (state_ == State::running) {
        run_.reset();
        doubtful_failure_.reset();
        iteration_failed(now, failure.value_or(run::Failure{"interrupted", "the run was stopped"}));
    }
    const bool begun = state_ != State::fresh && state_ != State::setting_up;
    if (begun && !failure && !environment_.scenario.teardown.empty()) {
        state_ = State::tearing_down;
        start_run(now, now, environment_.scenario.teardown);
        return;
    }
    run_.reset();
    close_actors(now);
    arm_timer();
}

void Client::close_actors(TimePoint now) {
    state_ = State::closing;
    close_deadline_ = now + actors::Actor::kCloseLimit;
    // Browsers first: their hang-ups still need the phones.
    for (const auto& actor : actors_) {
        if (dynamic_cast<actors::BrowserActor*>(actor.get()) != nullptr) actor->begin_close(now);
    }
    check_closed(now);
}

void Client::check_closed(TimePoint now) {
    if (state_ != State::closing) return;
    const bool overdue = now >= *close_deadline_;
    const bool browsers_closed = std::all_of(actors_.begin(), actors_.end(), [](const auto& actor) {
        return dynamic_cast<actors::BrowserActor*>(actor.get()) == nullptr || actor->closed();
    });
    if (!browsers_closed && !overdue) return;
    for (const auto& actor : actors_) actor->begin_close(now);
    state_ = State::closed;
    close_deadline_.reset();
    owner_.client_closed(*this);
}

}  // namespace janus_harness::worker
