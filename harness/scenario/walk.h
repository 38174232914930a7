#pragma once

#include <variant>
#include <vector>

#include "harness/scenario/scenario.h"

namespace janus_harness::scenario {

// Calls visit(step) for every step, nested ones after the step that holds them, in the order of the
// file. For const and non-const steps alike.
template <typename Steps, typename Visit>
void for_each_step_of(Steps& steps, Visit&& visit) {
    for (auto& step : steps) {
        visit(step);
        if (auto* parallel = std::get_if<Parallel>(&step.action))
            for (auto& branch : parallel->branches) for_each_step_of(branch, visit);
        if (auto* repeat = std::get_if<Repeat>(&step.action))
            for_each_step_of(repeat->steps, visit);
    }
}

// The same over setup, steps and teardown.
template <typename AnyScenario, typename Visit>
void for_each_step(AnyScenario& scenario, Visit&& visit) {
    for_each_step_of(scenario.setup, visit);
    for_each_step_of(scenario.steps, visit);
    for_each_step_of(scenario.teardown, visit);
}

}  // namespace janus_harness::scenario
