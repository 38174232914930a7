#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/threshold.h"

namespace janus_harness::scenario {

// The reason at the end of "calls.failures.REASON" or "iterations.failures.REASON"; none for other
// paths.
std::optional<std::string_view> reason_of(std::string_view path);

// The id at the end of "checks.failures.ID", such as "sdp.answer.mid_single"; none for other paths.
std::optional<std::string_view> check_of(std::string_view path);

// What stands before the last dot of a metric path ("call_setup", "audio.to_far_end.jitter").
std::vector<std::string> metric_groups();
// What may follow a group ("p99", "lost").
std::vector<std::string> statistics_of(std::string_view group);

}  // namespace janus_harness::scenario
