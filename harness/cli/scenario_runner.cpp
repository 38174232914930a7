#include "harness/cli/scenario_runner.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <filesystem>

#include "core/time.h"
#include "harness/cli/testbed_run.h"
#include "harness/controller/exit_code.h"
#include "harness/controller/run_controller.h"
#include "harness/deployment/resolve.h"
#include "reports/writers.h"

namespace janus_harness::cli {

using controller::ExitCode;

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

namespace {

int code(ExitCode exit_code) {
    return static_cast<int>(exit_code);
}

int run_against_url(const controller::RunOptions& options, const scenario::Scenario& scenario,
                    std::uint64_t seed, const std::string& out, const ShowResult& show) {
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
    show(result.value(), out);
    return result->exit_code;
}

}  // namespace

int run_scenario(const controller::RunOptions& options, const scenario::Scenario& scenario,
                 const std::string& wanted_out, const ShowResult& show) {
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
        own_url ? run_against_url(options, scenario, seed, out.value(), show)
                : run_on_testbed(options, scenario, seed, out.value(),
                                 [&](const auto& result) { show(result, out.value()); });
    // A run that never began leaves no empty folder (remove() takes no other).
    std::error_code ignored;
    if (exit_code == code(ExitCode::usage)) std::filesystem::remove(out.value(), ignored);
    return exit_code;
}

}  // namespace janus_harness::cli
