#include "harness/testbed/supervision.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <optional>
#include <string_view>

#include "core/time.h"
#include "harness/testbed/child_process.h"

namespace janus_harness::testbed {

namespace {

// A second signal that comes sooner belongs to the first: timeout(1), for one, signals its child
// and then the whole process group.
constexpr Duration repeat_distance = std::chrono::seconds{1};

// A stop cannot be forwarded as it is: SIGSTOP never reaches who would forward it.
const int stop_child = SIGRTMIN + 10;
const int continue_child = SIGRTMIN + 11;
// A stop shorter than this may pass unnoticed.
constexpr timespec stop_watch_interval{0, 20'000'000};

// The first asks for an orderly end, the second for a quick one.
constexpr int most_forwarded = 2;

sigset_t supervised_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGTTOU, stop_child, continue_child})
        sigaddset(&set, signal);
    return set;
}

// The child's wait status once it has ended.
std::optional<int> reap(const Supervision& supervision) {
    std::optional<int> result;
    int status = 0;
    if (!supervision.reap_orphans) {
        if (::waitpid(supervision.child, &status, WNOHANG) == supervision.child) result = status;
        return result;
    }
    while (const pid_t ended = ::waitpid(-1, &status, WNOHANG)) {
        if (ended < 0) break;
        if (ended == supervision.child) result = status;
    }
    return result;
}

bool is_stopped(int stat_file) {
    // "pid (name) S …"; the name may hold anything, also a ")".
    std::array<char, 256> text{};
    const ssize_t length = ::pread(stat_file, text.data(), text.size(), 0);
    if (length <= 0) return false;
    const std::string_view line(text.data(), static_cast<std::size_t>(length));
    const std::size_t name_end = line.rfind(')');
    return name_end != std::string_view::npos && line.substr(name_end).starts_with(") T");
}

// Follows the stops of another process.
class StopWatch {
  public:
    explicit StopWatch(const Supervision& supervision) : supervision_(supervision) {}

    void look() {
        const bool stopped = is_stopped(supervision_.stops_of);
        if (stopped == stopped_) return;
        stopped_ = stopped;
        ::kill(supervision_.child, stopped ? stop_child : continue_child);
    }

  private:
    const Supervision& supervision_;
    bool stopped_ = false;
};

class Forwarder {
  public:
    explicit Forwarder(const Supervision& supervision) : supervision_(supervision) {}

    void forward(int signal, const siginfo_t& info) {
        const bool from_terminal = info.si_code == SI_KERNEL;
        if (from_terminal && !supervision_.forward_terminal_signals) return;
        if (!supervision_.kill_on_repeat) {
            ::kill(supervision_.child, signal);
            return;
        }
        const TimePoint now = MonotonicClock::now();
        if (forwarded_ > 0 && now - last_ < repeat_distance) return;
        ::kill(supervision_.child, forwarded_ < most_forwarded ? signal : SIGKILL);
        ++forwarded_;
        last_ = now;
    }

  private:
    const Supervision& supervision_;
    int forwarded_ = 0;
    TimePoint last_{};
};

}  // namespace

SignalBlock::SignalBlock() {
    const sigset_t set = supervised_signals();
    ::sigprocmask(SIG_BLOCK, &set, &previous_mask_);
    // With an inherited SIG_IGN the kernel would reap children itself.
    struct sigaction by_default {};
    by_default.sa_handler = SIG_DFL;
    ::sigaction(SIGCHLD, &by_default, &previous_child_action_);
}

void SignalBlock::restore() {
    ::sigaction(SIGCHLD, &previous_child_action_, nullptr);
    ::sigprocmask(SIG_SETMASK, &previous_mask_, nullptr);
}

int supervise(const Supervision& supervision) {
    const sigset_t set = supervised_signals();
    Forwarder forwarder(supervision);
    StopWatch stops(supervision);
    for (;;) {
        if (const std::optional<int> status = reap(supervision)) return shell_exit_code(*status);
        siginfo_t info{};
        const bool watches = supervision.stops_of >= 0;
        const int signal = ::sigtimedwait(&set, &info, watches ? &stop_watch_interval : nullptr);
        if (watches) stops.look();
        if (supervision.obey_stops && signal == stop_child) ::kill(supervision.child, SIGSTOP);
        if (supervision.obey_stops && signal == continue_child) ::kill(supervision.child, SIGCONT);
        if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP) {
            forwarder.forward(signal, info);
        }
    }
}

}  // namespace janus_harness::testbed
