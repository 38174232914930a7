#pragma once

#include "harness/scenario/scenario.h"
#include "reports/result.h"

namespace janus_harness::controller {

// Says whether the harness itself kept up, by the limits of the scenario. Sets `valid` and gives a
// reason for each limit that was broken: what happened, how much of it, and in which seconds of the
// run.
void judge_generator(const scenario::Generator& limits, reports::GeneratorHealth& generator);

}  // namespace janus_harness::controller
