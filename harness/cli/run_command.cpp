#include "harness/cli/run_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>

#include "core/time.h"
#include "harness/cli/testbed_run.h"
#include "harness/controller/console.h"
#include "harness/controller/exit_code.h"
#include "harness/controller/run_controller.h"
#include "harness/deployment/resolve.h"
#include "harness/scenario/load.h"
#include "reports/writers.h"

namespace janus_harness::cli {
namespace {

using controller::ExitCode;

int code(ExitCode exit_code) {
    return static_cast<int>(exit_code);
}

// The variables behind --calls and --talk, and every --set.
Result<std::vector<scenario::Override>> overrides_of(const controller::RunOptions& options) {
    std::vector<scenario::Override> overrides;
    for (const std::string& text : options.sets) {
        auto parsed = scenario::parse_override(text);
        if (!parsed) return parsed.error();
        overrides.push_back(std::move(parsed).value());
    }
    if (options.calls) overrides.push_back({"calls", std::to_string(*options.calls)});
    if (options.talk_seconds) {
        overrides.push_back({"talk", fmt::format("{}ms", *options.talk_seconds * 1000)});
    }
    return overrides;
}

Result<std::string> make_out_folder(const std::string& wanted, const std::string& scenario_name) {
    std::string folder = wanted;
    if (folder.empty()) {
        std::string slug = scenario_name;
        std::replace_if(
            slug.begin(), slug.end(),
            [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '-');
        const std::time_t now = std::time(nullptr);
        std::tm parts{};
        localtime_r(&now, &parts);
        char stamp[32];
        std::strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &parts);
        folder = fmt::format("runs/{}-{}-{}", stamp, slug, getpid());
    }
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) {
        return Error{"out_folder", fmt::format("--out {}: {}", folder, error.message())};
    }
    return std::filesystem::absolute(folder).string();
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

int run_against_url(const controller::RunOptions& options, const scenario::Scenario& scenario,
                    std::uint64_t seed, const std::string& out) {
    const auto deployment = deployment::resolve(scenario, options.deployment, nullptr, seed);
    if (!deployment) {
        fmt::print(stderr, "janus-harness: {}\n", deployment.error().message);
        return code(ExitCode::usage);
    }
    if (const auto fits = controller::check_workers(scenario, deployment.value(), options); !fits) {
        fmt::print(stderr, "janus-harness: {}\n", fits.error().message);
        return code(ExitCode::usage);
    }
    if (!scenario.impairments.empty()) {
        fmt::print(stderr, "janus-harness: {}: impairments need the built-in testbed (no --url)\n",
                   scenario.file);
        return code(ExitCode::usage);
    }
    controller::RunController controller(scenario, deployment.value(), options, {}, seed, out);
    const auto result = controller.run();
    if (!result) {
        fmt::print(stderr, "janus-harness: {}\n", result.error().message);
        return code(ExitCode::harness_error);
    }
    show(options, result.value(), out);
    return result->exit_code;
}

int run_one(const controller::RunOptions& options, const scenario::Scenario& scenario,
            const std::string& wanted_out) {
    const auto out = make_out_folder(wanted_out, scenario.name);
    if (!out) {
        fmt::print(stderr, "janus-harness: {}\n", out.error().message);
        return code(ExitCode::usage);
    }
    reports::clear_run_folder(out.value());
    const std::uint64_t seed =
        options.seed.value_or(static_cast<std::uint64_t>(unix_microseconds(MonotonicClock::now())));
    const bool own_url = !options.deployment.url.empty() || scenario.janus.url.has_value();
    const int exit_code =
        own_url ? run_against_url(options, scenario, seed, out.value())
                : run_on_testbed(options, scenario, seed, out.value(),
                                 [&](const auto& result) { show(options, result, out.value()); });
    // A run that never began leaves no empty folder (remove() takes no other).
    std::error_code ignored;
    if (exit_code == code(ExitCode::usage)) std::filesystem::remove(out.value(), ignored);
    return exit_code;
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
        worst = std::max(worst, run_one(options, scenario, out));
        if (worst == code(ExitCode::interrupted)) break;
    }
    return worst;
}

}  // namespace janus_harness::cli
