#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/deployment/options.h"

namespace janus_harness::controller {

// What the command line, the environment and --config say about a run. An unset member leaves the
// scenario's value, or the default.
struct RunOptions {
    std::vector<std::string> scenarios;
    std::vector<std::string> sets;  // "name=value"
    std::string out;                // folder of the results; empty: a new one below runs/
    std::optional<std::uint64_t> calls;
    std::optional<double> talk_seconds;
    std::optional<std::uint64_t> seed;
    std::optional<unsigned> workers;

    // The process of the Janus under test, where it runs on this machine and cannot be found by the
    // port it listens at.
    std::optional<int> janus_pid;

    deployment::Options deployment;

    // The testbed.
    std::string janus = "janus";
    std::vector<std::string> janus_config;

    bool quiet = false;
    std::string command_line;  // to run the same again, secrets left out
};

}  // namespace janus_harness::controller
