#include <fmt/format.h>

#include "reports/html_page.h"
#include "reports/html_sections.h"
#include "reports/report_text.h"

namespace janus_harness::reports {
namespace {

// One key number: what it is, the figure and a line of explanation below.
std::string tile(std::string_view label, std::string_view figure_html, std::string_view note,
                 std::string_view css_class = {}) {
    return fmt::format(
        "<div class=\"tile {}\"><span class=\"label\">{}</span><span class=\"value\">{}</span>"
        "<span class=\"note\">{}</span></div>\n",
        css_class, xml_escape(label), figure_html, xml_escape(note));
}

std::string calls_tile(const CallTotals& calls) {
    const std::string figure = fmt::format(
        "{}<small> / {}</small>", with_thousands(calls.completed), with_thousands(calls.planned));
    const std::string note = calls.failed == 0
                                 ? fmt::format("{} established", with_thousands(calls.established))
                                 : fmt::format("{} failed", with_thousands(calls.failed));
    return tile("calls completed", figure, note, calls.failed == 0 ? "" : "bad");
}

std::string setup_tile(const RunResult& result) {
    const auto found = result.latency.find("call_setup");
    const auto summary =
        found == result.latency.end() ? std::nullopt : found->second.corrected.summary();
    if (!summary) return tile("call set-up, p99", unknown_html("not measured"), "audio both ways");
    return tile("call set-up, p99",
                fmt::format("{}<small> ms</small>", milliseconds_text(summary->p99)),
                fmt::format("p50 {} ms, max {} ms", milliseconds_text(summary->p50),
                            milliseconds_text(summary->max)));
}

std::string loss_tile(std::string_view label, const AudioDirection& audio) {
    if (!audio.lost) {
        return tile(label, unknown_html(audio.received ? "unknown" : "not measured"),
                    audio.received ? with_thousands(*audio.received) + " packets received" : "");
    }
    const std::string figure =
        audio.loss_ratio ? percent_text(*audio.loss_ratio) : with_thousands(*audio.lost);
    return tile(label, figure,
                fmt::format("{} of {} packets", with_thousands(*audio.lost),
                            audio.sent ? with_thousands(*audio.sent) : "unknown"),
                *audio.lost == 0 ? "" : "warn");
}

// The worse direction's median.
std::string mos_tile(const RunResult& result) {
    std::optional<double> worst;
    for (const AudioDirection* audio : {&result.to_far_end, &result.from_far_end}) {
        const auto summary = audio->mos ? audio->mos->summary() : std::nullopt;
        if (summary && (!worst || summary->p50 < *worst)) worst = summary->p50;
    }
    if (!worst) return tile("MOS, median", unknown_html("not measured"), "");
    return tile("MOS, median", fmt::format("{:.2f}", *worst), "the worse direction");
}

std::string tiles(const RunResult& result) {
    std::string html = "<div class=\"tiles\">\n" + calls_tile(result.calls) + setup_tile(result);
    html += loss_tile("lost to the far end", result.to_far_end);
    html += loss_tile("lost from the far end", result.from_far_end);
    html += mos_tile(result);
    const CheckTotals& checks = result.checks;
    html += tile("checks passed", with_thousands(checks.passed),
                 fmt::format("{} failed, {} warned, {} skipped", with_thousands(checks.failed),
                             with_thousands(checks.warned), with_thousands(checks.skipped)),
                 checks.failed == 0 ? "" : "bad");
    return html + "</div>\n";
}

std::string threshold_value(const ThresholdResult& threshold) {
    if (!finite(threshold.value)) return unknown_html("not measured");
    return xml_escape(fmt::format("{:.6g} {}", *threshold.value, threshold.unit));
}

std::string threshold_badge(const ThresholdResult& threshold) {
    if (!threshold.measurable) return "<span class=\"badge warned\">unknown</span>";
    return fmt::format("<span class=\"badge {}\">{}</span>", threshold.ok ? "passed" : "failed",
                       threshold.ok ? "holds" : "broken");
}

std::string thresholds(const RunResult& result) {
    if (result.thresholds.empty()) return "<p class=\"muted\">This run had no thresholds.</p>\n";
    HtmlTable table({{"threshold", false}, {"measured", true}, {"", false}});
    for (const ThresholdResult& threshold : result.thresholds) {
        std::string verdict = threshold_badge(threshold);
        if (!threshold.note.empty()) verdict += " " + element("small", threshold.note);
        table.row({element("code", threshold.expression), threshold_value(threshold), verdict});
    }
    return table.html();
}

std::string subtitle(const RunInfo& run) {
    std::string text = fmt::format(
        "{} · {} · Janus {} over {}", iso8601_from_unix(run.started_at_us).substr(0, 19) + " UTC",
        duration_text(run.duration),
        run.janus.version_string.empty() ? "of unknown version" : run.janus.version_string,
        run.janus.transport.empty() ? "an unknown transport" : run.janus.transport);
    text[10] = ' ';
    if (run.interrupted) text += " · interrupted";
    return xml_escape(text);
}

}  // namespace

std::string verdict_html(const RunResult& result) {
    const std::string_view verdict = name(result.verdict);
    return fmt::format(
        "<header class=\"verdict {0}\" id=\"verdict\">\n"
        "<p class=\"eyebrow\"><span class=\"badge {0}\">{0}</span> {1}</p>\n"
        "<h1>{2}</h1>\n<p class=\"sentence\">{3}</p>\n</header>\n{4}{5}",
        verdict, subtitle(result.run), xml_escape(result.run.scenario), xml_escape(result.reason),
        tiles(result), section("thresholds", "Thresholds", thresholds(result)));
}

}  // namespace janus_harness::reports
