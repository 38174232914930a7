#include "harness/scenario/validate_command.h"

#include <fmt/format.h>

#include <cstdio>

#include "harness/scenario/load.h"

namespace janus_harness::scenario {

int validate_command(const std::vector<std::string>& files, const std::vector<std::string>& sets) {
    constexpr int usage_error = 2;
    std::vector<Override> overrides;
    for (const std::string& set : sets) {
        const auto option = parse_override(set);
        if (!option) {
            fmt::print(stderr, "{}\n", option.error().message);
            return usage_error;
        }
        overrides.push_back(option.value());
    }
    int exit_code = 0;
    for (const std::string& file : files) {
        const LoadOutcome outcome = load_file(file, overrides);
        if (outcome.scenario) {
            fmt::print("{}: ok\n", file);
            continue;
        }
        fmt::print(stderr, "{}\n", json::to_string(outcome.diagnostics));
        exit_code = usage_error;
    }
    return exit_code;
}

}  // namespace janus_harness::scenario
