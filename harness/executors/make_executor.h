#pragma once

#include <memory>

#include "harness/executors/executor.h"
#include "harness/scenario/scenario.h"

namespace janus_harness::executors {

// The executor that a scenario's `load` names, for one worker's share of it. The shares of one load
// together start exactly what Share{} starts alone: the same numbers, times and slots.
//
// A share without a client has nothing to do, and an open model would drop its arrivals: let
// `count` be at most scenario::clients_at_once(load) (harness/scenario/load_shape.h).
std::unique_ptr<Executor> make_executor(const scenario::Load& load, Share share = {});

}  // namespace janus_harness::executors
