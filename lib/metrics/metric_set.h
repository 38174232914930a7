#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "metrics/histogram.h"

namespace janus_harness::metrics {

// A count that only grows.
class Counter {
  public:
    void add(std::uint64_t amount = 1) { value_ += amount; }
    std::uint64_t value() const { return value_; }
    void merge(const Counter& other) { value_ += other.value_; }

  private:
    std::uint64_t value_ = 0;
};

// Named histograms and counters of one worker. Not thread-safe: each worker has its own, and the
// main thread merges them. References stay valid as long as the set lives: look a name up once.
class MetricSet {
  public:
    using Histograms = std::map<std::string, Histogram, std::less<>>;
    using Counters = std::map<std::string, Counter, std::less<>>;

    // The histogram or counter called `name`, made empty when it is new.
    Histogram& histogram(std::string_view name);
    Counter& counter(std::string_view name);

    // nullptr when nothing has that name.
    const Histogram* find_histogram(std::string_view name) const;
    // 0 when nothing has that name.
    std::uint64_t count(std::string_view name) const;

    const Histograms& histograms() const { return histograms_; }
    const Counters& counters() const { return counters_; }

    void merge(const MetricSet& other);

  private:
    Histograms histograms_;
    Counters counters_;
};

}  // namespace janus_harness::metrics
