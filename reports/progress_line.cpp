#include <fmt/format.h>

#include <algorithm>

#include "reports/report_text.h"
#include "reports/writers.h"

namespace janus_harness::reports {
namespace {

constexpr std::size_t least_width = 20;
constexpr std::size_t bar_width = 16;

// The share of the run that is over, by time where the time is known, by calls otherwise.
double share_done(const Progress& progress) {
    const auto ended = progress.completed + progress.failed;
    double share = 0;
    if (progress.planned.count() > 0) {
        share = to_seconds(progress.elapsed) / to_seconds(progress.planned);
    } else if (progress.calls_planned > 0) {
        share = static_cast<double>(ended) / static_cast<double>(progress.calls_planned);
    }
    return std::clamp(share, 0.0, 1.0);
}

}  // namespace

std::string progress_line(const Progress& progress, std::size_t width) {
    const auto filled = static_cast<std::size_t>(share_done(progress) * bar_width);
    std::string text =
        fmt::format("[{}{}] {}  {}{} calls, {} up, {} done", std::string(filled, '='),
                    std::string(bar_width - filled, ' '), duration_text(progress.elapsed),
                    with_thousands(progress.started),
                    progress.calls_planned == 0 ? "" : "/" + with_thousands(progress.calls_planned),
                    with_thousands(progress.in_progress), with_thousands(progress.completed));
    if (progress.failed > 0) text += fmt::format(", {} failed", with_thousands(progress.failed));
    if (progress.call_setup_p50) {
        text += fmt::format(", set-up {} ms",
                            milliseconds_text(to_milliseconds(*progress.call_setup_p50)));
    }
    if (progress.loss_ratio) text += fmt::format(", loss {}", percent_text(*progress.loss_ratio));
    return text.substr(0, std::max(width, least_width));
}

}  // namespace janus_harness::reports
