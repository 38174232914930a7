#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/balance.h"
#include "core/fifo.h"
#include "harness/actors/actor.h"
#include "harness/actors/environment.h"
#include "harness/media/call_audio.h"
#include "harness/run/call_tracker.h"
#include "harness/run/scenario_run.h"
#include "net/timer.h"

namespace janus_harness::worker {

class Client;

// What a client asks of its worker.
class ClientOwner {
  public:
    virtual ~ClientOwner() = default;
    virtual void log_event(const Client& client, const run::ActorEvent& event) = 0;
    virtual void suspect_janus(TimePoint now, const Error& error) = 0;
    // A probe is under way that will tell whether Janus is still there.
    virtual bool janus_in_doubt() const = 0;
    // The client is idle, after its set-up or after an iteration, or is closed for good. All are
    // called from inside the client.
    virtual void setup_ended(TimePoint now, Client& client) = 0;
    virtual void iteration_ended(TimePoint now, Client& client) = 0;
    virtual void client_closed(Client& client) = 0;
};

// One simulated user: the actors of the scenario, with accounts of their own, and the run of the
// scenario's steps that drives them.
//
//   fresh --start_setup()--> setting_up --> idle --start_iteration()--> running --> idle
//   any --begin_close()--> tearing_down --> closing --> closed
class Client final : public actors::ActorHost {
  public:
    enum class State { fresh, setting_up, idle, running, tearing_down, closing, closed };

    // `slot` numbers the client among all of the run that exist at once, and so picks its accounts.
    // What is random about it comes from the run's seed and its slot, and from the number of the
    // iteration once that has begun: not from the worker it runs on.
    Client(actors::Environment& environment, ClientOwner& owner, std::uint32_t slot,
           std::uint64_t seed);
    ~Client() override;

    void start_setup(TimePoint now);
    void start_iteration(TimePoint now, TimePoint planned, std::uint64_t number,
                         run::Period period);
    // Runs the teardown steps, then closes all actors. A run in progress is ended first: as
    // interrupted, or as failed when `failure` is given.
    void begin_close(TimePoint now, std::optional<run::Failure> failure = {});
    // Janus answered the probe, or did not.
    void resolve_doubt(TimePoint now, bool janus_died);

    State state() const { return state_; }
    std::uint32_t slot() const { return slot_; }
    std::uint64_t iteration() const { return iteration_; }
    // The last iteration, or the set-up, failed: the client is not to be used again.
    bool failed() const { return failed_; }
    const std::optional<run::Failure>& setup_failure() const { return setup_failure_; }
    std::vector<std::uint64_t> janus_sessions() const;

    // ActorHost.
    void emit(run::ActorEvent event) override;
    void action_finished(std::size_t step_id, TimePoint at) override;
    void action_failed(std::size_t step_id, run::Failure failure) override;
    Result<std::string> expand(const scenario::Template& text) const override;
    run::CallTracker* tracker() override { return tracker_.get(); }
    media::CallAudio& audio() override { return audio_; }
    void suspect_janus(TimePoint now, const Error& error) override;
    void wake() override;
    void audio_progress(TimePoint now) override;
    std::string call_id() override;
    Random& random(std::size_t actor) override { return random_[actor]; }

  private:
    struct Finished {
        std::size_t step_id;
        TimePoint at;
    };
    struct FailedAction {
        std::size_t step_id;
        run::Failure failure;
    };
    using Notice = std::variant<run::ActorEvent, Finished, FailedAction>;

    void seed_actors(std::uint64_t stream);
    void create_actors();
    void start_run(TimePoint now, TimePoint planned,
                   const std::vector<scenario::CompiledStep>& steps);
    void process(TimePoint now);
    bool take_notice();
    bool dispatch_command(TimePoint now);
    void finish_run(TimePoint now);
    void iteration_succeeded(TimePoint now);
    void iteration_failed(TimePoint now, const run::Failure& failure);
    run::Failure explain(const run::StepFailure& failure) const;
    void begin_call(TimePoint planned);
    void finish_call(TimePoint at, const std::string& outcome, const run::Failure& failure);
    void check_counts(const reports::CallRecord& record);
    void check_identity(const reports::CallRecord& record);
    void close_actors(TimePoint now);
    void check_closed(TimePoint now);
    void arm_timer();

    actors::Environment& environment_;
    ClientOwner& owner_;
    std::uint32_t slot_;
    std::uint64_t seed_;
    std::vector<Random> random_;  // by actor
    std::vector<std::unique_ptr<actors::Actor>> actors_;
    std::unique_ptr<run::ScenarioRun> run_;
    std::vector<std::optional<std::string>> captures_;
    Fifo<Notice> notices_;
    std::unique_ptr<run::CallTracker> tracker_;  // of the set-up or the call in progress
    media::CallAudio audio_;
    net::Timer timer_;
    State state_ = State::fresh;
    std::uint64_t iteration_ = 0;
    std::uint32_t calls_in_iteration_ = 0;
    TimePoint iteration_planned_;
    run::Period period_ = run::Period::measured;
    bool failed_ = false;
    bool has_calls_ = false;
    std::optional<run::Failure> setup_failure_;
    std::optional<run::Failure> doubtful_failure_;  // waits for the probe of Janus
    std::optional<TimePoint> close_deadline_;
    bool wake_pending_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    Counted counted_;
};

// Steps that begin a call in one pass through `steps`.
std::uint64_t count_calls(const std::vector<scenario::CompiledStep>& steps);

}  // namespace janus_harness::worker
