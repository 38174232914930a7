#include "tests/unit/controller/full_result.h"

namespace janus_harness::controller::test {
namespace {

using namespace std::chrono_literals;

// 1 to 1000 times `unit`.
metrics::Histogram ramp(Duration unit) {
    metrics::Histogram histogram;
    for (int i = 1; i <= 1000; ++i) histogram.record(unit * i);
    return histogram;
}

reports::AudioDirection direction(std::uint64_t base) {
    reports::AudioDirection result;
    result.sent = base + 1000;
    result.received = base + 990;
    result.lost = base + 10;
    result.duplicated = base + 2;
    result.reordered = base + 3;
    result.loss_ratio = static_cast<double>(base + 10) / static_cast<double>(base + 1000);
    result.jitter = ramp(1us);
    result.delay = ramp(2us);
    result.mos.emplace();
    for (int i = 1; i <= 5; ++i) result.mos->record_score(i);
    result.identity.emplace();
    for (std::size_t i = 0; i < reports::identity_count; ++i) (*result.identity)[i] = base + 20 + i;
    result.streams = 10;
    return result;
}

}  // namespace

reports::RunResult full_result() {
    reports::RunResult result;
    for (const auto& metric : reports::latency_metrics()) {
        result.latency.emplace(std::string(metric.name), reports::Latency{ramp(2ms), ramp(1ms)});
    }
    for (const char* name : {"probe_idle", "probe_setup", "probe_load"}) {
        result.latency.emplace(name, reports::Latency{ramp(2ms), std::nullopt});
    }
    result.to_far_end = direction(0);
    result.from_far_end = direction(500);
    result.calls = {20, 19, 18, 17, 2, 1, {{"busy", 2}}};
    result.iterations = {30, 29, 28, 3, 6, 4, {{"timeout", 3}}};
    result.checks.passed = 41;
    result.checks.failed = 42;
    result.checks.warned = 43;
    result.checks.skipped = 44;
    result.generator.send_lateness = ramp(3us);
    result.generator.loop_lag = ramp(4us);
    result.generator.dropped_iterations = 5;
    result.generator.packets_refused = 51;
    result.generator.receive_drops = 52;
    result.generator.max_rss_bytes = 6'000'000;
    result.generator.cpu_ms_per_call_s = 0.7;
    result.leftovers.janus_sessions = 8;
    result.leftovers.janus_handles = 9;
    return result;
}

}  // namespace janus_harness::controller::test
