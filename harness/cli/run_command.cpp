#include "harness/cli/run_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "harness/cli/scenario_runner.h"
#include "harness/controller/console.h"
#include "harness/controller/exit_code.h"
#include "harness/scenario/load.h"
#include "reports/writers.h"

namespace janus_harness::cli {
namespace {

using controller::ExitCode;

int code(ExitCode exit_code) {
    return static_cast<int>(exit_code);
}

void show(const controller::RunOptions& options, const reports::RunResult& result,
          const std::string& out) {
    if (options.quiet) {
        if (result.exit_code != 0) {
            fmt::print(stderr, "janus-harness: {}: {}: {}\n", result.run.scenario,
                       reports::name(result.verdict), result.reason);
        }
        return;
    }
    fmt::print("{}\nreport: {}/report.html\n",
               reports::console_summary(result, controller::wants_colours(STDOUT_FILENO)), out);
    std::fflush(stdout);
}

}  // namespace

int run_command(const controller::RunOptions& options) {
    const auto overrides = overrides_of(options);
    if (!overrides) {
        fmt::print(stderr, "janus-harness: {}\n", overrides.error().message);
        return code(ExitCode::usage);
    }
    std::vector<scenario::Scenario> scenarios;
    bool good = true;
    for (const std::string& file : options.scenarios) {
        auto loaded = scenario::load_file(file, overrides.value());
        for (const auto& diagnostic : loaded.diagnostics) {
            fmt::print(stderr, "{}\n", json::to_string(diagnostic));
        }
        good = good && loaded.scenario.has_value();
        if (loaded.scenario) scenarios.push_back(std::move(*loaded.scenario));
    }
    if (!good) return code(ExitCode::usage);
    int worst = 0;
    for (const auto& scenario : scenarios) {
        std::string out = options.out;
        // Several scenarios share --out: a folder below it each.
        if (!out.empty() && scenarios.size() > 1) {
            out += "/" + std::filesystem::path(scenario.file).stem().string();
        }
        worst = std::max(worst, run_scenario(options, scenario, out,
                                             [&](const auto& result, const std::string& folder) {
                                                 show(options, result, folder);
                                             }));
        if (worst == code(ExitCode::interrupted)) break;
    }
    return worst;
}

}  // namespace janus_harness::cli
