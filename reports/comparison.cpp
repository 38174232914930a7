#include <fmt/format.h>

#include <cmath>
#include <functional>

#include "reports/embedded.h"
#include "reports/html_page.h"
#include "reports/report_text.h"
#include "reports/writers.h"

namespace janus_harness::reports {
namespace {

using Results = std::vector<RunResult>;
using Figure = std::function<std::optional<double>(const RunResult&)>;
using Format = std::function<std::string(double)>;

HtmlTable comparison_table(std::string_view first, const Results& results) {
    std::vector<HtmlTable::Column> columns{{std::string(first), false}};
    for (std::size_t i = 0; i < results.size(); ++i) {
        columns.push_back({fmt::format("run {}", i + 1), true});
    }
    return HtmlTable(columns);
}

void text_row(HtmlTable& table, std::string_view title, const Results& results,
              const std::function<std::string(const RunResult&)>& cell_html) {
    std::vector<std::string> cells{xml_escape(title)};
    for (const RunResult& result : results) cells.push_back(cell_html(result));
    table.row(cells);
}

// How far `value` is from the first run's, where both are known and it is worth saying.
std::string change_html(std::optional<double> base, double value) {
    if (!base || *base == 0 || value == *base) return {};
    const double percent = 100 * (value - *base) / std::abs(*base);
    return fmt::format("<small class=\"change\">{:+.{}f} %</small>", percent,
                       std::abs(percent) < 10 ? 1 : 0);
}

void figure_row(HtmlTable& table, const std::string& title_html, const Results& results,
                const Figure& figure, const Format& format) {
    std::vector<std::string> cells{title_html};
    const auto base = figure(results.front());
    bool any = false;
    for (const RunResult& result : results) {
        const auto value = figure(result);
        any = any || value.has_value();
        cells.push_back(value ? xml_escape(format(*value)) +
                                    (&result == &results.front() ? "" : change_html(base, *value))
                              : unknown_html("–"));
    }
    if (any) table.row(cells);
}

std::string count_text(double value) {
    return with_thousands(static_cast<std::uint64_t>(std::llround(value)));
}

std::string overview(const Results& results) {
    HtmlTable table = comparison_table("", results);
    text_row(table, "verdict", results, [](const RunResult& result) {
        return fmt::format("<span class=\"badge {0}\">{0}</span>", name(result.verdict));
    });
    text_row(table, "scenario", results,
             [](const RunResult& result) { return known_html(result.run.scenario); });
    text_row(table, "run", results,
             [](const RunResult& result) { return known_html(result.run.id); });
    text_row(table, "started", results, [](const RunResult& result) {
        return xml_escape(iso8601_from_unix(result.run.started_at_us).substr(0, 19) + "Z");
    });
    text_row(table, "duration", results,
             [](const RunResult& result) { return duration_text(result.run.duration); });
    text_row(table, "Janus", results,
             [](const RunResult& result) { return known_html(result.run.janus.version_string); });
    text_row(table, "URL", results,
             [](const RunResult& result) { return known_html(result.run.janus.url); });
    return section("overview", "Overview", table.html());
}

Figure call_count(std::uint64_t CallTotals::*field) {
    return [field](const RunResult& result) {
        return std::optional(static_cast<double>(result.calls.*field));
    };
}

std::string calls(const Results& results) {
    HtmlTable table = comparison_table("calls", results);
    figure_row(table, "planned", results, call_count(&CallTotals::planned), count_text);
    figure_row(table, "started", results, call_count(&CallTotals::started), count_text);
    figure_row(table, "established", results, call_count(&CallTotals::established), count_text);
    figure_row(table, "completed", results, call_count(&CallTotals::completed), count_text);
    figure_row(table, "failed", results, call_count(&CallTotals::failed), count_text);
    std::map<std::string, bool> reasons;
    for (const RunResult& result : results) {
        for (const auto& [reason, count] : result.calls.failures) reasons[reason] = true;
    }
    for (const auto& [reason, present] : reasons) {
        const auto count = [&reason = reason](const RunResult& result) {
            const auto found = result.calls.failures.find(reason);
            const bool none = found == result.calls.failures.end();
            return std::optional(none ? 0.0 : static_cast<double>(found->second));
        };
        figure_row(table, "failed: " + element("code", reason), results, count, count_text);
    }
    return section("calls", "Calls", table.html());
}

Figure latency_figure(std::string metric, double quantile) {
    return [metric = std::move(metric), quantile](const RunResult& result) {
        const auto found = result.latency.find(metric);
        if (found == result.latency.end() || found->second.corrected.empty()) {
            return std::optional<double>{};
        }
        return std::optional(to_milliseconds(found->second.corrected.quantile(quantile)));
    };
}

std::string latency(const Results& results) {
    HtmlTable table = comparison_table("ms, from the planned start", results);
    for (const LatencyMetricInfo& metric : latency_metrics()) {
        for (const auto& [label, quantile] : {std::pair{"p50", 0.5}, {"p99", 0.99}}) {
            figure_row(table, fmt::format("<code>{}</code> {}", metric.name, label), results,
                       latency_figure(std::string(metric.name), quantile), milliseconds_text);
        }
    }
    return section("latency", "Latency", table.html());
}

using Direction = AudioDirection RunResult::*;

Figure packet_count(Direction direction, std::optional<std::uint64_t> AudioDirection::*field) {
    return [=](const RunResult& result) -> std::optional<double> {
        const auto& count = result.*direction.*field;
        return count ? std::optional(static_cast<double>(*count)) : std::nullopt;
    };
}

Figure audio_quantile(Direction direction, std::optional<metrics::Histogram> AudioDirection::*field,
                      double quantile) {
    return [=](const RunResult& result) -> std::optional<double> {
        const auto& histogram = result.*direction.*field;
        if (!histogram || histogram->empty()) return std::nullopt;
        return to_milliseconds(histogram->quantile(quantile));
    };
}

void audio_rows(HtmlTable& table, const std::string& title, const Results& results,
                Direction direction) {
    figure_row(table, title + ": sent", results, packet_count(direction, &AudioDirection::sent),
               count_text);
    figure_row(table, title + ": lost", results, packet_count(direction, &AudioDirection::lost),
               count_text);
    figure_row(table, title + ": delay p99, ms", results,
               audio_quantile(direction, &AudioDirection::delay, 0.99), milliseconds_text);
    figure_row(table, title + ": jitter p99, ms", results,
               audio_quantile(direction, &AudioDirection::jitter, 0.99), milliseconds_text);
    figure_row(table, title + ": MOS p50", results,
               audio_quantile(direction, &AudioDirection::mos, 0.5),
               [](double value) { return fmt::format("{:.2f}", value); });
}

std::string audio(const Results& results) {
    HtmlTable table = comparison_table("audio", results);
    audio_rows(table, "to the far end", results, &RunResult::to_far_end);
    audio_rows(table, "from the far end", results, &RunResult::from_far_end);
    return table.empty() ? std::string{} : section("audio", "Audio", table.html());
}

std::string generator(const Results& results) {
    HtmlTable table = comparison_table("generator", results);
    figure_row(
        table, "CPU, s", results,
        [](const RunResult& result) { return std::optional(result.generator.cpu_s); },
        [](double value) { return fmt::format("{:.2f}", value); });
    figure_row(
        table, "CPU per second of call, ms", results,
        [](const RunResult& result) { return result.generator.cpu_ms_per_call_s; },
        [](double value) { return fmt::format("{:.3f}", value); });
    figure_row(
        table, "send lateness p99, ms", results,
        [](const RunResult& result) {
            const auto& lateness = result.generator.send_lateness;
            return lateness.empty() ? std::optional<double>{}
                                    : std::optional(to_milliseconds(lateness.quantile(0.99)));
        },
        milliseconds_text);
    return section("generator", "The generator", table.html());
}

}  // namespace

std::string comparison_html(const std::vector<RunResult>& results) {
    std::string body = fmt::format(
        "<header class=\"verdict\"><h1>{} runs side by side</h1><p class=\"sentence\">The small "
        "figures are the distance from run 1.</p></header>\n",
        results.size());
    if (!results.empty()) {
        body += overview(results) + calls(results) + latency(results) + audio(results) +
                generator(results);
    }
    return fill_template(page_template(), {{"title", "Comparison of runs"},
                                           {"style", std::string(page_style())},
                                           {"body", body},
                                           {"scripts", ""}});
}

}  // namespace janus_harness::reports
