#include "harness/scenario/compile.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "harness/scenario/walk.h"

namespace janus_harness::scenario {
namespace {

// In the order of Action's alternatives.
constexpr std::array<std::string_view, std::variant_size_v<Action>> action_names{
    "register", "unregister", "call",     "accept", "decline",   "hangup", "talk", "create",
    "attach",   "detach",     "destroy",  "info",   "keepalive", "call",   "ring", "answer",
    "reject",   "hangup",     "wait_for", "pause",  "parallel",  "repeat"};

std::size_t slot_of(std::vector<std::string>& captures, const std::string& name) {
    const auto found = std::find(captures.begin(), captures.end(), name);
    if (found != captures.end()) return static_cast<std::size_t>(found - captures.begin());
    captures.push_back(name);
    return captures.size() - 1;
}

class Compiler {
  public:
    explicit Compiler(Scenario& scenario) : scenario_(scenario) {}

    void run() {
        for_each_step(scenario_, [this](CompiledStep& step) { identify(step); });
        for_each_step(scenario_, [this](CompiledStep& step) { resolve_step(step); });
        for (Actor& actor : scenario_.actors) resolve_actor(actor);
    }

  private:
    void identify(CompiledStep& step) {
        step.id = next_id_++;
        const auto file = std::filesystem::path{scenario_.file}.filename().string();
        step.position = fmt::format("{}:{}", file, step.location.position.line);
        if (step.name.empty()) step.name = default_name(step);
        for (Capture& capture : step.captures)
            capture.slot = slot_of(scenario_.captures, capture.name);
        stop_automatic_answer(step);
    }

    std::string default_name(const CompiledStep& step) const {
        const std::string_view action = action_names[step.action.index()];
        if (!step.actor) return std::string{action};
        return fmt::format("{} {}", scenario_.actors[*step.actor].name, action);
    }

    // A phone that a step answers or rejects must not do so by itself.
    void stop_automatic_answer(const CompiledStep& step) {
        const bool decides = std::holds_alternative<PhoneAnswer>(step.action) ||
                             std::holds_alternative<PhoneReject>(step.action);
        if (decides && step.actor)
            std::get<SipActor>(scenario_.actors[*step.actor].kind).answers = false;
    }

    void resolve(Template& source) {
        for (TemplatePart& part : source.parts) {
            if (part.kind == TemplatePart::Kind::capture)
                part.index = slot_of(scenario_.captures, part.text);
            if (part.kind == TemplatePart::Kind::actor_uri)
                part.index = actor_index(part.text.substr(0, part.text.rfind('.')));
        }
    }
    void resolve(std::optional<Template>& source) {
        if (source) resolve(*source);
    }
    void resolve(Headers& headers) {
        for (auto& [name, value] : headers) resolve(value);
    }

    std::size_t actor_index(const std::string& name) const {
        const auto found = std::find_if(scenario_.actors.begin(), scenario_.actors.end(),
                                        [&](const Actor& actor) { return actor.name == name; });
        return static_cast<std::size_t>(found - scenario_.actors.begin());
    }

    void resolve_step(CompiledStep& step) {
        std::visit([this](auto& action) { resolve_action(action); }, step.action);
        for (Expectation& expectation : step.expectations)
            for (FieldMatch& field : expectation.fields) resolve(field.value);
    }

    template <typename A>
    void resolve_action(A& action) {
        if constexpr (requires { action.to; }) resolve(action.to);
        if constexpr (requires { action.headers; }) resolve(action.headers);
        if constexpr (requires { action.secret; }) resolve(action.secret);
    }

    void resolve_actor(Actor& actor) {
        if (auto* sip = std::get_if<SipActor>(&actor.kind)) {
            resolve(sip->user);
            resolve(sip->display_name);
            if (sip->answer.codecs.empty()) sip->answer.codecs = sip->codecs;
            return;
        }
        auto& browser = std::get<BrowserActor>(actor.kind);
        resolve(browser.account.username);
        resolve(browser.account.authuser);
        resolve(browser.account.secret);
        resolve(browser.account.display_name);
        resolve(browser.register_options.proxy);
        resolve(browser.register_options.outbound_proxy);
        resolve(browser.register_options.headers);
        resolve(browser.register_options.contact_params);
    }

    Scenario& scenario_;
    std::size_t next_id_ = 0;
};

}  // namespace

void compile(Scenario& scenario) {
    Compiler{scenario}.run();
}

}  // namespace janus_harness::scenario
