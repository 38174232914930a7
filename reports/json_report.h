#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "reports/result.h"

namespace janus_harness::reports {

inline constexpr std::string_view result_schema = "janus-harness/result/1";

// The histograms that result.json carries whole, with their names in its "histograms" object:
// "latency_ms.call_setup", "latency_ms.call_setup_raw", "audio.to_far_end.delay_ms",
// "generator.loop_lag_ms". Absent ones are not visited.
using HistogramVisitor = std::function<void(const std::string&, const metrics::Histogram&)>;
void for_each_histogram(const RunResult& result, const HistogramVisitor& visit);

}  // namespace janus_harness::reports
