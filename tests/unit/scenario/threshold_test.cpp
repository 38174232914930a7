#include "harness/scenario/threshold.h"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <string>

using namespace janus_harness;
using namespace janus_harness::scenario;

namespace {

Threshold parsed(std::string_view text) {
    const auto threshold = parse_threshold(text);
    REQUIRE_MESSAGE(threshold.ok(), (threshold.ok() ? "" : threshold.error().message));
    return threshold.value();
}

bool holds(std::string_view text, double value) {
    return evaluate(parsed(text), [&](std::string_view) { return value; }).ok;
}

}  // namespace

TEST_CASE("values are normalised to ms, ratio and number") {
    CHECK(parsed("call_setup.p99 < 1000ms").limit == 1000);
    CHECK(parsed("call_setup.p99<1s").limit == 1000);
    CHECK(parsed("call_setup.p99 < 1.5 s").limit == 1500);
    CHECK(parsed("audio.loss_ratio < 0.1%").limit == doctest::Approx(0.001));
    CHECK(parsed("audio.loss_ratio < 0.001").limit == 0.001);
    CHECK(parsed("audio.to_far_end.lost == 0").limit == 0);
    CHECK(parsed("audio.from_far_end.mos.mean > 4.2").limit == 4.2);
    CHECK(parsed("call_setup.p99_9 < 2s").path == "call_setup.p99_9");
    CHECK(parsed("call_setup_raw.max < 2s").unit == MetricUnit::milliseconds);
    CHECK(parsed("call_setup.count >= 20").unit == MetricUnit::count);
    CHECK(parsed("  checks.failed == 0 ").expression == "checks.failed == 0");
}

TEST_CASE("reasons for failure may be quoted or not") {
    CHECK(parsed("calls.failures['busy'] == 3").path == "calls.failures.busy");
    CHECK(parsed("calls.failures[\"busy\"] == 3").path == "calls.failures.busy");
    CHECK(parsed("calls.failures.busy == 3").path == "calls.failures.busy");
    CHECK(parsed("iterations.failures['timeout'] == 0").path == "iterations.failures.timeout");
    CHECK(parsed("calls.failures['registration_failed_401'] == 3").limit == 3);
    CHECK_FALSE(parse_threshold("calls.failures['registration_failed_x'] == 3").ok());
    CHECK_FALSE(parse_threshold("calls.failures['registration_failed_'] == 3").ok());
    CHECK_FALSE(parse_threshold("calls.failures[''] == 3").ok());
}

TEST_CASE("a check is named by its id, dots and all") {
    const auto threshold = parse_threshold("checks.failures['sdp.answer.mid_single'] == 3");
    REQUIRE(threshold.ok());
    CHECK(threshold->path == "checks.failures.sdp.answer.mid_single");
    CHECK(threshold->unit == MetricUnit::count);
    CHECK_FALSE(parse_threshold("checks.failures[''] == 3").ok());
    CHECK_FALSE(parse_threshold("checks.failures == 3").ok());
}

TEST_CASE("all operators compare as they are written") {
    for (const double value : {1.0, 2.0, 3.0}) {
        const auto check = [&](const char* operation, bool expected) {
            CHECK(holds(std::string{"calls.failed "} + operation + " 2", value) == expected);
        };
        check("<", value < 2);
        check("<=", value <= 2);
        check(">", value > 2);
        check(">=", value >= 2);
        check("==", value == 2);
        check("!=", value != 2);
    }
}

TEST_CASE("what was not measured never holds") {
    const auto nothing = [](std::string_view) { return std::optional<double>{}; };
    for (const char* text : {"call_setup.p99 < 1s", "calls.failed == 0", "calls.failed != 0"}) {
        const auto verdict = evaluate(parsed(text), nothing);
        CHECK_FALSE(verdict.ok);
        CHECK_FALSE(verdict.value);
        CHECK(verdict.message.find("no data") != std::string::npos);
    }
    const auto not_a_number = [](std::string_view) { return std::nan(""); };
    CHECK_FALSE(evaluate(parsed("audio.loss_ratio != 1"), not_a_number).ok);
}

TEST_CASE("a verdict says what was found and what was wanted") {
    const auto verdict = evaluate(parsed("call_setup.p99 < 1s"), [](std::string_view path) {
        CHECK(path == "call_setup.p99");
        return 1204.5;
    });
    CHECK(verdict.message == "call_setup.p99 was 1204.5 ms, must be < 1000 ms");
    CHECK(evaluate(parsed("audio.loss_ratio < 0.1%"), [](std::string_view) {
              return 0.002;
          }).message == "audio.loss_ratio was 0.2%, must be < 0.1%");
}

TEST_CASE("every metric can be named in a threshold") {
    for (const std::string& path : metric_paths()) {
        const std::map<MetricUnit, std::string> values{{MetricUnit::milliseconds, "1ms"},
                                                       {MetricUnit::ratio, "1%"},
                                                       {MetricUnit::count, "1"},
                                                       {MetricUnit::number, "1"}};
        const auto unit = metric_unit(path);
        REQUIRE(unit);
        CHECK(parse_threshold(path + " < " + values.at(*unit)).ok());
    }
}

TEST_CASE("mistakes are named with a suggestion") {
    const auto message = [](std::string_view text) {
        return parse_threshold(text).error().message;
    };
    CHECK(message("call_setpu.p99 < 1s").find("did you mean \"call_setup.p99\"?") !=
          std::string::npos);
    CHECK(message("call_setup.p98 < 1s").find("allowed: \"count\", \"min\"") != std::string::npos);
    CHECK(message("calls.failures['bussy'] == 1").find("did you mean \"busy\"?") !=
          std::string::npos);
    CHECK(parse_threshold("call_setup.p99 < 5").error().code == "threshold_unit");
    CHECK(parse_threshold("calls.failed < 5ms").error().code == "threshold_unit");
    CHECK(parse_threshold("audio.loss_ratio < 5ms").error().code == "threshold_unit");
    for (const char* text : {"", "<", "calls.failed", "calls.failed = 0", "calls.failed < ",
                             "calls.failed < x", "calls.failed < inf", "calls.failed < nan",
                             "calls.failed << 1", "calls.failed < 1 < 2", "['"})
        CHECK_MESSAGE(parse_threshold(text).ok() == false, text);
}
