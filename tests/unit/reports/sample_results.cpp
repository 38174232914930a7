#include "sample_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/random.h"

namespace janus_harness::reports {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::int64_t started_at_us = 1'769'860'800'123'456;  // 2026-01-31T12:00:00.123456Z
constexpr double talk_s = 10;
constexpr double calls_per_s = 5;
constexpr std::uint64_t packets = 500;

Duration around(Random& random, double ms, double spread_ms) {
    // The sum of uniform values leans on its middle; the power gives latencies their long tail.
    const double bell = (random.unit() + random.unit() + random.unit()) / 3;
    const double tail = std::pow(random.unit(), 12) * 4;
    return from_seconds(std::max(0.01, ms + spread_ms * (bell - 0.3 + tail)) / 1000);
}

RunInfo sample_run(Duration duration) {
    RunInfo run;
    run.id = "20260131-120000-outgoing_call";
    run.scenario = "outgoing call";
    run.scenario_file = "scenarios/load/outgoing_call.json";
    run.started_at_us = started_at_us;
    run.duration = duration;
    run.seed = 20260131;
    run.command_line =
        "janus-harness run scenarios/load/outgoing_call.json --url http://192.0.2.1:8088/janus "
        "--set rate=5 --seed 20260131";
    run.janus = {1102, "1.1.2", "http://192.0.2.1:8088/janus", "http", "0.0.8"};
    run.environment = {2, "Intel Xeon Processor", "Linux 6.1.0-18-amd64", "0.1.0"};
    return run;
}

void fill_phases(CallRecord& call, Random& random, double load) {
    using enum LatencyMetric;
    Duration at = around(random, 0.9, 0.8);
    call[create] = at;
    call[attach] = at += around(random, 0.8, 0.7);
    call[registration_request_delay] = at + around(random, 105 + 60 * load, 90 * load + 5);
    call[message_ack] = at = around(random, 0.6, 0.6);
    call[invite_at_far_end] = at += around(random, 2.2, 4 + 6 * load);
    call[session_request_delay] = at += around(random, 101, 3);
    call[call_accepted] = at += around(random, 301, 6 + 20 * load);
    call[ice_connected] = at += around(random, 9, 18);
    call[dtls_connected] = at += around(random, 6, 12 + 10 * load);
    call[webrtcup] = at + around(random, 1.1, 2);
    call[first_audio_from_far_end] = at + around(random, 21, 12);
    call[first_audio_at_far_end] = at + around(random, 24, 14);
    call[call_setup] = std::max(*call[first_audio_from_far_end], *call[first_audio_at_far_end]);
    call[session_disconnect_delay] = around(random, 3.2, 5);
}

CallAudio sample_audio(Random& random, double load, bool lossy) {
    const std::uint64_t lost = lossy ? random.below(24) : 0;
    const std::uint64_t reordered = lossy ? random.below(4) : 0;
    return {.sent = packets,
            .received = packets - lost,
            .lost = lost,
            .duplicated = 0,
            .reordered = reordered,
            .jitter = around(random, 0.25 + load * 0.4, 0.6),
            .delay = around(random, 0.5 + load, 1.1),
            .mos = 4.41 - 0.03 * static_cast<double>(lost) - 0.04 * random.unit(),
            .identity = Identity::proven};
}

void fail_call(CallRecord& call, const std::string& reason, const std::string& text) {
    using enum LatencyMetric;
    call.outcome = "failed";
    call.failure_reason = reason;
    call.failure_text = text;
    for (const LatencyMetric metric :
         {ice_connected, dtls_connected, webrtcup, first_audio_from_far_end, first_audio_at_far_end,
          call_setup}) {
        call[metric].reset();
    }
    call.to_far_end = {};
    call.from_far_end = {};
}

CallRecord sample_call(std::size_t index, Random& random) {
    CallRecord call;
    const double offset = static_cast<double>(index) / calls_per_s;
    const double load = std::min(1.0, offset / 40);
    call.id = fmt::format("c{:05}", index + 1);
    call.client = fmt::format("web-{}", index % 60 + 1);
    call.iteration = index / 60;
    call.planned_offset = from_seconds(offset);
    call.planned_at_us = started_at_us + static_cast<std::int64_t>(offset * 1e6);
    call.started_at_us = call.planned_at_us + static_cast<std::int64_t>(random.below(400));
    call.outcome = "completed";
    call.sip_call_id = random.token(12);
    call.codec = "PCMU";
    call.duration = from_seconds(talk_s + random.unit() * 0.02);
    fill_phases(call, random, load);
    call.to_far_end = sample_audio(random, load, index % 9 == 4);
    call.from_far_end = sample_audio(random, load, index % 23 == 7);
    if (index % 41 == 17) fail_call(call, "sip_486", "hangup event: 486 Busy Here");
    if (index % 97 == 60) {
        fail_call(call, "expect_timeout",
                  "step 2 \"call\": accepted did not come within 10 s; mailbox: calling, ringing");
    }
    return call;
}

void count_call(RunResult& result, const CallRecord& call, metrics::TimeSeries& series) {
    const Duration setup = call[LatencyMetric::call_setup].value_or(Duration{});
    series.started(call.planned_offset);
    ++result.calls.started;
    if (call.failure_reason.empty()) {
        ++result.calls.established;
        ++result.calls.completed;
        series.established(call.planned_offset + setup);
        series.latency(call.planned_offset + setup, setup);
        series.completed(call.planned_offset + setup + *call.duration);
    } else {
        ++result.calls.failed;
        ++result.calls.failures[call.failure_reason];
        series.failed(call.planned_offset + milliseconds(400));
    }
    for (const LatencyMetricInfo& metric : latency_metrics()) {
        const auto& time = call[metric.metric];
        if (time) result.latency[std::string(metric.name)].corrected.record(*time);
    }
}

void count_audio(AudioDirection& direction, const CallAudio& audio) {
    if (!audio.sent) return;
    direction.sent = direction.sent.value_or(0) + *audio.sent;
    direction.received = direction.received.value_or(0) + *audio.received;
    direction.lost = direction.lost.value_or(0) + *audio.lost;
    direction.duplicated = direction.duplicated.value_or(0) + *audio.duplicated;
    direction.reordered = direction.reordered.value_or(0) + *audio.reordered;
    direction.loss_ratio =
        static_cast<double>(*direction.lost) / static_cast<double>(*direction.sent);
    if (!direction.jitter) {
        direction.jitter.emplace();
        direction.delay.emplace();
        direction.mos.emplace();
        direction.identity.emplace();
    }
    direction.jitter->record(*audio.jitter);
    direction.delay->record(*audio.delay);
    direction.mos->record_score(*audio.mos);
    direction.streams = direction.streams.value_or(0) + 1;
    ++(*direction.identity)[static_cast<std::size_t>(audio.identity)];
}

CheckTotals sample_checks(std::uint64_t calls) {
    CheckTotals checks;
    const auto add = [&](CheckItem item) {
        item.level = item.level.empty() ? "must" : item.level;
        switch (item.verdict) {
            case CheckVerdict::passed:
                checks.passed += item.count;
                break;
            case CheckVerdict::failed:
                checks.failed += item.count;
                break;
            case CheckVerdict::warned:
                checks.warned += item.count;
                break;
            case CheckVerdict::skipped:
                checks.skipped += item.count;
                break;
        }
        checks.items.push_back(std::move(item));
    };
    add({.id = "sdp/answer/setup",
         .verdict = CheckVerdict::passed,
         .requirement = "The answer's setup attribute is active or passive.",
         .ref = "RFC 5763 5",
         .level = "must",
         .expected = {},
         .actual = {},
         .count = calls,
         .example_call = {}});
    add({.id = "sdp/answer/fingerprint",
         .verdict = CheckVerdict::passed,
         .requirement = "The answer names the fingerprint of the certificate that DTLS shows.",
         .ref = "RFC 8122 5",
         .level = "must",
         .expected = {},
         .actual = {},
         .count = calls,
         .example_call = {}});
    add({.id = "sdp/answer/rtcp-mux",
         .verdict = CheckVerdict::warned,
         .requirement = "An answer to an offer with rtcp-mux repeats the attribute.",
         .ref = "RFC 5761 5.1.1",
         .level = "should",
         .expected = "a=rtcp-mux",
         .actual = "no such line",
         .count = 3,
         .example_call = "c00007"});
    add({.id = "janus/event/order",
         .verdict = CheckVerdict::skipped,
         .requirement = "progress comes before accepted.",
         .ref = "Janus SIP plugin",
         .level = "must",
         .expected = {},
         .actual = {},
         .count = calls,
         .example_call = {}});
    return checks;
}

void fill_generator(RunResult& result, Random& random) {
    GeneratorHealth& generator = result.generator;
    generator.cpu_s = 3.46;
    generator.cpu_ms_per_call_s = 0.214;
    generator.max_rss_bytes = 91'750'400;
    generator.workers = 2;
    for (std::uint32_t second = 0; second < 4; ++second) {
        metrics::GeneratorSecond row;
        row.second = second;
        row.loop_lag_max = milliseconds(1 + second);
        if (second > 0) row.send_lateness_max = milliseconds(2);
        row.run_delay = milliseconds(3);
        generator.seconds.push_back(row);
    }
    for (int i = 0; i < 4000; ++i) {
        generator.send_lateness.record(around(random, 0.08, 0.3));
        generator.loop_lag.record(around(random, 0.05, 0.2));
    }
}

void judge(RunResult& result) {
    const auto& setup = result.latency["call_setup"].corrected;
    const double p99 = to_milliseconds(setup.quantile(0.99));
    const double loss = 100 * result.to_far_end.loss_ratio.value_or(0);
    result.thresholds = {
        {"call_setup.p99 < 1000ms", p99, "ms", p99 < 1000, ""},
        {"audio.loss_ratio < 0.1%", loss, "%", loss < 0.1, ""},
        {"checks.failed == 0", 0, "", true, ""},
    };
    const bool ok = std::all_of(result.thresholds.begin(), result.thresholds.end(),
                                [](const ThresholdResult& threshold) { return threshold.ok; });
    result.verdict = ok ? Verdict::passed : Verdict::failed;
    result.exit_code = ok ? 0 : 1;
    result.reason =
        ok ? fmt::format("All thresholds held: {} of {} calls completed, nothing was lost.",
                         result.calls.completed, result.calls.planned)
           : fmt::format(
                 "A threshold was broken: audio.loss_ratio < 0.1% measured {:.3f} %; {} of {} "
                 "calls completed.",
                 loss, result.calls.completed, result.calls.planned);
}

void add_examples(RunResult& result) {
    for (const auto& [reason, count] : result.calls.failures) {
        const auto call =
            std::find_if(result.call_records.begin(), result.call_records.end(),
                         [&](const CallRecord& record) { return record.failure_reason == reason; });
        result.failure_examples.push_back({reason, call->failure_text, count, call->id});
    }
}

ProcessUsage sample_process() {
    ProcessUsage usage{.pid = 4711,
                       .name = "janus",
                       .cpu_s = 12.34,
                       .max_cores = 1.25,
                       .max_busiest_thread = 0.31,
                       .busiest_thread = "sip handler",
                       .max_machine_cores = 1.75,
                       .cores = 2,
                       .max_threads = 312,
                       .max_descriptors = 1024,
                       .max_rss_bytes = 123'456'789,
                       .descriptor_limit = 4096,
                       .thread_limit = std::nullopt,
                       .series = {}};
    usage.series.push_back({.second = 0,
                            .cores = 0.5,
                            .busiest_thread = std::nullopt,
                            .machine_cores = 0.75,
                            .threads = 24,
                            .descriptors = std::nullopt,
                            .rss_bytes = 45'678'912});
    usage.series.push_back({.second = 1,
                            .cores = 1.25,
                            .busiest_thread = 0.31,
                            .machine_cores = 1.75,
                            .threads = 312,
                            .descriptors = 1024,
                            .rss_bytes = 123'456'789});
    return usage;
}

}  // namespace

RunResult realistic_result(std::size_t calls, std::uint64_t seed) {
    Random random(seed);
    RunResult result;
    result.run = sample_run(from_seconds(static_cast<double>(calls) / calls_per_s + talk_s + 1));
    result.calls.planned = calls;
    metrics::TimeSeries series;
    for (std::size_t i = 0; i < calls; ++i) {
        CallRecord call = sample_call(i, random);
        count_call(result, call, series);
        count_audio(result.to_far_end, call.to_far_end);
        count_audio(result.from_far_end, call.from_far_end);
        result.call_records.push_back(std::move(call));
    }
    result.latency["call_setup"].raw = result.latency["call_setup"].corrected;
    result.iterations = {.planned = calls,
                         .started = calls,
                         .completed = result.calls.completed,
                         .failed = result.calls.failed,
                         .interrupted = 0,
                         .dropped = 0,
                         .failures = result.calls.failures};
    result.time_series = series.rows();
    result.checks = sample_checks(result.calls.established);
    result.impairments = {{"to_far_end", "udp dport 10000-40000 numgen inc mod 450 == 0 drop",
                           result.to_far_end.lost}};
    result.leftovers = {0, 0, {{"dtls_transport", 0}, {"srtp_session", 0}}};
    result.janus_process = sample_process();
    fill_generator(result, random);
    add_examples(result);
    judge(result);
    return result;
}

RunResult unreachable_result() {
    RunResult result;
    result.run = sample_run(milliseconds(1500));
    result.run.janus = {std::nullopt, "", "http://192.0.2.1:8088/janus", "http", ""};
    result.verdict = Verdict::error;
    result.exit_code = 3;
    result.reason = "Janus cannot be reached at http://192.0.2.1:8088/janus: connection refused.";
    result.calls.planned = 20;
    result.thresholds = {
        {"call_setup.p99 < 1000ms", std::nullopt, "ms", false, "no call was set up"}};
    return result;
}

RunResult died_result() {
    RunResult result = realistic_result(12, 5);
    result.verdict = Verdict::error;
    result.exit_code = 3;
    result.run.interrupted = true;
    result.reason = "Janus died 2.4 s into the run: signal 9; 12 of 60 calls had been started.";
    result.calls.planned = 60;
    result.calls.interrupted = 3;
    result.iterations.interrupted = 4;
    result.generator.packets_refused = 11;
    result.generator.receive_drops = 12;
    result.generator.seconds[1] = {.second = 1,
                                   .loop_lag_max = milliseconds(400),
                                   .send_lateness_max = std::nullopt,
                                   .run_delay = std::nullopt,
                                   .packets_refused = 11,
                                   .receive_drops = 12};
    result.latency.erase("invite_at_far_end");
    result.latency.erase("first_audio_at_far_end");
    result.latency["call_setup"].corrected = {};
    result.latency["call_setup"].raw.reset();
    result.to_far_end = {};
    result.to_far_end.sent = 5321;
    result.from_far_end.sent.reset();
    result.from_far_end.lost.reset();
    result.from_far_end.loss_ratio.reset();
    result.from_far_end.delay.reset();
    result.from_far_end.excluded = {{"the call was cut off when Janus died", 4, "c00009"}};
    result.leftovers.janus_sessions.reset();
    result.leftovers.janus_handles.reset();
    result.janus_process.reset();
    result.findings = {{"janus.registrations_queue",
                        "60 registrations begun within 12 ms were answered at 10.0/s"}};
    result.thresholds = {
        {"call_setup.p99 < 1000ms", std::nullopt, "ms", false, "nothing measured"}};
    return result;
}

RunResult hostile_result() {
    const std::string text =
        "<b a=\"1\" c='2'>&amp; </script><!-- ]]> \x01\x1b[31m\xff\xc0\xaf \xc3\xbc\xe2\x82\xac "
        "\xed\xa0\x80 \xef\xbf\xbf\x7f a,b;\r\n{{title}} end";
    RunResult result = realistic_result(2, 9);
    result.run.id = result.run.scenario = result.run.scenario_file = text;
    result.run.command_line = result.reason = text;
    result.run.janus.version_string = result.run.janus.url = result.run.janus.transport = text;
    result.verdict = Verdict::failed;
    result.exit_code = 1;
    result.generator.reasons = {text};
    result.calls.failures = {{text, 1}};
    result.failure_examples = {{text, text, 3, text, 2}};
    result.iterations.warm_up = 5;
    result.calls.warm_up = 4;
    result.call_records.back().warm_up = true;
    result.checks.items = {{text, CheckVerdict::failed, text, text, text, text, text, 1, text}};
    result.thresholds = {{text, std::nan(""), text, false, text}};
    result.impairments = {{text, text, 1}};
    result.to_far_end.excluded = {{text, 1, text}};
    result.leftovers.balance = {{text, 1}};
    result.findings = {{text, text}};
    result.janus_process->name = result.janus_process->busiest_thread = text;
    CallRecord& call = result.call_records[0];
    call.id = call.client = call.failure_reason = call.failure_text = call.sip_call_id = text;
    return result;
}

}  // namespace janus_harness::reports
