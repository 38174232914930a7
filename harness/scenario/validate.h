#pragma once

#include "harness/scenario/scenario.h"
#include "json/object_reader.h"

namespace janus_harness::scenario {

// What no single section can know: that sections agree with each other. `root` tells the places.
void validate(json::Reading& reading, const Scenario& scenario, const json::Value& root);

}  // namespace janus_harness::scenario
