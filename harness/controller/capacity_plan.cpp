#include "harness/controller/capacity_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/duration_text.h"
#include "harness/worker/client.h"

namespace janus_harness::controller {
namespace {

using scenario::Scenario;

constexpr double usual_hold_of_clients = 8;
constexpr double usual_hold_of_rate = 20;
constexpr double most_clients = 1'000'000;

const std::string* variable(const Scenario& scenario, std::string_view name) {
    for (const auto& [candidate, value] : scenario.variables) {
        if (candidate == name) return &value;
    }
    return nullptr;
}

// The figure that a level replaces, and clients that begin a second.
struct Shape {
    double clients = 0;  // 0: the load has no number of clients
    double rate = 0;     // 0: nor a rate
    double ramp = 0;
    bool ends_by_time = false;
};

struct ShapeOf {
    Shape operator()(const scenario::PerClientIterations& load) const {
        return {static_cast<double>(load.clients), 0, load.start_rate, false};
    }
    Shape operator()(const scenario::ConstantArrivalRate& load) const {
        return {0, load.rate, load.rate, !load.iterations.has_value()};
    }
    Shape operator()(const scenario::ConstantClients& load) const {
        return {static_cast<double>(load.clients), 0, load.start_rate, true};
    }
    Shape operator()(const scenario::RampingArrivalRate&) const { return {}; }
    Shape operator()(const scenario::RampingClients&) const { return {}; }
};

double number_of(const std::string& text, double otherwise) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() && number > 0 ? number
                                                                                  : otherwise;
}

// Calls that begin at a rate are all there only once the first of them have ended.
double talk_seconds(const Scenario& scenario) {
    const auto* text = variable(scenario, "talk");
    const auto talk = text == nullptr ? std::nullopt : parse_duration(*text);
    return talk ? to_seconds(*talk) : 0;
}

double max_clients_of(const scenario::Load& load) {
    const auto* rate = std::get_if<scenario::ConstantArrivalRate>(&load.executor);
    return rate == nullptr ? 0 : static_cast<double>(rate->max_clients);
}

// Each of the clients is there as soon as the load begins.
bool present_by_setup(const Scenario& scenario, bool has_calls) {
    return !scenario.setup.empty() && !has_calls;
}

std::string seconds_text(double seconds) {
    return fmt::format("{}ms", std::llround(seconds * 1000));
}

}  // namespace

std::string_view name(CapacityOf of) {
    return of == CapacityOf::clients ? "clients" : "rate";
}

Result<CapacityPlan> CapacityPlan::make(const Scenario& scenario, std::optional<CapacityOf> of,
                                        std::optional<double> hold) {
    const Shape shape = std::visit(ShapeOf{}, scenario.load.executor);
    if (shape.clients == 0 && shape.rate == 0) {
        return Error{"capacity_scenario",
                     "the load of the scenario is made of stages: capacity raises the load itself"};
    }
    CapacityPlan plan;
    const bool rate = shape.rate > 0 && variable(scenario, "clients") == nullptr;
    plan.of_ = of.value_or(rate ? CapacityOf::rate : CapacityOf::clients);
    plan.key_ = name(plan.of_);
    const double own = plan.of_ == CapacityOf::clients ? shape.clients : shape.rate;
    if (const auto* value = variable(scenario, plan.key_)) {
        plan.from_ = number_of(*value, std::max(own, 1.0));
    } else {
        plan.from_ = std::max(own, 1.0);
        plan.key_ = "load." + plan.key_;
    }
    plan.ramp_ = shape.ramp;
    plan.own_level_ = variable(scenario, name(plan.of_)) == nullptr && own > 0 ? own : plan.from_;
    plan.own_max_clients_ = max_clients_of(scenario.load);
    plan.has_calls_ = worker::count_calls(scenario.steps) > 0;
    if (shape.ends_by_time) {
        plan.held_by_ = HeldBy::duration;
    } else if (plan.of_ == CapacityOf::rate && variable(scenario, "calls") != nullptr) {
        plan.held_by_ = HeldBy::calls;
    } else if (plan.of_ == CapacityOf::clients && variable(scenario, "talk") != nullptr) {
        plan.held_by_ = HeldBy::talk;
    } else if (hold) {
        return Error{"capacity_scenario",
                     fmt::format("--hold: the scenario has no variable \"{}\" and no load that "
                                 "ends after a \"duration\"",
                                 plan.of_ == CapacityOf::rate ? "calls" : "talk")};
    } else if (plan.of_ == CapacityOf::clients && !present_by_setup(scenario, plan.has_calls_)) {
        return Error{"capacity_scenario",
                     "nothing keeps the clients present at once: the scenario needs a variable "
                     "\"talk\" or a load that ends after a \"duration\""};
    }
    plan.hold_ = plan.of_ == CapacityOf::rate
                     ? hold.value_or(usual_hold_of_rate) + talk_seconds(scenario)
                     : hold.value_or(usual_hold_of_clients);
    return plan;
}

std::string CapacityPlan::unit() const {
    if (of_ == CapacityOf::clients) return has_calls_ ? "concurrent calls" : "clients";
    return has_calls_ ? "calls a second" : "iterations a second";
}

std::optional<double> CapacityPlan::max_clients(double level) const {
    const double scaled =
        of_ == CapacityOf::clients ? level : own_max_clients_ * level / own_level_;
    const double needed = std::min(std::ceil(scaled), most_clients);
    if (own_max_clients_ == 0 || needed <= own_max_clients_) return std::nullopt;
    return needed;
}

std::vector<scenario::Override> CapacityPlan::overrides(double level) const {
    std::vector<scenario::Override> overrides{{key_, fmt::format("{:.9g}", level)}};
    const bool clients_ramp = of_ == CapacityOf::clients && ramp_ > 0;
    const double held = hold_ + (clients_ramp ? level / ramp_ : 0);
    switch (held_by_) {
        case HeldBy::nothing:
            break;
        case HeldBy::talk:
            overrides.push_back({"talk", seconds_text(held)});
            break;
        case HeldBy::calls:
            overrides.push_back({"calls", fmt::format("{:.0f}", std::ceil(level * held))});
            break;
        case HeldBy::duration:
            overrides.push_back({"load.duration", seconds_text(held)});
            break;
    }
    if (const auto clients = max_clients(level)) {
        overrides.push_back({"load.max_clients", fmt::format("{:.0f}", *clients)});
    }
    return overrides;
}

}  // namespace janus_harness::controller
