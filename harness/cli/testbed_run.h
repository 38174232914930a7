#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "harness/controller/run_options.h"
#include "harness/scenario/scenario.h"
#include "reports/result.h"

namespace janus_harness::cli {

// Runs the scenario on the built-in testbed: private namespace, Janus, impairments and, where the
// scenario asks for it, Kamailio. `show` gets the result, inside the namespace. Gives the exit
// code.
int run_on_testbed(const controller::RunOptions& options, const scenario::Scenario& scenario,
                   std::uint64_t seed, const std::string& out,
                   const std::function<void(const reports::RunResult&)>& show);

}  // namespace janus_harness::cli
