#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/fifo.h"
#include "core/time.h"
#include "harness/run/actor_event.h"
#include "harness/scenario/scenario.h"

namespace janus_harness::run {

// What an actor has to do now. `planned` is when the step was due: the end of the step before it,
// or the planned start of the iteration; latency counts from there.
struct Command {
    const scenario::CompiledStep* step = nullptr;
    TimePoint planned;
};

// How a run of steps failed, and where.
struct StepFailure {
    Failure failure;
    const scenario::CompiledStep* step = nullptr;  // null when no step was to blame
    bool timed_out = false;  // the reason may be known better by the actor that was waited for
};

// One pass through a list of compiled steps, interpreted: events and the time come in, commands
// come out. It holds no handle and calls nothing, so that it can say at any time which step waits
// for what.
//
// A step is over when its action is finished (action_finished()) and its expectations were met, in
// their order; only what the plugin says about its own sending (registering, calling, hangingup …)
// may also come after what SIP answered, as the two come from two threads of Janus. Events that no
// step waits for are kept in the actor's mailbox, where later steps find them.
class ScenarioRun {
  public:
    // Both must outlive the run.
    ScenarioRun(const scenario::Scenario& scenario,
                const std::vector<scenario::CompiledStep>& steps);
    ~ScenarioRun();
    ScenarioRun(const ScenarioRun&) = delete;
    ScenarioRun& operator=(const ScenarioRun&) = delete;

    void start(TimePoint now, TimePoint planned);
    void handle_event(const ActorEvent& event);
    // The action of this step has been carried out (its request was acknowledged, its time is
    // over). `at` is when.
    void action_finished(std::size_t step_id, TimePoint at);
    // The action of this step cannot be carried out.
    void action_failed(std::size_t step_id, Failure failure);
    void handle_timeout(TimePoint now);
    std::optional<TimePoint> next_timeout() const;
    std::optional<Command> poll_command();

    bool done() const { return finished_at_.has_value() || failure_.has_value(); }
    // When the last step was over; the planned start of what comes next. Only after success.
    TimePoint finished_at() const { return finished_at_.value_or(TimePoint{}); }
    const std::optional<StepFailure>& failure() const { return failure_; }
    // The value of capture `slot`, once its event has come.
    const std::optional<std::string>& capture(std::size_t slot) const { return captures_[slot]; }
    // "step `web call` (outgoing_call.json:17) waits for accepted; mailbox: ringing".
    std::string describe() const;

  private:
    struct Strand;

    void begin_step(Strand& strand, TimePoint planned);
    void begin_parallel(Strand& strand, const scenario::Parallel& parallel, TimePoint planned);
    void begin_repeat(Strand& strand, const scenario::Repeat& repeat, TimePoint planned);
    void finish_step(Strand& strand, TimePoint at);
    void finish_strand(Strand& strand, TimePoint at);
    void advance_if_complete(Strand& strand, TimePoint at);
    bool offer_event(Strand& strand, const ActorEvent& event);
    void take_captures(const scenario::CompiledStep& step, const ActorEvent& event);
    void search_mailbox(Strand& strand);
    void settle();
    bool expire_one(TimePoint now);
    void fail(Strand* strand, Failure failure, bool timed_out = false);
    bool matches(const scenario::Expectation& expectation, const ActorEvent& event) const;
    std::string describe(const Strand& strand) const;
    std::string mailbox_text(std::size_t actor) const;

    // A stray peer must not make the mailbox grow without end.
    static constexpr std::size_t kMailboxLimit = 64;

    const scenario::Scenario& scenario_;
    std::vector<std::unique_ptr<Strand>> strands_;  // the first runs `steps`; others are branches
    Fifo<Strand*> to_search_;  // begun with a wait_for: their event may have come before
    Fifo<Command> commands_;
    Fifo<ActorEvent> mailbox_;
    std::vector<std::optional<std::string>> captures_;
    std::optional<TimePoint> finished_at_;
    std::optional<StepFailure> failure_;
};

}  // namespace janus_harness::run
