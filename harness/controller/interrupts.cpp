#include "harness/controller/interrupts.h"

#include <atomic>
#include <csignal>

namespace janus_harness::controller {
namespace {

std::atomic<int> received{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may not take a lock");

void ignore_signal(int) {}

void count_signal(int) {
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
