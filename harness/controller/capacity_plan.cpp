#include "harness/controller/capacity_plan.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "harness/worker/client.h"

namespace janus_harness::controller {
namespace {

using scenario::Scenario;

constexpr double usual_hold_of_clients = 8;
constexpr double usual_hold_of_rate = 20;

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
    }
    plan.hold_ =
        hold.value_or(plan.of_ == CapacityOf::rate ? usual_hold_of_rate : usual_hold_of_clients);
    return plan;
}

std::string CapacityPlan::unit() const {
    if (of_ == CapacityOf::clients) return has_calls_ ? "concurrent calls" : "clients";
    return has_calls_ ? "calls a second" : "iterations a second";
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
    return overrides;
}

}  // namespace janus_harness::controller
