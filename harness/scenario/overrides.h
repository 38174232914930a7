#pragma once

#include <vector>

#include "harness/scenario/load.h"
#include "json/value.h"

namespace janus_harness::scenario {

// Writes the values into the document, before it is checked. What cannot be placed is a diagnostic
// whose file is the option.
void apply_overrides(json::Document& document, const std::vector<Override>& overrides,
                     json::Diagnostics& diagnostics);

}  // namespace janus_harness::scenario
