#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "harness/run/scenario_run.h"
#include "harness/scenario/load.h"

namespace janus_harness::run::test {

// Drives a ScenarioRun by hand: a browser called `web` (actor 0) and a phone called `phone`.
class Driver {
  public:
    explicit Driver(const std::string& steps)
        : loaded_(scenario::load_text(text(steps), "test.json")) {
        std::string problems;
        for (const auto& diagnostic : loaded_.diagnostics) problems += diagnostic.message + "\n";
        REQUIRE_MESSAGE(loaded_.scenario.has_value(), problems);
        run_.emplace(*loaded_.scenario, loaded_.scenario->steps);
        run_->start(now, now);
    }

    ScenarioRun& run() { return *run_; }
    const std::optional<StepFailure>& failure() { return run_->failure(); }

    // The names of the steps that are due now.
    std::vector<std::string> commands() {
        std::vector<std::string> names;
        while (const auto command = run_->poll_command()) {
            names.push_back(command->step->name);
            planned.push_back(command->planned);
            due_.push_back(command->step);
        }
        return names;
    }
    // The action of the first command not yet finished that has this name.
    void finish(std::string_view name) { run_->action_finished(take(name)->id, now); }
    void fail(std::string_view name, Failure failure) {
        run_->action_failed(take(name)->id, std::move(failure));
    }
    using Fields = std::vector<std::pair<std::string, std::string>>;
    void web(const std::string& name, const Fields& fields = {}) { send(0, name, fields, {}); }
    void phone(const std::string& name, const Fields& fields = {}) { send(1, name, fields, {}); }
    void send(std::size_t actor, const std::string& name, const Fields& fields,
              std::optional<Failure> failure, bool fatal = false) {
        ActorEvent event;
        event.at = now;
        event.actor = actor;
        event.name = name;
        event.fields = fields;
        event.failure = std::move(failure);
        event.fatal = fatal;
        run_->handle_event(event);
    }
    // Lets the time pass to the next time-out.
    void expire() {
        REQUIRE(run_->next_timeout().has_value());
        now = *run_->next_timeout();
        run_->handle_timeout(now);
    }
    bool succeeded() { return run_->done() && !run_->failure(); }

    TimePoint now{std::chrono::seconds(100)};
    std::vector<TimePoint> planned;  // of all commands so far

  private:
    static std::string text(const std::string& steps) {
        return R"({ "name": "test",
            "actors": { "web": { "kind": "browser" }, "phone": { "kind": "sip" } },
            "steps": [)" +
               steps + "\n], \"load\": { \"executor\": \"per_client_iterations\" } }";
    }
    const scenario::CompiledStep* take(std::string_view name) {
        commands();
        for (auto step = due_.begin(); step != due_.end(); ++step) {
            if ((*step)->name != name) continue;
            const auto* found = *step;
            due_.erase(step);
            return found;
        }
        FAIL("no command is called " << name);
        return nullptr;
    }

    scenario::LoadOutcome loaded_;
    std::optional<ScenarioRun> run_;
    std::vector<const scenario::CompiledStep*> due_;
};

}  // namespace janus_harness::run::test
