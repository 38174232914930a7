#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/random.h"
#include "core/result.h"
#include "core/time.h"
#include "harness/run/actor_event.h"
#include "harness/run/call_tracker.h"
#include "harness/run/recorder.h"
#include "harness/run/scenario_run.h"
#include "harness/scenario/scenario.h"
#include "reports/event_log.h"

namespace janus_harness::media {
class CallAudio;
}

namespace janus_harness::actors {

// What makes an actor's audio known from every other's.
struct StreamIds {
    std::uint32_t own = 0;
    std::uint32_t expected = 0;     // of the other end
    bool silence_expected = false;  // the other end sends silence
};

// What an actor may ask of the client that it belongs to. None of these calls back into the actor:
// what follows is done at the end of the turn.
class ActorHost {
  public:
    virtual ~ActorHost() = default;

    // Hands an event to the scenario and to events.jsonl.
    virtual void emit(run::ActorEvent event) = 0;
    virtual void action_finished(std::size_t step_id, TimePoint at) = 0;
    virtual void action_failed(std::size_t step_id, run::Failure failure) = 0;
    // Error "capture_unset".
    virtual Result<std::string> expand(const scenario::Template& text) const = 0;
    // The call in progress; null where the scenario has none.
    virtual run::CallTracker* tracker() = 0;
    // The audio of the call in progress, both ends.
    virtual media::CallAudio& audio() = 0;
    // The connection to Janus failed: the worker finds out whether Janus is still there.
    virtual void suspect_janus(TimePoint now, const Error& error) = 0;
    // Something outside the actors' own events changed (closing made progress): look again.
    virtual void wake() = 0;
    // A packet arrived that somebody may wait for (CallAudio::awaits_packets()).
    virtual void audio_progress(TimePoint now) = 0;
    // CallRecord::id of the call in progress; empty when there is none.
    virtual std::string call_id() = 0;
    // The source of what is random about this actor (its index in Scenario::actors) and its calls:
    // the same for the same seed, slot and iteration, whatever other actors and clients do. Valid
    // as long as the host.
    virtual Random& random(std::size_t actor) = 0;
};

// One party of a scenario: a simulated browser or a phone.
class Actor {
  public:
    Actor() = default;
    Actor(const Actor&) = delete;
    Actor& operator=(const Actor&) = delete;
    virtual ~Actor() = default;

    // Begins the step's action. Ends with ActorHost::action_finished() or action_failed().
    virtual void execute(TimePoint now, const run::Command& command) = 0;
    // The address others call this actor at.
    virtual std::string uri() const = 0;
    // `failure` is that a step waited in vain; says it more precisely where the actor can.
    virtual run::Failure explain_timeout(const scenario::CompiledStep& step,
                                         run::Failure failure) const {
        (void)step;
        return failure;
    }
    // See ActorHost::audio_progress().
    virtual void audio_progress(TimePoint) {}
    // The step that waited for this actor is given up: stop what it began, end a call.
    virtual void abandon(TimePoint now) = 0;
    // Ends everything in order: calls, handles, sessions, sockets. closed() turns true within
    // kCloseLimit.
    virtual void begin_close(TimePoint now) = 0;
    virtual bool closed() const = 0;

    static constexpr Duration kCloseLimit = std::chrono::seconds{5};
};

}  // namespace janus_harness::actors
