#include "harness/run/scenario_run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace janus_harness::run {

using scenario::CompiledStep;
using scenario::Expectation;

// A list of steps in progress. The main list is one, each branch of a `parallel` and the body of a
// `repeat` is one more, whose parent waits for it.
struct ScenarioRun::Strand {
    const std::vector<CompiledStep>* steps = nullptr;
    std::size_t index = 0;
    std::uint64_t rounds_left = 0;  // further rounds through the steps, for a `repeat`
    Strand* parent = nullptr;
    std::size_t children = 0;
    bool finished = false;

    // The state of the current step.
    bool active = false;
    bool action_done = false;
    std::vector<bool> met;  // of each expectation: it came, or it was optional and is passed over
    TimePoint planned;
    std::optional<TimePoint> deadline;
    std::optional<TimePoint> pause_until;

    const CompiledStep& step() const { return (*steps)[index]; }
    bool expectations_met() const {
        const auto& expectations = step().expectations;
        for (std::size_t i = 0; i < expectations.size(); ++i) {
            if (!met[i] && !expectations[i].optional) return false;
        }
        return true;
    }
};

namespace {

bool is_actor(const ActorEvent& event, const CompiledStep& step) {
    return step.actor.has_value() && *step.actor == event.actor;
}

// The plugin says that it passes a request on after it has done so, and from another thread than
// the one that tells what SIP brings: on a busy machine the answer may be told first (Janus 1.1.2:
// nua_register(), nua_invite(), nua_bye() come before these events are pushed).
bool may_come_late(const Expectation& expectation) {
    constexpr std::array<std::string_view, 4> announcements{"registering", "unregistering",
                                                            "calling", "hangingup"};
    return std::find(announcements.begin(), announcements.end(), expectation.event) !=
           announcements.end();
}

// `talk` has two limits of its own inside this one: until the media path is up, and its duration.
Duration time_allowed(const CompiledStep& step) {
    constexpr Duration drain_allowance = std::chrono::seconds{5};
    if (const auto* talk = std::get_if<scenario::Talk>(&step.action)) {
        return step.within + talk->duration + drain_allowance;
    }
    return step.within;
}

}  // namespace

ScenarioRun::ScenarioRun(const scenario::Scenario& scenario, const std::vector<CompiledStep>& steps)
    : scenario_(scenario), captures_(scenario.captures.size()) {
    auto strand = std::make_unique<Strand>();
    strand->steps = &steps;
    strands_.push_back(std::move(strand));
}

ScenarioRun::~ScenarioRun() = default;

void ScenarioRun::start(TimePoint now, TimePoint planned) {
    if (strands_.front()->steps->empty()) {
        finished_at_ = now;
        return;
    }
    begin_step(*strands_.front(), planned);
    settle();
}

void ScenarioRun::begin_step(Strand& strand, TimePoint planned) {
    const CompiledStep& step = strand.step();
    strand.active = true;
    strand.action_done = false;
    strand.met.assign(step.expectations.size(), false);
    strand.planned = planned;
    strand.deadline.reset();
    strand.pause_until.reset();
    if (const auto* parallel = std::get_if<scenario::Parallel>(&step.action)) {
        begin_parallel(strand, *parallel, planned);
        return;
    }
    if (const auto* repeat = std::get_if<scenario::Repeat>(&step.action)) {
        begin_repeat(strand, *repeat, planned);
        return;
    }
    if (const auto* pause = std::get_if<scenario::Pause>(&step.action)) {
        strand.pause_until = planned + pause->duration;
        return;
    }
    strand.deadline = planned + time_allowed(step);
    strand.action_done = std::holds_alternative<scenario::WaitFor>(step.action);
    if (!strand.action_done) commands_.push({&step, planned});
    if (strand.action_done) to_search_.push(&strand);
}

// After whatever ended a step. Steps whose event has come before they began are over at once, and
// so may be the next: in a loop and not from within begin_step(), as a `repeat` may have a million
// rounds. Branches and rounds that are over go only here, where nobody walks the list.
void ScenarioRun::settle() {
    const auto forget_finished = [this] {
        std::erase_if(strands_, [](const auto& strand) { return strand->finished; });
    };
    forget_finished();
    while (!to_search_.empty() && !done()) {
        Strand& strand = *to_search_.pop();
        search_mailbox(strand);
        forget_finished();
    }
}

void ScenarioRun::begin_parallel(Strand& strand, const scenario::Parallel& parallel,
                                 TimePoint planned) {
    strand.children = parallel.branches.size();
    std::vector<Strand*> begun;
    for (const auto& branch : parallel.branches) {
        auto child = std::make_unique<Strand>();
        child->steps = &branch;
        child->parent = &strand;
        begun.push_back(child.get());
        strands_.push_back(std::move(child));
    }
    for (Strand* child : begun) {
        if (!done()) begin_step(*child, planned);
    }
}

void ScenarioRun::begin_repeat(Strand& strand, const scenario::Repeat& repeat, TimePoint planned) {
    strand.children = 1;
    auto child = std::make_unique<Strand>();
    child->steps = &repeat.steps;
    child->rounds_left = repeat.count - 1;
    child->parent = &strand;
    Strand& begun = *child;
    strands_.push_back(std::move(child));
    begin_step(begun, planned);
}

void ScenarioRun::finish_step(Strand& strand, TimePoint at) {
    strand.active = false;
    ++strand.index;
    if (strand.index == strand.steps->size() && strand.rounds_left > 0) {
        --strand.rounds_left;
        strand.index = 0;
    }
    if (strand.index < strand.steps->size()) {
        begin_step(strand, at);
    } else {
        finish_strand(strand, at);
    }
}

void ScenarioRun::finish_strand(Strand& strand, TimePoint at) {
    if (strand.parent == nullptr) {
        finished_at_ = at;
        return;
    }
    Strand& parent = *strand.parent;
    strand.finished = true;
    if (--parent.children == 0) finish_step(parent, at);
}

void ScenarioRun::advance_if_complete(Strand& strand, TimePoint at) {
    if (strand.active && strand.action_done && strand.expectations_met()) finish_step(strand, at);
}

bool ScenarioRun::matches(const Expectation& expectation, const ActorEvent& event) const {
    if (expectation.event != event.name) return false;
    return std::all_of(
        expectation.fields.begin(), expectation.fields.end(), [&](const auto& field) {
            scenario::TemplateValues values;
            values.capture = [this](std::size_t slot) { return captures_[slot]; };
            values.actor_uri = [](std::size_t) { return std::optional<std::string>(); };
            const auto wanted = scenario::expand(field.value, values);
            return wanted.ok() && wanted.value() == event.field(field.field);
        });
}

bool ScenarioRun::offer_event(Strand& strand, const ActorEvent& event) {
    const auto& expectations = strand.step().expectations;
    for (std::size_t i = 0; i < expectations.size(); ++i) {
        if (strand.met[i]) continue;
        if (matches(expectations[i], event)) {
            strand.met[i] = true;
            for (std::size_t before = 0; before < i; ++before) {
                if (expectations[before].optional) strand.met[before] = true;
            }
            take_captures(strand.step(), event);
            return true;
        }
        if (!expectations[i].optional && !may_come_late(expectations[i])) return false;
    }
    return false;
}

void ScenarioRun::take_captures(const CompiledStep& step, const ActorEvent& event) {
    for (const scenario::Capture& capture : step.captures) {
        if (capture.event == event.name)
            captures_[capture.slot] = std::string(event.field(capture.field));
    }
}

void ScenarioRun::handle_event(const ActorEvent& event) {
    if (done()) return;
    // By index: finishing a step may add strands.
    for (std::size_t i = 0; i < strands_.size(); ++i) {
        Strand& strand = *strands_[i];
        if (!strand.active || !is_actor(event, strand.step())) continue;
        if (offer_event(strand, event)) {
            advance_if_complete(strand, event.at);
            settle();
            return;
        }
    }
    for (const auto& strand : strands_) {
        if (event.failure && strand->active && is_actor(event, strand->step())) {
            fail(strand.get(), *event.failure);
            return;
        }
    }
    if (event.fatal && event.failure) {
        fail(nullptr, *event.failure);
        return;
    }
    if (mailbox_.size() == kMailboxLimit) mailbox_.pop();
    mailbox_.push(event);
}

// Events that came before the step that waits for them.
void ScenarioRun::search_mailbox(Strand& strand) {
    TimePoint last = strand.planned;
    for (auto event = mailbox_.begin(); event != mailbox_.end();) {
        if (is_actor(*event, strand.step()) && offer_event(strand, *event)) {
            last = std::max(last, event->at);
            event = mailbox_.erase(event);
        } else {
            ++event;
        }
    }
    if (strand.expectations_met()) {
        advance_if_complete(strand, last);
        return;
    }
    const auto failed = std::find_if(
        mailbox_.begin(), mailbox_.end(),
        [&](const ActorEvent& event) { return event.failure && is_actor(event, strand.step()); });
    if (failed != mailbox_.end()) fail(&strand, *failed->failure);
}

void ScenarioRun::action_finished(std::size_t step_id, TimePoint at) {
    for (std::size_t i = 0; i < strands_.size() && !done(); ++i) {
        Strand& strand = *strands_[i];
        if (!strand.active || strand.action_done || strand.step().id != step_id) continue;
        strand.action_done = true;
        advance_if_complete(strand, at);
        settle();
        return;
    }
}

void ScenarioRun::action_failed(std::size_t step_id, Failure failure) {
    for (const auto& strand : strands_) {
        if (!done() && strand->active && strand->step().id == step_id) {
            fail(strand.get(), std::move(failure));
            return;
        }
    }
}

void ScenarioRun::handle_timeout(TimePoint now) {
    while (!done() && expire_one(now)) settle();
}

// True when something was due.
bool ScenarioRun::expire_one(TimePoint now) {
    for (const auto& each : strands_) {
        Strand& strand = *each;
        if (!strand.active) continue;
        if (strand.pause_until && *strand.pause_until <= now) {
            finish_step(strand, *strand.pause_until);
            return true;
        }
        if (strand.deadline && *strand.deadline <= now) {
            fail(&strand, {"timeout", describe(strand)}, true);
            return true;
        }
    }
    return false;
}

std::optional<TimePoint> ScenarioRun::next_timeout() const {
    std::optional<TimePoint> next;
    if (done()) return next;
    for (const auto& strand : strands_) {
        if (strand->active) next = earliest(next, strand->deadline, strand->pause_until);
    }
    return next;
}

std::optional<Command> ScenarioRun::poll_command() {
    if (commands_.empty() || failure_) return std::nullopt;
    return commands_.pop();
}

void ScenarioRun::fail(Strand* strand, Failure failure, bool timed_out) {
    failure_ = StepFailure{std::move(failure), strand ? &strand->step() : nullptr, timed_out};
    for (const auto& each : strands_) each->active = false;
}

std::string ScenarioRun::mailbox_text(std::size_t actor) const {
    std::vector<std::string> names;
    for (const ActorEvent& event : mailbox_) {
        if (event.actor != actor) continue;
        const std::string_view code = event.field("code");
        names.push_back(code.empty() ? event.name : fmt::format("{} {}", event.name, code));
    }
    return names.empty() ? "empty" : fmt::format("{}", fmt::join(names, ", "));
}

std::string ScenarioRun::describe(const Strand& strand) const {
    const CompiledStep& step = strand.step();
    std::vector<std::string> missing;
    for (std::size_t i = 0; i < step.expectations.size(); ++i) {
        if (!strand.met[i] && !step.expectations[i].optional)
            missing.push_back(step.expectations[i].event);
    }
    const std::string awaited = missing.empty() ? std::string("its action to finish")
                                                : fmt::format("{}", fmt::join(missing, ", "));
    return fmt::format("step `{}` ({}) waited {:g} s for {}; mailbox: {}", step.name, step.position,
                       to_seconds(time_allowed(step)), awaited,
                       step.actor ? mailbox_text(*step.actor) : "none");
}

std::string ScenarioRun::describe() const {
    std::vector<std::string> lines;
    for (const auto& strand : strands_) {
        if (strand->active && strand->children == 0) lines.push_back(describe(*strand));
    }
    return fmt::format("{}", fmt::join(lines, "; "));
}

}  // namespace janus_harness::run
