#pragma once

#include "harness/scenario/scenario.h"
#include "reports/result.h"

namespace janus_harness::controller {

// What ended the run, besides its plan.
struct RunEnd {
    bool interrupted = false;
    bool janus_failed = false;    // unreachable or dead
    bool harness_failed = false;  // the harness could not do its part
    std::string text;             // of the last two
};

// Evaluates the scenario's thresholds and gives the result its verdict, reason and exit code.
// Besides what the scenario states, no call may fail and no check may fail, unless the scenario has
// a threshold of its own about them.
void assess(const scenario::Scenario& scenario, const RunEnd& end, reports::RunResult& result);

}  // namespace janus_harness::controller
