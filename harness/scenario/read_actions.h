#pragma once

#include <string>
#include <vector>

#include "harness/scenario/steps.h"
#include "json/object_reader.h"

namespace janus_harness::scenario {

// What an actor can do, by the name a step gives it: reads the parameters of that action.
struct ActionKind {
    std::string name;
    Action (*read)(json::Reading& reading, json::ObjectReader& step);
};

const std::vector<ActionKind>& browser_actions();
const std::vector<ActionKind>& sip_actions();

}  // namespace janus_harness::scenario
