#include "metrics/metric_set.h"

namespace janus_harness::metrics {

Histogram& MetricSet::histogram(std::string_view name) {
    const auto found = histograms_.find(name);
    if (found != histograms_.end()) return found->second;
    return histograms_.emplace(std::string(name), Histogram{}).first->second;
}

Counter& MetricSet::counter(std::string_view name) {
    const auto found = counters_.find(name);
    if (found != counters_.end()) return found->second;
    return counters_.emplace(std::string(name), Counter{}).first->second;
}

const Histogram* MetricSet::find_histogram(std::string_view name) const {
    const auto found = histograms_.find(name);
    return found == histograms_.end() ? nullptr : &found->second;
}

std::uint64_t MetricSet::count(std::string_view name) const {
    const auto found = counters_.find(name);
    return found == counters_.end() ? 0 : found->second.value();
}

void MetricSet::merge(const MetricSet& other) {
    for (const auto& [name, theirs] : other.histograms_) histogram(name).merge(theirs);
    for (const auto& [name, theirs] : other.counters_) counter(name).merge(theirs);
}

}  // namespace janus_harness::metrics
