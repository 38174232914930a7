#include "harness/controller/metric_lookup.h"

#include <doctest/doctest.h>

#include "harness/scenario/threshold.h"
#include "tests/unit/controller/full_result.h"

using namespace janus_harness;
using namespace janus_harness::controller;
using doctest::Approx;

TEST_CASE("every metric that a threshold may name is found in a full result") {
    const auto result = test::full_result();
    CHECK(scenario::metric_paths().size() > 250);
    for (const std::string& path : scenario::metric_paths()) {
        CAPTURE(path);
        CHECK(find_metric(result, path).has_value());
    }
}

TEST_CASE("in an empty result only counts are known, and none of the audio") {
    const reports::RunResult empty;
    for (const std::string& path : scenario::metric_paths()) {
        CAPTURE(path);
        const auto value = find_metric(empty, path);
        const bool histogram_of_generator =
            path.starts_with("generator.") && path.ends_with(".count");
        const bool counted = path.starts_with("calls.") || path.starts_with("iterations.") ||
                             path.starts_with("checks.") || histogram_of_generator ||
                             path == "generator.dropped_iterations" ||
                             path == "generator.packets_refused" ||
                             path == "generator.receive_drops" || path == "generator.max_rss_bytes";
        CHECK(value.has_value() == counted);
        if (value) CHECK(*value == 0);
    }
}

TEST_CASE("a path leads to its own figure") {
    const auto result = test::full_result();
    const auto value = [&](std::string_view path) {
        return find_metric(result, path).value_or(-1);
    };
    CHECK(value("calls.planned") == 20);
    CHECK(value("calls.started") == 19);
    CHECK(value("calls.established") == 18);
    CHECK(value("calls.completed") == 17);
    CHECK(value("calls.failed") == 2);
    CHECK(value("calls.interrupted") == 1);
    CHECK(value("iterations.planned") == 30);
    CHECK(value("iterations.started") == 29);
    CHECK(value("iterations.completed") == 28);
    CHECK(value("iterations.failed") == 3);
    CHECK(value("iterations.dropped") == 4);
    CHECK(value("iterations.interrupted") == 6);
    CHECK(value("checks.passed") == 41);
    CHECK(value("checks.failed") == 42);
    CHECK(value("checks.warned") == 43);
    CHECK(value("checks.skipped") == 44);
    CHECK(value("generator.dropped_iterations") == 5);
    CHECK(value("generator.max_rss_bytes") == 6'000'000);
    CHECK(value("generator.packets_refused") == 51);
    CHECK(value("generator.receive_drops") == 52);
    CHECK(value("generator.cpu_ms_per_call_s") == Approx(0.7));
    CHECK(value("leftovers.janus_sessions") == 8);
    CHECK(value("leftovers.janus_handles") == 9);
    CHECK(value("audio.to_far_end.sent") == 1000);
    CHECK(value("audio.from_far_end.received") == 1490);
    CHECK(value("audio.from_far_end.lost") == 510);
    CHECK(value("audio.to_far_end.duplicated") == 2);
    CHECK(value("audio.to_far_end.reordered") == 3);
    CHECK(value("audio.to_far_end.loss_ratio") == Approx(0.01));
    CHECK(value("audio.to_far_end.identity.proven") == 21);
    CHECK(value("audio.from_far_end.identity.noise") == 524);
}

TEST_CASE("statistics are in milliseconds, scores in their own unit") {
    const auto result = test::full_result();
    const auto value = [&](std::string_view path) {
        return find_metric(result, path).value_or(-1);
    };
    const auto close = [](double figure) { return Approx(figure).epsilon(0.002); };
    CHECK(value("call_setup.count") == 1000);
    CHECK(value("call_setup.min") == close(2));
    CHECK(value("call_setup.mean") == close(1001));
    CHECK(value("call_setup.p50") == close(1000));
    CHECK(value("call_setup.p90") == close(1800));
    CHECK(value("call_setup.p99") == close(1980));
    CHECK(value("call_setup.p99_9") == close(1998));
    CHECK(value("call_setup.max") == close(2000));
    CHECK(value("call_setup_raw.p50") == close(500));
    CHECK(value("audio.to_far_end.jitter.max") == close(1));
    CHECK(value("audio.to_far_end.delay.max") == close(2));
    CHECK(value("generator.send_lateness.max") == close(3));
    CHECK(value("generator.loop_lag.max") == close(4));
    CHECK(value("audio.to_far_end.mos.max") == close(5));
    CHECK(value("audio.to_far_end.mos.mean") == close(3));
}

TEST_CASE("the raw figure is the corrected one where they do not differ") {
    auto result = test::full_result();
    result.latency.at("call_setup").raw.reset();
    CHECK(find_metric(result, "call_setup_raw.p50") == find_metric(result, "call_setup.p50"));
}

TEST_CASE("both directions together are known when each is") {
    auto result = test::full_result();
    CHECK(find_metric(result, "audio.sent") == 2500);
    CHECK(find_metric(result, "audio.lost") == 520);
    CHECK(find_metric(result, "audio.loss_ratio") == Approx(520.0 / 2500));
    CHECK(find_metric(result, "audio.identity.proven") == 542);
    result.to_far_end.lost.reset();
    CHECK_FALSE(find_metric(result, "audio.lost").has_value());
    CHECK_FALSE(find_metric(result, "audio.loss_ratio").has_value());
    CHECK(find_metric(result, "audio.sent") == 2500);
    result.from_far_end.identity.reset();
    CHECK_FALSE(find_metric(result, "audio.identity.proven").has_value());
    result.to_far_end.lost = 0;
    result.to_far_end.sent = 0;
    result.from_far_end.sent = 0;
    CHECK_FALSE(find_metric(result, "audio.loss_ratio").has_value());
}

TEST_CASE("a reason that never came is none, and what is no metric has no value") {
    const auto result = test::full_result();
    CHECK(find_metric(result, "calls.failures.busy") == 2);
    CHECK(find_metric(result, "calls.failures.timeout") == 0);
    CHECK(find_metric(result, "iterations.failures.timeout") == 3);
    for (const char* path :
         {"", ".", "calls", "calls.", "calls.dropped", "call_setup", "call_setup.p95",
          "nothing.p99", "audio", "audio.", "audio.to_far_end", "audio.to_far_end.jitter",
          "audio.identity", "audio.identity.mine", "leftovers", "leftovers.clients", "generator.x",
          "_raw.p99", "checks.items"}) {
        CAPTURE(path);
        CHECK_FALSE(find_metric(result, path).has_value());
    }
}

TEST_CASE("failures of one check are counted; of a check that never came up nothing is known") {
    reports::RunResult result;
    reports::CheckItem item;
    item.id = "sdp.answer.mid_single";
    item.verdict = reports::CheckVerdict::passed;
    item.count = 5;
    result.checks.items.push_back(item);
    CHECK(find_metric(result, "checks.failures.sdp.answer.mid_single") == 0);
    item.verdict = reports::CheckVerdict::failed;
    item.count = 3;
    result.checks.items.push_back(item);
    CHECK(find_metric(result, "checks.failures.sdp.answer.mid_single") == 3);
    CHECK_FALSE(find_metric(result, "checks.failures.sdp.answer.mid_singel").has_value());
}

TEST_CASE("what needs a far end of ours") {
    for (const char* path :
         {"invite_at_far_end.p99", "first_audio_at_far_end_raw.p50", "call_setup.p99",
          "call_setup_raw.max", "audio.lost", "audio.loss_ratio", "audio.to_far_end.received",
          "audio.to_far_end.jitter.p99", "audio.from_far_end.sent", "audio.from_far_end.lost",
          "audio.from_far_end.delay.p50"}) {
        CAPTURE(path);
        CHECK(needs_own_far_end(path));
    }
    for (const char* path :
         {"call_accepted.p99", "first_audio_from_far_end.p50", "audio.to_far_end.sent",
          "audio.from_far_end.received", "audio.from_far_end.jitter.p99", "calls.failed",
          "checks.failed", "generator.send_lateness.p99", ""}) {
        CAPTURE(path);
        CHECK_FALSE(needs_own_far_end(path));
    }
}
