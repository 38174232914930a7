#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include "reports/calls_csv.h"
#include "reports/file_io.h"
#include "reports/json_node.h"
#include "reports/json_process.h"
#include "reports/json_report.h"
#include "reports/report_text.h"
#include "reports/writers.h"

namespace janus_harness::reports {
namespace {

std::map<std::string, std::uint64_t> read_counts(Node node) {
    std::map<std::string, std::uint64_t> counts;
    for (const auto& [name, value] : node.members()) counts[name] = value.count();
    return counts;
}

RunInfo read_run(Node node) {
    RunInfo run;
    run.id = node["id"].text();
    run.scenario = node["scenario"].text();
    run.scenario_file = node["scenario_file"].text();
    run.started_at_us = unix_from_iso8601(node["started_at"].text()).value_or(0);
    run.duration = node["duration_s"].known_duration(1e9).value_or(Duration{});
    run.seed = node["seed"].count();
    run.command_line = node["command_line"].text();
    run.interrupted = node["interrupted"].truth();
    const Node janus = node["janus"];
    if (const auto version = janus["version"].known_integer()) {
        run.janus.version = static_cast<int>(*version);
    }
    run.janus.version_string = janus["version_string"].text();
    run.janus.url = janus["url"].text();
    run.janus.transport = janus["transport"].text();
    run.janus.sip_plugin_version = janus["sip_plugin_version"].text();
    const Node environment = node["environment"];
    run.environment.cores = static_cast<unsigned>(environment["cores"].count());
    run.environment.cpu_model = environment["cpu_model"].text();
    run.environment.kernel = environment["kernel"].text();
    run.environment.harness_version = environment["harness_version"].text();
    return run;
}

// A histogram by its name in "histograms"; nullopt when it is not there or broken.
std::optional<metrics::Histogram> read_histogram(Node histograms, const std::string& name) {
    for (const auto& [candidate, value] : histograms.members()) {
        if (candidate != name) continue;
        auto histogram = metrics::Histogram::decode(value.text());
        if (histogram) return std::move(histogram).value();
    }
    return std::nullopt;
}

std::vector<metrics::GeneratorSecond> read_generator_seconds(Node node) {
    const auto seconds = node["second"].elements();
    const auto column = [&](const char* name) {
        auto cells = node[name].elements();
        cells.resize(seconds.size());
        return cells;
    };
    const auto lag = column("loop_lag_max_ms"), lateness = column("send_lateness_max_ms"),
               delay = column("run_delay_ms"), refused = column("packets_refused"),
               drops = column("receive_drops");
    std::vector<metrics::GeneratorSecond> rows;
    for (std::size_t i = 0; i < seconds.size(); ++i) {
        rows.push_back({.second = static_cast<std::uint32_t>(seconds[i].count()),
                        .loop_lag_max = lag[i].known_duration(1e6),
                        .send_lateness_max = lateness[i].known_duration(1e6),
                        .run_delay = delay[i].known_duration(1e6),
                        .packets_refused = refused[i].count(),
                        .receive_drops = drops[i].count()});
    }
    return rows;
}

GeneratorHealth read_generator(Node node, Node histograms) {
    GeneratorHealth generator;
    generator.valid = node["valid"].truth();
    for (const Node reason : node["reasons"].elements()) generator.reasons.push_back(reason.text());
    generator.cpu_s = node["cpu_s"].known_number().value_or(0);
    generator.cpu_ms_per_call_s = node["cpu_ms_per_call_s"].known_number();
    generator.max_rss_bytes = node["max_rss_bytes"].count();
    generator.dropped_iterations = node["dropped_iterations"].count();
    generator.packets_refused = node["packets_refused"].count();
    generator.receive_drops = node["receive_drops"].count();
    generator.workers = static_cast<unsigned>(node["workers"].known_count().value_or(1));
    generator.seconds = read_generator_seconds(node["seconds"]);
    generator.send_lateness =
        read_histogram(histograms, "generator.send_lateness_ms").value_or(metrics::Histogram{});
    generator.loop_lag =
        read_histogram(histograms, "generator.loop_lag_ms").value_or(metrics::Histogram{});
    return generator;
}

CallTotals read_calls(Node node) {
    return {.planned = node["planned"].count(),
            .started = node["started"].count(),
            .established = node["established"].count(),
            .completed = node["completed"].count(),
            .failed = node["failed"].count(),
            .interrupted = node["interrupted"].count(),
            .failures = read_counts(node["failures"]),
            .warm_up = node["warm_up"].count()};
}

IterationTotals read_iterations(Node node) {
    return {.planned = node["planned"].count(),
            .started = node["started"].count(),
            .completed = node["completed"].count(),
            .failed = node["failed"].count(),
            .interrupted = node["interrupted"].count(),
            .dropped = node["dropped"].count(),
            .failures = read_counts(node["failures"]),
            .warm_up = node["warm_up"].count()};
}

std::map<std::string, Latency> read_latency(Node histograms) {
    constexpr std::string_view prefix = "latency_ms.";
    constexpr std::string_view raw_suffix = "_raw";
    std::map<std::string, Latency> latency;
    for (const auto& [name, value] : histograms.members()) {
        if (!name.starts_with(prefix)) continue;
        auto histogram = metrics::Histogram::decode(value.text());
        if (!histogram) continue;
        const std::string metric = name.substr(prefix.size());
        if (metric.ends_with(raw_suffix)) {
            latency[metric.substr(0, metric.size() - raw_suffix.size())].raw = histogram.value();
        } else {
            latency[metric].corrected = histogram.value();
        }
    }
    return latency;
}

AudioDirection read_audio(Node node, Node histograms, const std::string& prefix) {
    AudioDirection audio;
    audio.sent = node["sent"].known_count();
    audio.received = node["received"].known_count();
    audio.lost = node["lost"].known_count();
    audio.duplicated = node["duplicated"].known_count();
    audio.reordered = node["reordered"].known_count();
    audio.loss_ratio = node["loss_ratio"].known_number();
    audio.jitter = read_histogram(histograms, prefix + ".jitter_ms");
    audio.delay = read_histogram(histograms, prefix + ".delay_ms");
    audio.mos = read_histogram(histograms, prefix + ".mos");
    audio.streams = node["streams"].known_count();
    if (node["identity"].is_object()) {
        audio.identity.emplace();
        for (const auto& [verdict, count] : node["identity"].members()) {
            const auto identity = parse_identity(verdict);
            if (identity) (*audio.identity)[static_cast<std::size_t>(*identity)] = count.count();
        }
    }
    for (const Node item : node["excluded"].elements()) {
        audio.excluded.push_back({.reason = item["reason"].text(),
                                  .count = item["count"].count(),
                                  .example_call = item["example_call"].text()});
    }
    return audio;
}

CheckTotals read_checks(Node node) {
    CheckTotals checks{.passed = node["passed"].count(),
                       .failed = node["failed"].count(),
                       .warned = node["warned"].count(),
                       .skipped = node["skipped"].count(),
                       .items = {}};
    for (const Node item : node["items"].elements()) {
        const auto verdict = parse_check_verdict(item["verdict"].text());
        checks.items.push_back({.id = item["id"].text(),
                                .verdict = verdict.value_or(CheckVerdict::skipped),
                                .requirement = item["requirement"].text(),
                                .ref = item["ref"].text(),
                                .level = item["level"].text(),
                                .expected = item["expected"].text(),
                                .actual = item["actual"].text(),
                                .count = item["count"].count(),
                                .example_call = item["example_call"].text()});
    }
    return checks;
}

std::vector<ThresholdResult> read_thresholds(Node node) {
    std::vector<ThresholdResult> thresholds;
    for (const Node item : node.elements()) {
        thresholds.push_back({.expression = item["expression"].text(),
                              .value = item["value"].known_number(),
                              .unit = item["unit"].text(),
                              .ok = item["ok"].truth(),
                              .note = item["note"].text(),
                              .measurable = item["ok"].is_truth()});
    }
    return thresholds;
}

Leftovers read_leftovers(Node node) {
    Leftovers leftovers;
    leftovers.janus_sessions = node["janus_sessions"].known_count();
    leftovers.janus_handles = node["janus_handles"].known_count();
    for (const auto& [kind, count] : node["balance"].members()) {
        leftovers.balance[kind] = count.known_integer().value_or(0);
    }
    return leftovers;
}

std::vector<metrics::SecondRow> read_time_series(Node node) {
    const auto seconds = node["second"].elements();
    const auto column = [&](const char* name) {
        auto cells = node[name].elements();
        cells.resize(seconds.size());
        return cells;
    };
    const auto started = column("started"), established = column("established"),
               completed = column("completed"), failed = column("failed"),
               interrupted = column("interrupted"), in_progress = column("in_progress"),
               p50 = column("latency_p50_ms"), p99 = column("latency_p99_ms");
    std::vector<metrics::SecondRow> rows;
    for (std::size_t i = 0; i < seconds.size(); ++i) {
        rows.push_back({.second = static_cast<std::uint32_t>(seconds[i].count()),
                        .started = started[i].count(),
                        .established = established[i].count(),
                        .completed = completed[i].count(),
                        .failed = failed[i].count(),
                        .interrupted = interrupted[i].count(),
                        .in_progress = in_progress[i].count(),
                        .latency_p50 = p50[i].known_duration(1e6),
                        .latency_p99 = p99[i].known_duration(1e6)});
    }
    return rows;
}

void read_lists(Node root, RunResult& result) {
    for (const Node item : root["failure_examples"].elements()) {
        result.failure_examples.push_back({.reason = item["reason"].text(),
                                           .text = item["text"].text(),
                                           .count = item["count"].count(),
                                           .call_id = item["call_id"].text(),
                                           .warm_up = item["warm_up"].count()});
    }
    for (const Node item : root["findings"].elements()) {
        result.findings.push_back({.id = item["id"].text(), .text = item["text"].text()});
    }
    for (const Node item : root["impairments"].elements()) {
        result.impairments.push_back({.direction = item["direction"].text(),
                                      .rule = item["rule"].text(),
                                      .dropped = item["dropped"].known_count()});
    }
}

RunResult read_document(Node root) {
    const Node histograms = root["histograms"];
    RunResult result;
    result.run = read_run(root["run"]);
    result.verdict = parse_verdict(root["verdict"].text()).value_or(Verdict::error);
    result.reason = root["reason"].text();
    result.exit_code = static_cast<int>(root["exit_code"].known_integer().value_or(5));
    result.generator = read_generator(root["generator"], histograms);
    result.calls = read_calls(root["calls"]);
    result.iterations = read_iterations(root["iterations"]);
    result.latency = read_latency(histograms);
    const Node audio = root["audio"];
    result.to_far_end = read_audio(audio["to_far_end"], histograms, "audio.to_far_end");
    result.from_far_end = read_audio(audio["from_far_end"], histograms, "audio.from_far_end");
    result.checks = read_checks(root["checks"]);
    result.thresholds = read_thresholds(root["thresholds"]);
    result.leftovers = read_leftovers(root["leftovers"]);
    result.time_series = read_time_series(root["time_series"]);
    result.janus_process = read_janus_process(root["janus_process"]);
    read_lists(root, result);
    return result;
}

}  // namespace

Result<RunResult> read_result(const std::string& directory) {
    const std::string path = directory + "/result.json";
    const auto text = read_file(path);
    if (!text) return text.error();
    rapidjson::Document document;
    constexpr unsigned flags = rapidjson::kParseFullPrecisionFlag | rapidjson::kParseIterativeFlag |
                               rapidjson::kParseValidateEncodingFlag;
    document.Parse<flags>(text->data(), text->size());
    if (document.HasParseError()) {
        return Error{"report_syntax",
                     fmt::format("{}: byte {}: {}", path, document.GetErrorOffset(),
                                 rapidjson::GetParseError_En(document.GetParseError()))};
    }
    const Node root{document};
    if (root["schema"].text() != result_schema) {
        return Error{"report_schema", fmt::format("{}: \"schema\" is not \"{}\": not a result of "
                                                  "janus-harness, or of another version",
                                                  path, result_schema)};
    }
    RunResult result = read_document(root);
    const auto calls = read_file(directory + "/calls.csv");
    if (calls) result.call_records = parse_calls_csv(calls.value());
    return result;
}

}  // namespace janus_harness::reports
