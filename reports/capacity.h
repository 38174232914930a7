#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/result.h"

namespace janus_harness::reports {

// What `janus-harness capacity` found: every trial and the conclusion.

struct CapacityTrial {
    double level = 0;
    Verdict verdict = Verdict::error;
    std::string reason;  // the run's own
    int exit_code = 5;
    std::string folder;        // of the run's results
    std::string broken;        // the first threshold that broke, "call_setup.p99 < 1000ms"
    std::string broken_value;  // "was 1204.5ms"
    std::string failure;       // the most frequent reason for failure, empty when there was none
    std::optional<double> call_setup_p99_ms;
    std::optional<double> loss_ratio;
    std::optional<double> janus_cores;           // highest mean over a few seconds
    std::optional<double> janus_busiest_thread;  // the same
    std::optional<double> machine_cores;
    std::optional<std::uint64_t> janus_threads;
    std::optional<std::uint64_t> janus_descriptors;
    std::optional<double> generator_lateness_p99_ms;
    double duration_s = 0;
};

struct CapacityResult {
    std::string scenario;
    std::string of;  // "clients" or "rate"
    double precision = 0.1;

    std::string started_at;
    double duration_s = 0;
    std::string command_line;
    std::vector<CapacityTrial> trials;
    std::string conclusion;  // "limit", "upper_end", "at_least", …
    std::optional<double> level;
    bool confirmed = false;
    std::optional<double> above;
    std::string ran_out;   // "janus_cpu", "threads", …, "generator", "unknown"; empty: nothing
    std::string sentence;  // the conclusion for people
};

std::string capacity_json(const CapacityResult& result);
// The heading and the lines of the table that is printed while the search goes on.
std::string capacity_heading(const std::string& of);
std::string capacity_line(const CapacityTrial& trial);

}  // namespace janus_harness::reports
