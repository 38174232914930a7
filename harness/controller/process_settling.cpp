#include "harness/controller/process_settling.h"

#include <fmt/format.h>

#include <thread>

#include "core/time.h"
#include "harness/controller/interrupts.h"
#include "harness/controller/proc_files.h"

namespace janus_harness::controller {
namespace {

constexpr Duration step = std::chrono::milliseconds{100};
constexpr Duration calm_for = std::chrono::seconds{1};
constexpr Duration longest = std::chrono::seconds{20};
constexpr Duration of_unknown = std::chrono::seconds{3};
constexpr double calm_cores = 0.1;

std::optional<double> cpu_of(std::optional<pid_t> pid) {
    if (!pid) return std::nullopt;
    const auto stat = parse_stat(read_small_file(fmt::format("/proc/{}/stat", *pid)));
    if (!stat) return std::nullopt;
    return stat->cpu_s;
}

}  // namespace

void wait_until_settled(std::optional<pid_t> pid) {
    const TimePoint begin = MonotonicClock::now();
    auto cpu = cpu_of(pid);
    const TimePoint deadline = begin + (cpu ? longest : of_unknown);
    TimePoint since = begin;
    for (TimePoint now = begin; now < deadline && interrupts_received() == 0;
         now = MonotonicClock::now()) {
        std::this_thread::sleep_for(step);
        if (!cpu || now - since < calm_for) continue;
        const auto used = cpu_of(pid);
        if (!used || *used - *cpu < calm_cores * to_seconds(now - since)) return;
        cpu = used;
        since = now;
    }
}

}  // namespace janus_harness::controller
