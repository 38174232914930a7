#include "figures.h"

#include <fmt/format.h>
#include <malloc.h>
#include <sched.h>
#include <sys/resource.h>
#include <time.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace janus_harness::bench {
namespace {

double clock_s(clockid_t clock) {
    timespec value{};
    clock_gettime(clock, &value);
    return static_cast<double>(value.tv_sec) + static_cast<double>(value.tv_nsec) / 1e9;
}

}  // namespace

double process_cpu_s() {
    return clock_s(CLOCK_PROCESS_CPUTIME_ID);
}

double monotonic_s() {
    return clock_s(CLOCK_MONOTONIC);
}

std::size_t heap_bytes() {
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

void pin_to_core(int core) {
    if (core < 0) return;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(core), &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0) give_up(fmt::format("no core {}", core));
}

void raise_descriptor_limit() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

void give_up(std::string_view reason) {
    fmt::print(stderr, "{}\n", reason);
    std::exit(1);
}

void print_figures(Texts texts, Numbers numbers) {
    std::string line;
    for (const auto& [name, text] : texts) line += fmt::format(",\"{}\":\"{}\"", name, text);
    for (const auto& [name, number] : numbers) {
        line += std::isfinite(number) ? fmt::format(",\"{}\":{:.9g}", name, number)
                                      : fmt::format(",\"{}\":null", name);
    }
    line[0] = '{';
    fmt::print("{}}}\n", line);
    std::fflush(stdout);
}

}  // namespace janus_harness::bench
