#include "metrics/generator_series.h"

#include <doctest/doctest.h>

using namespace janus_harness;
using namespace janus_harness::metrics;
using namespace std::chrono_literals;

TEST_CASE("each second keeps its worst") {
    GeneratorSeries series;
    CHECK(series.rows().empty());
    series.loop_lag(500ms, 3ms);
    series.loop_lag(600ms, 1ms);
    series.send_lateness(700ms, 2ms);
    series.loop_lag(2100ms, 4ms);
    const auto& rows = series.rows();
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].second == 0);
    CHECK(rows[0].loop_lag_max == Duration{3ms});
    CHECK(rows[0].send_lateness_max == Duration{2ms});
    CHECK_FALSE(rows[0].run_delay.has_value());
    CHECK_FALSE(rows[1].loop_lag_max.has_value());
    CHECK(rows[2].second == 2);
    CHECK(rows[2].loop_lag_max == Duration{4ms});
    CHECK_FALSE(rows[2].send_lateness_max.has_value());
}

TEST_CASE("a long stop is seen in every second that it took") {
    GeneratorSeries series;
    series.loop_lag(4500ms, 2700ms);
    series.send_lateness(4500ms, 1ms);
    const auto& rows = series.rows();
    REQUIRE(rows.size() == 5);
    CHECK_FALSE(rows[0].loop_lag_max.has_value());
    for (const std::size_t second : {1U, 2U, 3U, 4U}) {
        CHECK(rows[second].loop_lag_max == Duration{2700ms});
    }
    CHECK_FALSE(rows[3].send_lateness_max.has_value());
}

TEST_CASE("what began before the run counts from its start") {
    GeneratorSeries series;
    series.loop_lag(100ms, 5s);
    series.loop_lag(-1s, 1ms);
    REQUIRE(series.rows().size() == 1);
    CHECK(series.rows()[0].loop_lag_max == Duration{5s});
}

TEST_CASE("the wait for a CPU is spread over the time in which it happened") {
    GeneratorSeries series;
    series.run_delay(500ms, 2500ms, 1s);
    series.run_delay(2500ms, 3s, 100ms);
    const auto& rows = series.rows();
    REQUIRE(rows.size() == 3);
    CHECK(to_milliseconds(*rows[0].run_delay) == doctest::Approx(250));
    CHECK(to_milliseconds(*rows[1].run_delay) == doctest::Approx(500));
    CHECK(to_milliseconds(*rows[2].run_delay) == doctest::Approx(350));
    series.run_delay(3s, 3s, 1s);
    CHECK(series.rows().size() == 3);
}

TEST_CASE("of two workers the worse one shows, and losses are added") {
    GeneratorSeries one;
    one.loop_lag(500ms, 3ms);
    one.run_delay(0s, 1s, 10ms);
    one.packets_refused(500ms, 2);
    one.receive_drops(500ms, 1);
    GeneratorSeries other;
    other.loop_lag(500ms, 1ms);
    other.run_delay(0s, 1s, 30ms);
    other.send_lateness(1500ms, 7ms);
    other.receive_drops(500ms, 4);
    one.merge(other);
    one.merge(GeneratorSeries{});
    const auto& rows = one.rows();
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].loop_lag_max == Duration{3ms});
    CHECK(to_milliseconds(*rows[0].run_delay) == doctest::Approx(30));
    CHECK(rows[0].packets_refused == 2);
    CHECK(rows[0].receive_drops == 5);
    CHECK(rows[1].send_lateness_max == Duration{7ms});
    CHECK_FALSE(rows[1].loop_lag_max.has_value());
}
