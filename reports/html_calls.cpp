#include <fmt/format.h>

#include <algorithm>

#include "reports/html_page.h"
#include "reports/html_sections.h"
#include "reports/report_text.h"

namespace janus_harness::reports {
namespace {

constexpr std::size_t seconds_shown = 600;

std::string warm_up_paragraph(const RunResult& result) {
    if (result.iterations.warm_up == 0) return {};
    return fmt::format(
        "<p class=\"muted\">The warm-up: {} iterations with {} calls, in none of the "
        "figures.</p>\n",
        with_thousands(result.iterations.warm_up), with_thousands(result.calls.warm_up));
}

std::string totals_table(const RunResult& result) {
    HtmlTable table({{"", false},
                     {"planned", true},
                     {"started", true},
                     {"established", true},
                     {"completed", true},
                     {"failed", true},
                     {"cut off", true},
                     {"dropped", true}});
    const CallTotals& calls = result.calls;
    table.row({"calls", with_thousands(calls.planned), with_thousands(calls.started),
               with_thousands(calls.established), with_thousands(calls.completed),
               with_thousands(calls.failed), with_thousands(calls.interrupted), ""});
    const IterationTotals& iterations = result.iterations;
    if (iterations.planned + iterations.started > 0) {
        table.row({"iterations", with_thousands(iterations.planned),
                   with_thousands(iterations.started), "", with_thousands(iterations.completed),
                   with_thousands(iterations.failed), with_thousands(iterations.interrupted),
                   with_thousands(iterations.dropped)});
    }
    return table.html() + warm_up_paragraph(result);
}

struct Failure {
    std::string reason;
    std::uint64_t count;
    const FailureExample* example;
};

const FailureExample* find_example(const RunResult& result, const std::string& reason) {
    for (const FailureExample& example : result.failure_examples) {
        if (example.reason == reason) return &example;
    }
    return nullptr;
}

// Calls' and iterations' failures, the most frequent first. One reason told by both is one row.
std::vector<Failure> failures_of(const RunResult& result) {
    auto counts = result.iterations.failures;
    for (const auto& [reason, count] : result.calls.failures) {
        counts[reason] = std::max(counts[reason], count);
    }
    for (const FailureExample& example : result.failure_examples) {
        if (example.warm_up > 0) counts[example.reason] += example.warm_up;
    }
    std::vector<Failure> failures;
    for (const auto& [reason, count] : counts) {
        failures.push_back({reason, count, find_example(result, reason)});
    }
    std::stable_sort(failures.begin(), failures.end(),
                     [](const Failure& a, const Failure& b) { return a.count > b.count; });
    return failures;
}

std::string failures_table(const RunResult& result) {
    const auto failures = failures_of(result);
    if (failures.empty()) {
        const bool started = result.calls.started + result.iterations.started > 0;
        return fmt::format("<p class=\"muted\">{}</p>\n",
                           started ? "Nothing failed." : "Nothing was started.");
    }
    HtmlTable table({{"reason", false},
                     {"count", true},
                     {"", false},
                     {"for example", false},
                     {"in call", false}});
    const auto most = static_cast<double>(std::max<std::uint64_t>(failures.front().count, 1));
    for (const Failure& failure : failures) {
        const std::string bar =
            fmt::format("<span class=\"share\"><span style=\"width:{:.1f}%\"></span></span>",
                        100 * static_cast<double>(failure.count) / most);
        const auto* example = failure.example;
        const std::string note = example == nullptr ? "" : warm_up_note(example->warm_up);
        table.row({element("code", failure.reason) + note, with_thousands(failure.count), bar,
                   example == nullptr ? unknown_html() : known_html(example->text),
                   example == nullptr ? unknown_html() : known_html(example->call_id)});
    }
    return table.html();
}

std::string latency_cell(const std::optional<Duration>& value) {
    return value ? milliseconds_text(to_milliseconds(*value)) : unknown_html("–");
}

std::string seconds_table(const RunResult& result) {
    HtmlTable table({{"second", true},
                     {"started", true},
                     {"established", true},
                     {"completed", true},
                     {"failed", true},
                     {"in progress", true},
                     {"set-up p50, ms", true},
                     {"set-up p99, ms", true}});
    const auto shown = std::min(result.time_series.size(), seconds_shown);
    for (std::size_t i = 0; i < shown; ++i) {
        const metrics::SecondRow& row = result.time_series[i];
        table.row({with_thousands(row.second), with_thousands(row.started),
                   with_thousands(row.established), with_thousands(row.completed),
                   with_thousands(row.failed), with_thousands(row.in_progress),
                   latency_cell(row.latency_p50), latency_cell(row.latency_p99)});
    }
    std::string note;
    if (shown < result.time_series.size()) {
        note = "<p class=\"muted\">The later seconds are in result.json.</p>\n";
    }
    return fmt::format("<details><summary>Second by second</summary>\n{}{}</details>\n",
                       table.html(), note);
}

}  // namespace

std::string calls_html(const RunResult& result) {
    std::string html = totals_table(result);
    if (!result.time_series.empty()) {
        html += "<div class=\"charts\">\n" +
                chart_html("chart-progress", "Calls in progress", "at the end of each second") +
                chart_html("chart-calls", "Calls a second", "started upwards, ended downwards") +
                "</div>\n" + seconds_table(result);
    }
    return section("calls", "Calls", html) +
           section("failures", "Failures by reason", failures_table(result));
}

}  // namespace janus_harness::reports
