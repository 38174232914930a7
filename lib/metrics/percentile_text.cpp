#include <fmt/format.h>

#include <cmath>

#include "metrics/histogram.h"

namespace janus_harness::metrics {
namespace {

constexpr double ticks_per_half_distance = 5;

// The next percentile to report: five steps for every halving of what is left to 100 %.
double next_level(double level) {
    const double halvings = std::floor(std::log2(100.0 / (100.0 - level))) + 1;
    return level + 100.0 / (ticks_per_half_distance * std::exp2(halvings));
}

void add_row(std::string& text, Duration value, double level, std::uint64_t seen) {
    const auto out = std::back_inserter(text);
    fmt::format_to(out, "{:12.3f} {:2.12f} {:10}", to_milliseconds(value), level / 100, seen);
    if (level < 100) fmt::format_to(out, " {:14.2f}", 1 / (1 - level / 100));
    text += '\n';
}

void add_rows(std::string& text, const Histogram& histogram) {
    const double total = static_cast<double>(histogram.count());
    std::uint64_t seen = 0;
    double level = 0;
    for (const Histogram::Bucket& bucket : histogram.buckets()) {
        seen += bucket.count;
        const double reached = 100.0 * static_cast<double>(seen) / total;
        for (; reached >= level; level = next_level(level)) {
            add_row(text, bucket.highest, level, seen);
            if (seen == histogram.count()) break;  // what is left is one last row at 100 %
        }
    }
    add_row(text, histogram.max(), 100, histogram.count());
}

}  // namespace

std::string percentile_text(const Histogram& histogram) {
    std::string text = fmt::format("{:>12} {:>14} {:>10} {:>14}\n\n", "Value", "Percentile",
                                   "TotalCount", "1/(1-Percentile)");
    if (!histogram.empty()) add_rows(text, histogram);
    const auto out = std::back_inserter(text);
    fmt::format_to(out, "#[Mean    = {:12.3f}, StdDeviation   = {:12.3f}]\n",
                   to_milliseconds(histogram.mean()),
                   to_milliseconds(histogram.standard_deviation()));
    fmt::format_to(out, "#[Max     = {:12.3f}, Total count    = {:12}]\n",
                   to_milliseconds(histogram.max()), histogram.count());
    fmt::format_to(out, "#[Buckets = {:12}, SubBuckets     = {:12}]\n", 22, 2048);
    return text;
}

}  // namespace janus_harness::metrics
