#include "metrics/histogram.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/random.h"

namespace janus_harness::metrics {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;

// Values spread evenly over the orders of magnitude from 1 µs to 1 h.
std::vector<Duration> random_values(Random& random, std::size_t count) {
    std::vector<Duration> values;
    for (std::size_t i = 0; i < count; ++i) {
        const double exponent = 3 + random.unit() * std::log10(3.6e9);
        values.push_back(Duration{static_cast<std::int64_t>(std::pow(10.0, exponent))});
    }
    return values;
}

Histogram histogram_of(const std::vector<Duration>& values) {
    Histogram histogram;
    for (const Duration value : values) histogram.record(value);
    return histogram;
}

void check_quantile(const Histogram& histogram, const std::vector<Duration>& sorted, double q) {
    const auto count = static_cast<double>(sorted.size());
    const auto rank = static_cast<std::size_t>(std::max(1.0, std::ceil(q * count)));
    const double exact = static_cast<double>(sorted[rank - 1].count());
    const double given = static_cast<double>(histogram.quantile(q).count());
    CAPTURE(q);
    CHECK(given >= exact);
    CHECK(given <= exact + std::max(512.0, exact / 1000));
    CHECK(histogram.quantile(q) >= histogram.min());
    CHECK(histogram.quantile(q) <= histogram.max());
}

TEST_CASE("an empty histogram has no figures and holds no memory") {
    const Histogram histogram;
    CHECK(histogram.empty());
    CHECK(histogram.memory_bytes() == 0);
    CHECK(!histogram.summary());
    CHECK(histogram.quantile(0.99).count() == 0);
    CHECK(histogram.min().count() == 0);
    CHECK(histogram.buckets().empty());
    CHECK(sizeof(Histogram) <= 64);
}

TEST_CASE("one value is every figure") {
    Histogram histogram;
    histogram.record(milliseconds(137));
    const auto summary = histogram.summary();
    REQUIRE(summary);
    CHECK(summary->count == 1);
    for (const double figure : {summary->min, summary->mean, summary->p50, summary->p90,
                                summary->p99, summary->p99_9, summary->max}) {
        CHECK(figure == 137.0);
    }
}

TEST_CASE("quantiles agree with the sorted values to 3 significant digits") {
    Random random(20260131);
    for (const std::size_t size :
         {std::size_t{2}, std::size_t{20}, std::size_t{1000}, std::size_t{50000}}) {
        auto values = random_values(random, size);
        const Histogram histogram = histogram_of(values);
        std::sort(values.begin(), values.end());
        for (const double q : {0.0, 0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0}) {
            check_quantile(histogram, values, q);
        }
        CHECK(histogram.min() == values.front());
        CHECK(histogram.max() == values.back());
        CHECK(histogram.quantile(0) == values.front());
        CHECK(histogram.quantile(1) == values.back());
    }
}

TEST_CASE("count, min, max and mean are exact") {
    Histogram histogram;
    double sum = 0;
    Random random(7);
    for (int i = 0; i < 1000; ++i) {
        const Duration value{static_cast<std::int64_t>(random.below(5'000'000'000))};
        sum += static_cast<double>(value.count());
        histogram.record(value);
    }
    CHECK(histogram.count() == 1000);
    CHECK(histogram.summary()->mean == doctest::Approx(sum / 1000 / 1e6).epsilon(1e-12));
}

TEST_CASE("every bucket edge falls into its own bucket") {
    for (std::int64_t power = 512; power < Histogram::highest_value; power *= 2) {
        for (const std::int64_t value : {power - 1, power, power + 1}) {
            Histogram histogram;
            histogram.record(Duration{value});
            histogram.record(Duration{Histogram::highest_value});
            const std::int64_t highest = histogram.buckets().front().highest.count();
            CHECK(highest >= value);
            CHECK(highest <= value + std::max<std::int64_t>(512, value / 1000));
        }
    }
}

TEST_CASE("values out of range are clamped and counted") {
    Histogram histogram;
    histogram.record(Duration{-5});
    histogram.record(hours(2));
    histogram.record(Duration::max());
    CHECK(histogram.count() == 3);
    CHECK(histogram.clamped() == 3);
    CHECK(histogram.min().count() == 0);
    CHECK(histogram.max() == hours(1));
}

TEST_CASE("quantiles outside 0 to 1 and NaN are clamped") {
    const Histogram histogram = histogram_of({milliseconds(1), milliseconds(2)});
    CHECK(histogram.quantile(-1) == milliseconds(1));
    CHECK(histogram.quantile(2) == milliseconds(2));
    CHECK(histogram.quantile(std::nan("")) == milliseconds(1));
}

TEST_CASE("merging gives what recording everything into one would have given") {
    Random random(3);
    const auto left = random_values(random, 500);
    const auto right = random_values(random, 300);
    auto all = left;
    all.insert(all.end(), right.begin(), right.end());
    all.push_back(hours(3));
    Histogram merged = histogram_of(left);
    merged.record(hours(3));
    merged.merge(histogram_of(right));
    merged.merge(Histogram{});
    CHECK(merged == histogram_of(all));

    Histogram empty;
    empty.merge(merged);
    CHECK(empty == merged);
    merged.merge(merged);
    CHECK(merged.count() == 1602);
    CHECK(merged.clamped() == 2);
}

TEST_CASE("scores keep their plain figure") {
    Histogram histogram;
    histogram.record_score(4.41);
    histogram.record_score(1.0);
    histogram.record_score(std::nan(""));
    const auto summary = histogram.summary();
    REQUIRE(summary);
    CHECK(summary->count == 2);
    CHECK(summary->max == doctest::Approx(4.41));
    CHECK(summary->min == doctest::Approx(1.0));
}

TEST_CASE("a histogram of one call's jitter stays small") {
    Histogram histogram;
    for (int i = 0; i < 500; ++i) histogram.record(microseconds(200 + i));
    CHECK(histogram.memory_bytes() < 16 * 1024);
}

}  // namespace
}  // namespace janus_harness::metrics
