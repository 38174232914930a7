#include <fmt/format.h>

#include <algorithm>

#include "reports/html_page.h"
#include "reports/html_sections.h"
#include "reports/report_text.h"

namespace janus_harness::reports {
namespace {

constexpr std::size_t slowest_shown = 10;

void add_row(HtmlTable& table, std::string_view name, std::string_view meaning,
             const metrics::Histogram& histogram, std::string_view css_class = {}) {
    std::vector<std::string> cells{
        fmt::format("<code>{}</code><small>{}</small>", xml_escape(name), xml_escape(meaning))};
    const auto figures = summary_cells(&histogram, FigureKind::duration);
    cells.insert(cells.end(), figures.begin(), figures.end());
    table.row(cells, css_class);
}

void add_metric(HtmlTable& table, const std::string& name, std::string_view meaning,
                const Latency& latency) {
    add_row(table, name, meaning, latency.corrected);
    if (latency.raw) {
        add_row(table, name + "_raw", "The same from the actual start.", *latency.raw, "raw");
    }
}

std::string metrics_table(const RunResult& result) {
    HtmlTable table(summary_columns("ms"));
    for (const LatencyMetricInfo& metric : latency_metrics()) {
        const auto found = result.latency.find(std::string(metric.name));
        if (found != result.latency.end()) {
            add_metric(table, found->first, metric.meaning, found->second);
        }
    }
    for (const auto& [name, latency] : result.latency) {
        if (find_latency_metric(name) == nullptr) add_metric(table, name, "", latency);
    }
    return table.html();
}

std::string not_measured(const RunResult& result) {
    std::string names;
    for (const LatencyMetricInfo& metric : latency_metrics()) {
        if (result.latency.contains(std::string(metric.name))) continue;
        names += (names.empty() ? "" : ", ") + element("code", metric.name);
    }
    if (names.empty()) return {};
    return "<p class=\"muted\">Not measured in this run: " + names + ".</p>\n";
}

std::string phase(const CallRecord& call, LatencyMetric metric) {
    const auto& time = call[metric];
    return time ? milliseconds_text(to_milliseconds(*time)) : unknown_html("–");
}

std::vector<const CallRecord*> slowest_calls(const RunResult& result) {
    std::vector<const CallRecord*> calls;
    for (const CallRecord& call : result.call_records) {
        if (call[LatencyMetric::call_setup] && !call.warm_up) calls.push_back(&call);
    }
    const auto slower = [](const CallRecord* left, const CallRecord* right) {
        return *(*left)[LatencyMetric::call_setup] > *(*right)[LatencyMetric::call_setup];
    };
    std::stable_sort(calls.begin(), calls.end(), slower);
    calls.resize(std::min(calls.size(), slowest_shown));
    return calls;
}

std::string slowest_table(const RunResult& result) {
    HtmlTable table({{"call", false},
                     {"planned at, s", true},
                     {"ringing", true},
                     {"accepted", true},
                     {"ICE", true},
                     {"DTLS", true},
                     {"audio both ways, ms", true},
                     {"SIP Call-ID", false}});
    for (const CallRecord* call : slowest_calls(result)) {
        table.row(
            {element("code", call->id), fmt::format("{:.1f}", to_seconds(call->planned_offset)),
             phase(*call, LatencyMetric::session_request_delay),
             phase(*call, LatencyMetric::call_accepted), phase(*call, LatencyMetric::ice_connected),
             phase(*call, LatencyMetric::dtls_connected), phase(*call, LatencyMetric::call_setup),
             known_html(call->sip_call_id)});
    }
    if (table.empty()) return {};
    return "<h3>The slowest calls</h3>\n" + table.html();
}

}  // namespace

std::string latency_html(const RunResult& result) {
    const bool measured = std::any_of(result.latency.begin(), result.latency.end(),
                                      [](auto& entry) { return !entry.second.corrected.empty(); });
    if (!measured) {
        return section("latency", "Latency", "<p class=\"muted\">No latency was measured.</p>\n");
    }
    std::string html = waterfall_html(result);
    html += "<div class=\"charts\">\n";
    html +=
        chart_html("chart-percentiles", "Percentile curves", "how long the slowest share took, ms");
    html += chart_html("chart-setup", "Call set-up over the run",
                       "a dot a call at its planned start, ms; crosses are failed calls");
    html += "</div>\n" + metrics_table(result) + not_measured(result) + slowest_table(result);
    return section("latency", "Latency", html);
}

}  // namespace janus_harness::reports
