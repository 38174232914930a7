#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "reports/process_text.h"
#include "reports/report_text.h"
#include "reports/writers.h"

namespace janus_harness::reports {
namespace {

constexpr std::size_t label_width = 14;

enum class Colour { green, red, yellow, dim };

// Text in colour where colours were asked for. Padding comes first: escapes have no width.
class Painter {
  public:
    explicit Painter(bool colours) : colours_(colours) {}

    std::string operator()(Colour colour, std::string_view text) const {
        constexpr std::array<std::string_view, 4> codes{"32", "31", "33", "2"};
        if (!colours_) return std::string(text);
        return fmt::format("\033[{}m{}\033[0m", codes[static_cast<std::size_t>(colour)], text);
    }

  private:
    bool colours_;
};

Colour colour_of(Verdict verdict) {
    if (verdict == Verdict::passed) return Colour::green;
    return verdict == Verdict::failed ? Colour::red : Colour::yellow;
}

// Control characters of a peer's text must not reach the terminal.
std::string printable(std::string_view text) {
    std::string clean = valid_utf8(text);
    std::replace_if(
        clean.begin(), clean.end(),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
    return clean;
}

std::string line(std::string_view label, std::string_view text) {
    return fmt::format("  {:<{}}{}\n", label, label_width, text);
}

std::string known(const std::string& text) {
    return text.empty() ? "unknown" : printable(text);
}

std::string header(const RunResult& result, const Painter& paint) {
    const std::string verdict = paint(colour_of(result.verdict), name(result.verdict));
    std::string text = fmt::format("{}: {}: {}\n", printable(result.run.scenario), verdict,
                                   printable(result.reason));
    const JanusInfo& janus = result.run.janus;
    text += line("janus", fmt::format("{} at {}", known(janus.version_string), known(janus.url)));
    text += line("run", fmt::format("{}, {}, seed {}{}", known(result.run.id),
                                    duration_text(result.run.duration), result.run.seed,
                                    result.run.interrupted ? ", interrupted" : ""));
    return text;
}

std::string calls_line(const CallTotals& calls, const Painter& paint) {
    std::string failed = fmt::format("{} failed", with_thousands(calls.failed));
    if (calls.failed > 0) failed = paint(Colour::red, failed);
    // Those are rare.
    if (calls.interrupted > 0)
        failed += fmt::format(", {} cut off", with_thousands(calls.interrupted));
    return line("calls", fmt::format("{} planned, {} started, {} established, {} completed, {}",
                                     with_thousands(calls.planned), with_thousands(calls.started),
                                     with_thousands(calls.established),
                                     with_thousands(calls.completed), failed));
}

std::string warm_up_line(const RunResult& result) {
    if (result.iterations.warm_up == 0) return {};
    return line("warm-up", fmt::format("{} iterations with {} calls, in none of the figures",
                                       with_thousands(result.iterations.warm_up),
                                       with_thousands(result.calls.warm_up)));
}

std::string failure_lines(const RunResult& result) {
    std::string text;
    for (const FailureExample& example : result.failure_examples) {
        text += line(
            text.empty() ? "failures" : "",
            fmt::format("{} x {}{}: {}", with_thousands(example.count), printable(example.reason),
                        warm_up_note(example.warm_up), printable(example.text)));
    }
    return text;
}

std::string latency_row(std::string_view label, const metrics::Histogram& histogram) {
    const auto summary = histogram.summary();
    if (!summary) return {};
    return fmt::format("    {:<28}{:>8}{:>10}{:>10}{:>10}{:>10}{:>10}\n", label, summary->count,
                       milliseconds_text(summary->min), milliseconds_text(summary->p50),
                       milliseconds_text(summary->p90), milliseconds_text(summary->p99),
                       milliseconds_text(summary->max));
}

std::string latency_lines(const RunResult& result, const Painter& paint) {
    std::string rows;
    for (const LatencyMetricInfo& metric : latency_metrics()) {
        const auto found = result.latency.find(std::string(metric.name));
        if (found != result.latency.end())
            rows += latency_row(metric.name, found->second.corrected);
    }
    for (const auto& [name, latency] : result.latency) {
        if (find_latency_metric(name) == nullptr) rows += latency_row(name, latency.corrected);
    }
    if (rows.empty()) return line("latency", "not measured");
    const std::string heading = fmt::format("{:<18}{:>8}{:>10}{:>10}{:>10}{:>10}{:>10}", "ms",
                                            "count", "min", "p50", "p90", "p99", "max");
    return line("latency", paint(Colour::dim, heading)) + rows;
}

template <typename T>
std::string count_text(const std::optional<T>& value) {
    return value ? with_thousands(*value) : std::string("unknown");
}

std::string score_text(const std::optional<metrics::Histogram>& histogram) {
    const auto summary = histogram ? histogram->summary() : std::nullopt;
    return summary ? fmt::format("{:.2f}", summary->p50) : std::string("unknown");
}

std::string p99_text(const std::optional<metrics::Histogram>& histogram) {
    const auto summary = histogram ? histogram->summary() : std::nullopt;
    return summary ? milliseconds_text(summary->p99) + " ms" : std::string("unknown");
}

// Why streams are not in the figures.
std::string excluded_lines(const AudioDirection& audio) {
    std::string text;
    for (const ExcludedStreams& streams : audio.excluded) {
        text += line(
            "", fmt::format("{} {} left out: {}", with_thousands(streams.count),
                            streams.count == 1 ? "stream" : "streams", printable(streams.reason)));
    }
    return text;
}

std::string audio_line(std::string_view label, const AudioDirection& audio, const Painter& paint) {
    if (!audio.sent && !audio.received) {
        return line(label, "not measured") + excluded_lines(audio);
    }
    std::string lost = fmt::format("{} lost", count_text(audio.lost));
    if (audio.loss_ratio) lost += fmt::format(" ({})", percent_text(*audio.loss_ratio));
    if (audio.lost.value_or(0) > 0) lost = paint(Colour::yellow, lost);
    return line(label,
                fmt::format("{} sent, {} received, {}; jitter p99 {}, delay p99 {}, MOS {}",
                            count_text(audio.sent), count_text(audio.received), lost,
                            p99_text(audio.jitter), p99_text(audio.delay), score_text(audio.mos))) +
           excluded_lines(audio);
}

std::string check_lines(const CheckTotals& checks, const Painter& paint) {
    std::string text =
        line("checks", fmt::format("{} passed, {} failed, {} warned, {} skipped",
                                   with_thousands(checks.passed), with_thousands(checks.failed),
                                   with_thousands(checks.warned), with_thousands(checks.skipped)));
    for (const CheckItem& item : checks.items) {
        if (item.verdict != CheckVerdict::failed) continue;
        text += fmt::format("    {} {}: expected {}, got {}\n", paint(Colour::red, "failed"),
                            printable(item.id), known(item.expected), known(item.actual));
    }
    return text;
}

std::string threshold_mark(const ThresholdResult& threshold, const Painter& paint) {
    if (!threshold.measurable) return paint(Colour::yellow, "unknown");
    return threshold.ok ? paint(Colour::green, "holds ") : paint(Colour::red, "broken");
}

std::string threshold_lines(const RunResult& result, const Painter& paint) {
    std::string text;
    for (const ThresholdResult& threshold : result.thresholds) {
        const std::string mark = threshold_mark(threshold, paint);
        std::string value = "not measured";
        if (finite(threshold.value)) {
            value = fmt::format("{:.6g}{}", *threshold.value, printable(threshold.unit));
        }
        if (!threshold.note.empty()) value += ", " + printable(threshold.note);
        text += line(text.empty() ? "thresholds" : "",
                     fmt::format("{}  {}  ({})", mark, printable(threshold.expression), value));
    }
    return text;
}

std::string generator_lines(const GeneratorHealth& generator, const Painter& paint) {
    const std::string state =
        generator.valid ? std::string("kept up") : paint(Colour::yellow, "did not keep up");
    const auto lateness = generator.send_lateness.summary();
    std::string text = line(
        "generator", fmt::format("{}; {:.1f} s CPU, {} at most, send lateness p99 {}", state,
                                 generator.cpu_s, bytes_text(generator.max_rss_bytes),
                                 lateness ? milliseconds_text(lateness->p99) + " ms" : "unknown"));
    for (const std::string& reason : generator.reasons) text += line("", printable(reason));
    return text;
}

std::string process_line(const std::optional<ProcessUsage>& usage) {
    if (!usage) return {};
    std::string text;
    for (const auto& [what, figure] : process_figures(*usage)) {
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", what, printable(figure));
    }
    return line("janus process", text);
}

std::string finding_lines(const std::vector<Finding>& findings, const Painter& paint) {
    std::string text;
    for (const Finding& finding : findings) {
        text += line(text.empty() ? "findings" : "",
                     fmt::format("{}: {}", paint(Colour::yellow, printable(finding.id)),
                                 printable(finding.text)));
    }
    return text;
}

std::string leftover_lines(const Leftovers& leftovers, const Painter& paint) {
    std::string text;
    const auto add = [&](std::string_view what, std::int64_t count) {
        if (count == 0) return;
        text += line("left over", paint(Colour::red, fmt::format("{} {}", count, printable(what))));
    };
    add("sessions on Janus", static_cast<std::int64_t>(leftovers.janus_sessions.value_or(0)));
    add("handles on Janus", static_cast<std::int64_t>(leftovers.janus_handles.value_or(0)));
    for (const auto& [kind, count] : leftovers.balance) add(kind, count);
    return text;
}

}  // namespace

std::string console_summary(const RunResult& result, bool colours) {
    const Painter paint(colours);
    std::string text = header(result, paint);
    text += calls_line(result.calls, paint);
    text += warm_up_line(result);
    text += failure_lines(result);
    text += latency_lines(result, paint);
    text += audio_line("to far end", result.to_far_end, paint);
    text += audio_line("from far end", result.from_far_end, paint);
    text += check_lines(result.checks, paint);
    text += threshold_lines(result, paint);
    text += generator_lines(result.generator, paint);
    text += process_line(result.janus_process);
    text += finding_lines(result.findings, paint);
    text += leftover_lines(result.leftovers, paint);
    return text;
}

}  // namespace janus_harness::reports
