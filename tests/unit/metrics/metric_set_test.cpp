#include "metrics/metric_set.h"

#include <doctest/doctest.h>

namespace janus_harness::metrics {
namespace {

TEST_CASE("a metric that nobody recorded is not there") {
    MetricSet set;
    CHECK(set.find_histogram("call_setup") == nullptr);
    CHECK(set.count("calls") == 0);
    CHECK(set.histograms().empty());
}

TEST_CASE("references stay valid while the set grows") {
    MetricSet set;
    Histogram& first = set.histogram("a");
    Counter& counter = set.counter("a");
    for (int i = 0; i < 100; ++i) {
        set.histogram("m" + std::to_string(i));
        set.counter("m" + std::to_string(i));
    }
    first.record(std::chrono::milliseconds(1));
    counter.add(3);
    CHECK(set.find_histogram("a")->count() == 1);
    CHECK(set.count("a") == 3);
}

TEST_CASE("merging adds by name and keeps what only one side has") {
    MetricSet left;
    MetricSet right;
    left.histogram("both").record(std::chrono::milliseconds(1));
    right.histogram("both").record(std::chrono::milliseconds(2));
    right.histogram("right").record(std::chrono::milliseconds(3));
    left.counter("both").add(1);
    right.counter("both").add(2);
    left.counter("left").add(5);
    left.merge(right);
    CHECK(left.find_histogram("both")->count() == 2);
    CHECK(left.find_histogram("right")->count() == 1);
    CHECK(left.count("both") == 3);
    CHECK(left.count("left") == 5);
}

}  // namespace
}  // namespace janus_harness::metrics
