#include "harness/controller/console.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "reports/writers.h"

namespace janus_harness::controller {
namespace {

constexpr Duration terminal_interval = std::chrono::milliseconds{200};
constexpr Duration plain_interval = std::chrono::seconds{5};

std::size_t terminal_width() {
    winsize size{};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
    return size.ws_col;
}

}  // namespace

bool wants_colours(int descriptor) {
    const char* no_colour = std::getenv("NO_COLOR");
    return isatty(descriptor) == 1 && (no_colour == nullptr || *no_colour == '\0');
}

Console::Console(bool quiet, std::uint64_t planned)
    : quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1), planned_(planned) {}

void Console::show(TimePoint now, Duration elapsed, const worker::Progress& progress) {
    if (quiet_ || now < next_) return;
    const bool first = next_ == TimePoint{};
    next_ = now + (terminal_ ? terminal_interval : plain_interval);
    if (first && !terminal_) return;
    reports::Progress line;
    line.elapsed = elapsed;
    line.calls_planned = planned_;
    line.started = progress.calls_started;
    line.completed = progress.calls_completed;
    line.failed = progress.calls_failed;
    const std::uint64_t over = line.completed + line.failed + progress.calls_interrupted;
    line.in_progress = line.started > over ? line.started - over : 0;
    if (!progress.call_setup.empty()) line.call_setup_p50 = progress.call_setup.quantile(0.5);
    const std::string text = reports::progress_line(line, terminal_ ? terminal_width() - 1 : 120);
    if (terminal_) {
        fmt::print(stderr, "\r\033[K{}", text);
    } else {
        fmt::print(stderr, "{}\n", text);
    }
    std::fflush(stderr);
    shown_ = true;
}

void Console::finish() {
    if (shown_ && terminal_) fmt::print(stderr, "\r\033[K");
    shown_ = false;
}

}  // namespace janus_harness::controller
