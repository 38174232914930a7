#pragma once

#include <optional>
#include <string_view>

#include "reports/result.h"

namespace janus_harness::controller {

// The value of a threshold's metric (scenario::metric_paths()) in a result: in ms, as a ratio, or a
// plain number. nullopt where nothing was measured, or nobody can know.
std::optional<double> find_metric(const reports::RunResult& result, std::string_view path);

// True where only a far end of ours can measure the metric: what it received or sent, and all that
// is reckoned with that (loss, one-way delay, set-up of the audio both ways).
bool needs_own_far_end(std::string_view path);

}  // namespace janus_harness::controller
