#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/threshold.h"

namespace janus_harness::scenario {

inline constexpr std::string_view failures_prefix = "calls.failures.";

// What stands before the last dot of a metric path ("call_setup", "audio.to_far_end.jitter").
std::vector<std::string> metric_groups();
// What may follow a group ("p99", "lost").
std::vector<std::string> statistics_of(std::string_view group);

}  // namespace janus_harness::scenario
