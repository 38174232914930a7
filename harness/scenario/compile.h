#pragma once

#include "harness/scenario/scenario.h"

namespace janus_harness::scenario {

// Finishes a scenario that was read and found right: numbers and names the steps, gives captures
// their slots and points every run-time reference at its actor or capture.
void compile(Scenario& scenario);

}  // namespace janus_harness::scenario
