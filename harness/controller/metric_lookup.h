#pragma once

#include <optional>
#include <string_view>

#include "reports/result.h"

namespace janus_harness::controller {

// The value of a threshold's metric (scenario::metric_paths()) in a result: in ms, as a ratio, or a
// plain number. nullopt where nothing was measured, or nobody can know.
std::optional<double> find_metric(const reports::RunResult& result, std::string_view path);

}  // namespace janus_harness::controller
