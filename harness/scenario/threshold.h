#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace janus_harness::scenario {

enum class Comparison { less, less_or_equal, greater, greater_or_equal, equal, not_equal };

// What a metric is measured in, after normalisation.
enum class MetricUnit { milliseconds, ratio, count, number };

// "call_setup.p99 < 1s", taken apart.
struct Threshold {
    std::string expression;  // as written
    std::string path;        // normalised: "call_setup.p99", "calls.failures.busy"
    Comparison comparison = Comparison::less;
    double limit = 0;  // in ms, as a ratio (0.1% is 0.001), or a plain number
    MetricUnit unit = MetricUnit::number;
};

struct ThresholdVerdict {
    std::optional<double> value;  // what was measured; none: "no data"
    bool ok = false;              // never true without data
    std::string message;          // "call_setup.p99 was 1204.5 ms, must be < 1000 ms"
};

// The value of a metric by its normalised path; none where there is no data. The reasons below
// calls.failures (iterations.failures) have data as soon as there are calls: a reason that never
// came is 0.
using MetricLookup = std::function<std::optional<double>(std::string_view path)>;

// Grammar: METRIC.STAT OP VALUE[UNIT]; OP is one of < <= > >= == !=; UNIT ms, s or %.
// METRIC.STAT is one of metric_paths(), or calls.failures['REASON'] (also calls.failures.REASON;
// the same for iterations), or checks.failures['ID'], how often that check failed: "no data" for a
// check that never came up.
// Errors: threshold_syntax, threshold_unknown_metric, threshold_unit; messages suggest what is
// near.
Result<Threshold> parse_threshold(std::string_view text);

ThresholdVerdict evaluate(const Threshold& threshold, const MetricLookup& lookup);

// All paths a threshold may name, apart from those of failures.
const std::vector<std::string>& metric_paths();
// Unit of a metric; none when there is no such metric.
std::optional<MetricUnit> metric_unit(std::string_view path);

}  // namespace janus_harness::scenario
