#include <algorithm>
#include <cmath>

#include "reports/html_sections.h"
#include "reports/json_writer.h"

namespace janus_harness::reports {
namespace {

constexpr std::size_t most_dots = 3000;
constexpr int mos_bins_per_unit = 10;

void write_point(CompactJsonWriter& json, double x, double y) {
    json.begin_array();
    json.value(x);
    json.value(y);
    json.end_array();
}

// Points of the percentile curve: x is 1/(1-q), which a logarithmic axis spreads evenly over p50,
// p90, p99 …; as far right as the number of values carries.
void write_percentiles(CompactJsonWriter& json, std::string_view name,
                       const metrics::Histogram& histogram) {
    json.begin_array(name);
    const auto end = std::min(static_cast<double>(histogram.count()), 1e5);
    for (double x = 1; x < end; x *= 1.15) {
        write_point(json, x, to_milliseconds(histogram.quantile(1 - 1 / x)));
    }
    if (!histogram.empty()) write_point(json, std::max(end, 1.0), to_milliseconds(histogram.max()));
    json.end_array();
}

void write_latency_curves(CompactJsonWriter& json, const RunResult& result) {
    json.begin_array("latency");
    for (const LatencyMetricInfo& metric : latency_metrics()) {
        const auto found = result.latency.find(std::string(metric.name));
        if (found == result.latency.end() || found->second.corrected.empty()) continue;
        json.begin_object();
        json.member("name", metric.name);
        write_percentiles(json, "points", found->second.corrected);
        json.end_object();
    }
    json.end_array();
}

void write_mos_bins(CompactJsonWriter& json, const metrics::Histogram& histogram) {
    std::map<int, std::uint64_t> bins;
    for (const auto& bucket : histogram.buckets()) {
        bins[static_cast<int>(std::floor(to_milliseconds(bucket.highest) * mos_bins_per_unit))] +=
            bucket.count;
    }
    json.begin_array("mos");
    for (const auto& [bin, count] : bins) {
        write_point(json, static_cast<double>(bin) / mos_bins_per_unit,
                    100 * static_cast<double>(count) / static_cast<double>(histogram.count()));
    }
    json.end_array();
}

void write_direction(CompactJsonWriter& json, std::string_view name, const AudioDirection& audio) {
    json.begin_object(name);
    if (audio.delay) write_percentiles(json, "delay", *audio.delay);
    if (audio.jitter) write_percentiles(json, "jitter", *audio.jitter);
    if (audio.mos) write_mos_bins(json, *audio.mos);
    json.end_object();
}

std::optional<double> loss_percent(const CallAudio& audio) {
    if (!audio.lost || !audio.sent || *audio.sent == 0) return std::nullopt;
    return 100 * static_cast<double>(*audio.lost) / static_cast<double>(*audio.sent);
}

// A page cannot draw every call of a long run: every nth, every failed one and the slowest ones.
std::vector<const CallRecord*> calls_to_draw(const RunResult& result) {
    const std::size_t stride = result.call_records.size() / most_dots + 1;
    const auto setup = result.latency.find("call_setup");
    const Duration slow =
        setup == result.latency.end() ? Duration::max() : setup->second.corrected.quantile(0.999);
    std::vector<const CallRecord*> drawn;
    for (std::size_t i = 0; i < result.call_records.size(); ++i) {
        const CallRecord& call = result.call_records[i];
        const auto& latency = call[LatencyMetric::call_setup];
        const bool notable = !call.failure_reason.empty() || (latency && *latency >= slow);
        if (i % stride == 0 || (notable && drawn.size() < 3 * most_dots)) drawn.push_back(&call);
    }
    return drawn;
}

void write_calls(CompactJsonWriter& json, const RunResult& result) {
    json.begin_array("calls");
    for (const CallRecord* call : calls_to_draw(result)) {
        const auto& setup = (*call)[LatencyMetric::call_setup];
        json.begin_object();
        json.member("id", call->id);
        json.member("at", to_seconds(call->planned_offset));
        json.member("setup", setup ? std::optional(to_milliseconds(*setup)) : std::nullopt);
        if (!call->failure_reason.empty()) json.member("reason", call->failure_reason);
        json.member("lost_to", loss_percent(call->to_far_end));
        json.member("lost_from", loss_percent(call->from_far_end));
        json.end_object();
    }
    json.end_array();
}

template <typename Field>
void write_column(CompactJsonWriter& json, std::string_view name, const RunResult& result,
                  Field field) {
    json.begin_array(name);
    for (const metrics::SecondRow& row : result.time_series) json.value(field(row));
    json.end_array();
}

void write_series(CompactJsonWriter& json, const RunResult& result) {
    using metrics::SecondRow;
    json.begin_object("series");
    write_column(json, "second", result, [](const SecondRow& row) { return row.second; });
    write_column(json, "started", result, [](const SecondRow& row) { return row.started; });
    write_column(json, "completed", result, [](const SecondRow& row) { return row.completed; });
    write_column(json, "failed", result, [](const SecondRow& row) { return row.failed; });
    write_column(json, "in_progress", result, [](const SecondRow& row) { return row.in_progress; });
    json.end_object();
}

}  // namespace

std::string chart_data_json(const RunResult& result) {
    CompactJsonWriter json;
    json.writer().SetMaxDecimalPlaces(4);
    json.begin_object();
    write_latency_curves(json, result);
    write_calls(json, result);
    write_series(json, result);
    json.begin_object("audio");
    write_direction(json, "to_far_end", result.to_far_end);
    write_direction(json, "from_far_end", result.from_far_end);
    json.end_object();
    json.end_object();
    return json.text();
}

}  // namespace janus_harness::reports
