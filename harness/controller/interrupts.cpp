#include "harness/controller/interrupts.h"

#include <atomic>
#include <csignal>
#include <cstdint>
#include <ctime>

namespace janus_harness::controller {
namespace {

std::atomic<int> received{0};
std::atomic<std::int64_t> last_ns{0};
static_assert(std::atomic<int>::is_always_lock_free &&
                  std::atomic<std::int64_t>::is_always_lock_free,
              "a signal handler may not take a lock");

// What comes sooner belongs to the signal before: timeout(1) signals its child and then the whole
// process group.
constexpr std::int64_t repeat_distance_ns = 1'000'000'000;

void ignore_signal(int) {}

void count_signal(int) {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    const std::int64_t now = time.tv_sec * repeat_distance_ns + time.tv_nsec;
    if (received > 0 && now - last_ns < repeat_distance_ns) return;
    last_ns = now;
    ++received;
}

}  // namespace

void watch_interrupts() {
    struct sigaction action {};
    action.sa_handler = count_signal;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    // A peer that closes its connection is an error value of the write, not our death.
    action.sa_handler = ignore_signal;
    sigaction(SIGPIPE, &action, nullptr);
}

int interrupts_received() {
    return received;
}

}  // namespace janus_harness::controller
