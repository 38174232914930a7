#include "reports/json_report.h"

#include "reports/json_process.h"
#include "reports/json_writer.h"
#include "reports/writers.h"

namespace janus_harness::reports {
namespace {

void write_counts(JsonWriter& json, std::string_view name,
                  const std::map<std::string, std::uint64_t>& counts) {
    json.begin_object(name);
    for (const auto& [reason, count] : counts) json.member(reason, count);
    json.end_object();
}

void write_summary(JsonWriter& json, std::string_view name, const metrics::Histogram& histogram) {
    const auto summary = histogram.summary();
    const auto figure = [&](double metrics::Summary::*field) {
        return summary ? std::optional<double>((*summary).*field) : std::nullopt;
    };
    json.begin_object(name);
    json.member("count", histogram.count());
    json.member("min", figure(&metrics::Summary::min));
    json.member("mean", figure(&metrics::Summary::mean));
    json.member("p50", figure(&metrics::Summary::p50));
    json.member("p90", figure(&metrics::Summary::p90));
    json.member("p99", figure(&metrics::Summary::p99));
    json.member("p99_9", figure(&metrics::Summary::p99_9));
    json.member("max", figure(&metrics::Summary::max));
    json.end_object();
}

void write_summary(JsonWriter& json, std::string_view name,
                   const std::optional<metrics::Histogram>& histogram) {
    if (histogram) {
        write_summary(json, name, *histogram);
    } else {
        json.member(name, nullptr);
    }
}

void write_janus(JsonWriter& json, const JanusInfo& janus) {
    json.begin_object("janus");
    json.member("version", janus.version);
    json.known_text("version_string", janus.version_string);
    json.known_text("url", janus.url);
    json.known_text("transport", janus.transport);
    json.known_text("sip_plugin_version", janus.sip_plugin_version);
    json.end_object();
}

void write_environment(JsonWriter& json, const Environment& environment) {
    json.begin_object("environment");
    json.member("cores", environment.cores == 0 ? std::nullopt : std::optional(environment.cores));
    json.known_text("cpu_model", environment.cpu_model);
    json.known_text("kernel", environment.kernel);
    json.known_text("harness_version", environment.harness_version);
    json.end_object();
}

void write_run(JsonWriter& json, const RunInfo& run) {
    json.begin_object("run");
    json.member("id", run.id);
    json.member("scenario", run.scenario);
    json.known_text("scenario_file", run.scenario_file);
    json.member("started_at", iso8601_from_unix(run.started_at_us));
    json.member("duration_s", to_seconds(run.duration));
    json.member("seed", run.seed);
    json.known_text("command_line", run.command_line);
    json.member("interrupted", run.interrupted);
    write_janus(json, run.janus);
    write_environment(json, run.environment);
    json.end_object();
}

template <typename Row, typename Field>
void write_column(JsonWriter& json, std::string_view name, const std::vector<Row>& rows,
                  Field field) {
    json.begin_array(name);
    for (const Row& row : rows) json.value(field(row));
    json.end_array();
}

std::optional<double> in_milliseconds(const std::optional<Duration>& duration) {
    if (!duration) return std::nullopt;
    return to_milliseconds(*duration);
}

void write_generator_seconds(JsonWriter& json, const std::vector<metrics::GeneratorSecond>& rows) {
    using metrics::GeneratorSecond;
    json.begin_object("seconds");
    write_column(json, "second", rows, [](const GeneratorSecond& row) { return row.second; });
    write_column(json, "loop_lag_max_ms", rows,
                 [](const GeneratorSecond& row) { return in_milliseconds(row.loop_lag_max); });
    write_column(json, "send_lateness_max_ms", rows,
                 [](const GeneratorSecond& row) { return in_milliseconds(row.send_lateness_max); });
    write_column(json, "run_delay_ms", rows,
                 [](const GeneratorSecond& row) { return in_milliseconds(row.run_delay); });
    write_column(json, "packets_refused", rows,
                 [](const GeneratorSecond& row) { return row.packets_refused; });
    write_column(json, "receive_drops", rows,
                 [](const GeneratorSecond& row) { return row.receive_drops; });
    json.end_object();
}

void write_generator(JsonWriter& json, const GeneratorHealth& generator) {
    json.begin_object("generator");
    json.member("valid", generator.valid);
    json.begin_array("reasons");
    for (const std::string& reason : generator.reasons) json.value(reason);
    json.end_array();
    json.member("cpu_s", generator.cpu_s);
    json.member("cpu_ms_per_call_s", generator.cpu_ms_per_call_s);
    json.member("max_rss_bytes", generator.max_rss_bytes);
    write_summary(json, "send_lateness_ms", generator.send_lateness);
    write_summary(json, "loop_lag_ms", generator.loop_lag);
    json.member("dropped_iterations", generator.dropped_iterations);
    json.member("packets_refused", generator.packets_refused);
    json.member("receive_drops", generator.receive_drops);
    json.member("workers", generator.workers);
    write_generator_seconds(json, generator.seconds);
    json.end_object();
}

void write_calls(JsonWriter& json, const CallTotals& calls) {
    json.begin_object("calls");
    json.member("planned", calls.planned);
    json.member("started", calls.started);
    json.member("established", calls.established);
    json.member("completed", calls.completed);
    json.member("failed", calls.failed);
    json.member("interrupted", calls.interrupted);
    write_counts(json, "failures", calls.failures);
    json.member("warm_up", calls.warm_up);
    json.end_object();
}

void write_iterations(JsonWriter& json, const IterationTotals& iterations) {
    json.begin_object("iterations");
    json.member("planned", iterations.planned);
    json.member("started", iterations.started);
    json.member("completed", iterations.completed);
    json.member("failed", iterations.failed);
    json.member("interrupted", iterations.interrupted);
    json.member("dropped", iterations.dropped);
    write_counts(json, "failures", iterations.failures);
    json.member("warm_up", iterations.warm_up);
    json.end_object();
}

void write_failure_examples(JsonWriter& json, const std::vector<FailureExample>& examples) {
    json.begin_array("failure_examples");
    for (const FailureExample& example : examples) {
        json.begin_object();
        json.member("reason", example.reason);
        json.member("text", example.text);
        json.member("count", example.count);
        json.member("warm_up", example.warm_up);
        json.known_text("call_id", example.call_id);
        json.end_object();
    }
    json.end_array();
}

void write_metric(JsonWriter& json, const std::string& name, const Latency& latency) {
    write_summary(json, name, latency.corrected);
    if (latency.raw) write_summary(json, name + "_raw", *latency.raw);
}

// Every metric of the contract is there: null where the run could not measure it at all.
void write_latency(JsonWriter& json, const std::map<std::string, Latency>& latency) {
    json.begin_object("latency_ms");
    for (const LatencyMetricInfo& metric : latency_metrics()) {
        const auto found = latency.find(std::string(metric.name));
        if (found == latency.end()) {
            json.member(metric.name, nullptr);
        } else {
            write_metric(json, found->first, found->second);
        }
    }
    for (const auto& [name, entry] : latency) {
        if (find_latency_metric(name) == nullptr) write_metric(json, name, entry);
    }
    json.end_object();
}

void write_identity(JsonWriter& json, const AudioDirection& audio) {
    if (!audio.identity) return json.member("identity", nullptr);
    json.begin_object("identity");
    for (std::size_t i = 0; i < identity_count; ++i) {
        json.member(name(static_cast<Identity>(i)), (*audio.identity)[i]);
    }
    json.end_object();
}

void write_excluded(JsonWriter& json, const std::vector<ExcludedStreams>& excluded) {
    json.begin_array("excluded");
    for (const ExcludedStreams& streams : excluded) {
        json.begin_object();
        json.member("reason", streams.reason);
        json.member("count", streams.count);
        json.known_text("example_call", streams.example_call);
        json.end_object();
    }
    json.end_array();
}

void write_audio_direction(JsonWriter& json, std::string_view name, const AudioDirection& audio) {
    json.begin_object(name);
    json.member("sent", audio.sent);
    json.member("received", audio.received);
    json.member("lost", audio.lost);
    json.member("duplicated", audio.duplicated);
    json.member("reordered", audio.reordered);
    json.member("loss_ratio", audio.loss_ratio);
    write_summary(json, "jitter_ms", audio.jitter);
    write_summary(json, "delay_ms", audio.delay);
    write_summary(json, "mos", audio.mos);
    json.member("streams", audio.streams);
    write_identity(json, audio);
    write_excluded(json, audio.excluded);
    json.end_object();
}

void write_check(JsonWriter& json, const CheckItem& item) {
    json.begin_object();
    json.member("id", item.id);
    json.member("verdict", name(item.verdict));
    json.known_text("requirement", item.requirement);
    json.known_text("ref", item.ref);
    json.known_text("level", item.level);
    json.known_text("expected", item.expected);
    json.known_text("actual", item.actual);
    json.member("count", item.count);
    json.known_text("example_call", item.example_call);
    json.end_object();
}

void write_checks(JsonWriter& json, const CheckTotals& checks) {
    json.begin_object("checks");
    json.member("passed", checks.passed);
    json.member("failed", checks.failed);
    json.member("warned", checks.warned);
    json.member("skipped", checks.skipped);
    json.begin_array("items");
    for (const CheckItem& item : checks.items) write_check(json, item);
    json.end_array();
    json.end_object();
}

void write_thresholds(JsonWriter& json, const std::vector<ThresholdResult>& thresholds) {
    json.begin_array("thresholds");
    for (const ThresholdResult& threshold : thresholds) {
        json.begin_object();
        json.member("expression", threshold.expression);
        json.member("value", threshold.value);
        json.known_text("unit", threshold.unit);
        json.member("ok", threshold.measurable ? std::optional(threshold.ok) : std::nullopt);
        json.known_text("note", threshold.note);
        json.end_object();
    }
    json.end_array();
}

void write_impairments(JsonWriter& json, const std::vector<Impairment>& impairments) {
    json.begin_array("impairments");
    for (const Impairment& impairment : impairments) {
        json.begin_object();
        json.member("direction", impairment.direction);
        json.member("rule", impairment.rule);
        json.member("dropped", impairment.dropped);
        json.end_object();
    }
    json.end_array();
}

void write_leftovers(JsonWriter& json, const Leftovers& leftovers) {
    json.begin_object("leftovers");
    json.member("janus_sessions", leftovers.janus_sessions);
    json.member("janus_handles", leftovers.janus_handles);
    json.begin_object("balance");
    for (const auto& [kind, count] : leftovers.balance) json.member(kind, count);
    json.end_object();
    json.end_object();
}

void write_time_series(JsonWriter& json, const std::vector<metrics::SecondRow>& rows) {
    using metrics::SecondRow;
    json.begin_object("time_series");
    write_column(json, "second", rows, [](const SecondRow& row) { return row.second; });
    write_column(json, "started", rows, [](const SecondRow& row) { return row.started; });
    write_column(json, "established", rows, [](const SecondRow& row) { return row.established; });
    write_column(json, "completed", rows, [](const SecondRow& row) { return row.completed; });
    write_column(json, "failed", rows, [](const SecondRow& row) { return row.failed; });
    write_column(json, "interrupted", rows, [](const SecondRow& row) { return row.interrupted; });
    write_column(json, "in_progress", rows, [](const SecondRow& row) { return row.in_progress; });
    write_column(json, "latency_p50_ms", rows,
                 [](const SecondRow& row) { return in_milliseconds(row.latency_p50); });
    write_column(json, "latency_p99_ms", rows,
                 [](const SecondRow& row) { return in_milliseconds(row.latency_p99); });
    json.end_object();
}

void write_histograms(JsonWriter& json, const RunResult& result) {
    json.begin_object("histograms");
    for_each_histogram(result, [&](const std::string& name, const metrics::Histogram& histogram) {
        json.member(name, histogram.encode());
    });
    json.end_object();
}

}  // namespace

std::string result_json(const RunResult& result) {
    JsonWriter json;
    json.writer().SetIndent(' ', 2);
    json.writer().SetFormatOptions(rapidjson::kFormatSingleLineArray);
    json.begin_object();
    json.member("schema", result_schema);
    write_run(json, result.run);
    json.member("verdict", name(result.verdict));
    json.member("reason", result.reason);
    json.member("exit_code", result.exit_code);
    write_generator(json, result.generator);
    write_calls(json, result.calls);
    write_iterations(json, result.iterations);
    write_failure_examples(json, result.failure_examples);
    write_latency(json, result.latency);
    json.begin_object("audio");
    write_audio_direction(json, "to_far_end", result.to_far_end);
    write_audio_direction(json, "from_far_end", result.from_far_end);
    json.end_object();
    write_checks(json, result.checks);
    write_thresholds(json, result.thresholds);
    write_impairments(json, result.impairments);
    write_leftovers(json, result.leftovers);
    write_janus_process(json, result.janus_process);
    write_findings(json, result.findings);
    write_time_series(json, result.time_series);
    write_histograms(json, result);
    json.end_object();
    return json.text() + "\n";
}

}  // namespace janus_harness::reports
