#pragma once

#include <optional>
#include <string>

#include "harness/controller/run_options.h"

namespace janus_harness::cli {

struct CapacityOptions {
    controller::RunOptions run;  // of each trial; run.scenarios holds exactly one
    std::string of;              // "clients", "rate"; empty: what fits the scenario
    std::optional<double> from;
    std::optional<double> to;
    std::optional<double> hold_seconds;
    double precision = 0.1;
};

// `janus-harness capacity`: runs the scenario with rising load until a threshold breaks, calls fail
// or the harness itself gives up, narrows the level down, tries it a second time and says what ran
// out. On the testbed each trial has a Janus of its own. The exit code: 0 when a limit or the upper
// end was found, 4 when only the generator's own limit was, 1 when no level held or the results
// contradict each other; otherwise that of the run that could not take place.
int capacity_command(const CapacityOptions& options);

}  // namespace janus_harness::cli
