#pragma once

#include "harness/scenario/scenario.h"
#include "reports/result.h"

namespace janus_harness::controller {

// What ended the run, besides its plan.
struct RunEnd {
    bool interrupted = false;
    bool janus_failed = false;    // unreachable or dead
    bool janus_exited = false;    // seen by the testbed that started it
    bool harness_failed = false;  // the harness could not do its part
    std::string text;             // of the last two
    bool far_end_ours = true;     // else what only it can measure is unknown
};

// Evaluates the scenario's thresholds and gives the result its verdict, reason and exit code.
// A threshold whose metric only a far end of ours could measure neither holds nor fails where the
// far end is somebody else's: the reason names it. Besides what the scenario states, no call may
// fail and no check may fail, unless the scenario has a threshold of its own about them. A Janus
// that only seems to be gone, to a harness that did not keep up, makes the run invalid.
void assess(const scenario::Scenario& scenario, const RunEnd& end, reports::RunResult& result);

}  // namespace janus_harness::controller
