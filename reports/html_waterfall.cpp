#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/html_page.h"
#include "reports/html_sections.h"
#include "reports/report_text.h"

namespace janus_harness::reports {
namespace {

constexpr int axis_steps = 4;

struct Bar {
    const LatencyMetricInfo* metric;
    metrics::Summary summary;
};

// The end of an axis of four round steps that holds `largest`.
double axis_end(double largest) {
    if (largest <= 0) return 1;
    const double step = largest / axis_steps;
    const double power = std::pow(10.0, std::floor(std::log10(step)));
    for (const double round : {1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.5, 10.0}) {
        if (round * power >= step * (1 - 1e-9)) return round * power * axis_steps;
    }
    return largest;
}

std::string_view group_title(LatencyGroup group) {
    switch (group) {
        case LatencyGroup::registration:
            return "From the start of register";
        case LatencyGroup::call:
            return "From the start of the call";
        case LatencyGroup::hang_up:
            return "From the start of hangup";
    }
    return {};
}

std::string bar_html(const Bar& bar, double end) {
    return fmt::format(
        "<div class=\"bar\"><div class=\"bar-name\">{}<code>{}</code></div>"
        "<div class=\"bar-track\"><span class=\"p99\" style=\"width:{:.2f}%\"></span>"
        "<span class=\"p50\" style=\"width:{:.2f}%\"></span></div>"
        "<div class=\"bar-value\"><b>{}</b><span>{}</span></div></div>\n",
        xml_escape(bar.metric->label), bar.metric->name, 100 * bar.summary.p99 / end,
        100 * bar.summary.p50 / end, milliseconds_text(bar.summary.p50),
        milliseconds_text(bar.summary.p99));
}

std::string axis_html(double end) {
    std::string ticks;
    for (int i = 0; i <= axis_steps; ++i) {
        ticks += fmt::format("<span>{:g}</span>", end * i / axis_steps);
    }
    return fmt::format(
        "<div class=\"bar axis\"><div></div><div class=\"bar-ticks\">{}</div>"
        "<div>ms</div></div>\n",
        ticks);
}

std::string group_html(const RunResult& result, LatencyGroup group) {
    std::vector<Bar> bars;
    double largest = 0;
    for (const LatencyMetricInfo& metric : latency_metrics()) {
        const auto found = result.latency.find(std::string(metric.name));
        if (metric.group != group || found == result.latency.end()) continue;
        const auto summary = found->second.corrected.summary();
        if (!summary) continue;
        bars.push_back({&metric, *summary});
        largest = std::max(largest, summary->p99);
    }
    if (bars.empty()) return {};
    // As they happened in this run: ringing may come before or after the INVITE was seen.
    std::stable_sort(bars.begin(), bars.end(), [](const Bar& left, const Bar& right) {
        return left.summary.p50 < right.summary.p50;
    });
    const double end = axis_end(largest);
    std::string html = fmt::format("<h3>{}</h3>\n", group_title(group));
    for (const Bar& bar : bars) html += bar_html(bar, end);
    return html + axis_html(end);
}

}  // namespace

std::string waterfall_html(const RunResult& result) {
    std::string groups;
    for (const auto group :
         {LatencyGroup::registration, LatencyGroup::call, LatencyGroup::hang_up}) {
        groups += group_html(result, group);
    }
    if (groups.empty()) return {};
    return "<div class=\"card waterfall\">\n<p class=\"key\"><span class=\"swatch p50\"></span>p50 "
           "<span class=\"swatch p99\"></span>p99, each from the planned start of its step</p>\n" +
           groups + "</div>\n";
}

}  // namespace janus_harness::reports
