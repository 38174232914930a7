#include "metrics/time_series.h"

#include <doctest/doctest.h>

namespace janus_harness::metrics {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("nothing happened: no rows") {
    CHECK(TimeSeries{}.rows().empty());
}

TEST_CASE("what happens is counted in its second, and calls in progress follow from it") {
    TimeSeries series;
    series.started(milliseconds(100));
    series.started(milliseconds(999));
    series.established(milliseconds(1000));
    series.latency(milliseconds(1000), milliseconds(900));
    series.failed(milliseconds(1500));
    series.completed(milliseconds(3200));
    const auto rows = series.rows();
    REQUIRE(rows.size() == 4);
    CHECK(rows[0].started == 2);
    CHECK(rows[0].in_progress == 2);
    CHECK(!rows[0].latency_p50);
    CHECK(rows[1].established == 1);
    CHECK(rows[1].failed == 1);
    CHECK(rows[1].in_progress == 1);
    CHECK(rows[1].latency_p99 == milliseconds(900));
    CHECK(rows[2] ==
          SecondRow{.second = 2, .in_progress = 1, .latency_p50 = {}, .latency_p99 = {}});
    CHECK(rows[3].in_progress == 0);
}

TEST_CASE("times before the start and absurdly late ones are kept within bounds") {
    TimeSeries series;
    series.started(milliseconds(-5));
    CHECK(series.rows().size() == 1);
    series.completed(Duration::max());
    CHECK(series.rows().size() == 345'600);
}

TEST_CASE("series of two workers merge second by second, latencies before percentiles") {
    TimeSeries left;
    TimeSeries right;
    left.started(seconds(0));
    left.latency(seconds(0), milliseconds(10));
    right.started(seconds(0));
    right.latency(seconds(0), milliseconds(30));
    right.started(seconds(2));
    left.merge(right);
    const auto rows = left.rows();
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].started == 2);
    CHECK(rows[0].latency_p99 == milliseconds(30));
    CHECK(rows[2].in_progress == 3);
}

}  // namespace
}  // namespace janus_harness::metrics
