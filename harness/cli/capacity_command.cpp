#include "harness/cli/capacity_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <map>
#include <thread>

#include "core/time.h"
#include "harness/cli/scenario_runner.h"
#include "harness/controller/capacity_limit.h"
#include "harness/controller/capacity_plan.h"
#include "harness/controller/capacity_search.h"
#include "harness/controller/capacity_trial.h"
#include "harness/controller/exit_code.h"
#include "harness/controller/find_process.h"
#include "harness/controller/interrupts.h"
#include "harness/controller/process_settling.h"
#include "reports/file_io.h"
#include "reports/writers.h"

namespace janus_harness::cli {
namespace {

using controller::CapacityConclusion;
using controller::ExitCode;

constexpr double most_clients = 1'000'000;

int code(ExitCode exit_code) {
    return static_cast<int>(exit_code);
}

int fail(ExitCode exit_code, const std::string& text) {
    fmt::print(stderr, "janus-harness: {}\n", text);
    return code(exit_code);
}

int exit_code_of(CapacityConclusion::Kind kind) {
    switch (kind) {
        case CapacityConclusion::Kind::limit:
        case CapacityConclusion::Kind::upper_end:
            return code(ExitCode::passed);
        case CapacityConclusion::Kind::at_least:
        case CapacityConclusion::Kind::generator_first:
            return code(ExitCode::generator_invalid);
        case CapacityConclusion::Kind::below_first:
        case CapacityConclusion::Kind::gave_up:
            break;
    }
    return code(ExitCode::threshold_failed);
}

std::optional<scenario::Scenario> load(const controller::RunOptions& options,
                                       const std::vector<scenario::Override>& overrides) {
    auto loaded = scenario::load_file(options.scenarios.front(), overrides);
    for (const auto& diagnostic : loaded.diagnostics) {
        fmt::print(stderr, "{}\n", json::to_string(diagnostic));
    }
    return std::move(loaded.scenario);
}

// One search, from its first trial to its conclusion.
class Search {
  public:
    Search(const CapacityOptions& options, std::vector<scenario::Override> overrides,
           const controller::CapacityPlan& plan, std::string out)
        : options_(options),
          overrides_(std::move(overrides)),
          plan_(plan),
          out_(std::move(out)),
          search_({.from = options.from.value_or(plan.from()),
                   .to = options.to,
                   .precision = options.precision,
                   .whole_numbers = plan.of() == controller::CapacityOf::clients}) {
        // The progress of each trial is for somebody who watches.
        options_.run.quiet = options.run.quiet || isatty(STDERR_FILENO) != 1;
    }

    int run(const std::string& scenario_name) {
        began_ = MonotonicClock::now();
        result_.scenario = scenario_name;
        result_.of = controller::name(plan_.of());
        result_.precision = options_.precision;
        result_.started_at = iso8601(began_);
        result_.command_line = options_.run.command_line;
        print(reports::capacity_heading(result_.of));
        while (const auto level = search_.next_level()) {
            const int stopped = controller::interrupts_received() > 0 ? code(ExitCode::interrupted)
                                                                      : try_level(*level);
            if (stopped != 0) {
                // Where nothing ran, there is nothing to conclude.
                if (stopped == code(ExitCode::usage))
                    save();
                else
                    conclude();
                return stopped;
            }
            save();
        }
        return conclude();
    }

  private:
    // Gives the exit code that ends the search, or 0.
    int try_level(double level) {
        auto overrides = overrides_;
        for (auto& override : plan_.overrides(level)) overrides.push_back(std::move(override));
        const auto scenario = load(options_.run, overrides);
        if (!scenario) return code(ExitCode::usage);
        if (!result_.trials.empty()) settle();
        const std::string folder =
            fmt::format("{}/trial-{:02}-{:.6g}", out_, result_.trials.size() + 1, level);
        const int exit_code = run_scenario(options_.run, *scenario, folder, [](auto&&...) {});
        if (exit_code == code(ExitCode::interrupted)) return exit_code;
        const auto result = reports::read_result(folder);
        if (!result) return cannot_begin(level, exit_code);
        const auto outcome = controller::outcome_of(result.value());
        not_measured_ = controller::not_measured(result.value());
        note(controller::describe_trial(level, result.value(), folder));
        if (!outcome) return exit_code != 0 ? exit_code : code(ExitCode::harness_error);
        if (outcome->verdict != controller::TrialVerdict::good) {
            limits_[level] = controller::find_limit(result.value());
        }
        search_.finished(*outcome);
        return 0;
    }

    // A level that this machine, or the accounts, are too small for ends the way up like a
    // generator that is too slow; at the first level it is wrong usage.
    int cannot_begin(double level, int exit_code) {
        if (result_.trials.empty() || exit_code == code(ExitCode::janus_failed)) {
            return exit_code != 0 ? exit_code : code(ExitCode::harness_error);
        }
        reports::CapacityTrial trial;
        trial.level = level;
        trial.verdict = reports::Verdict::invalid;
        trial.exit_code = exit_code;
        trial.reason = "the run could not begin: what it needs at this level is not there";
        limits_[level] = {controller::Limit::generator, trial.reason};
        note(trial);
        search_.finished({controller::TrialVerdict::generator_invalid, std::nullopt});
        return 0;
    }

    void note(const reports::CapacityTrial& trial) {
        print(reports::capacity_line(trial));
        result_.trials.push_back(trial);
    }

    // The Janus of the testbed is a new one each time; somebody's own has to come to rest.
    void settle() {
        const auto& url = options_.run.deployment.url;
        if (url.empty()) return;
        auto pid = options_.run.janus_pid;
        if (!pid) pid = controller::find_janus_listening_at(url);
        controller::wait_until_settled(pid);
    }

    int conclude() {
        const CapacityConclusion conclusion = search_.conclusion();
        controller::LimitFound limit;
        std::string why;
        if (conclusion.above) {
            limit = limits_[*conclusion.above];
            for (const auto& trial : result_.trials) {
                if (trial.level == *conclusion.above && trial.verdict != reports::Verdict::passed) {
                    why = controller::why_not_good(trial);
                }
            }
            result_.ran_out = controller::name(limit.limit);
        }
        result_.conclusion = controller::name(conclusion.kind);
        result_.level = conclusion.level;
        result_.confirmed = conclusion.confirmed;
        result_.above = conclusion.above;
        result_.sentence =
            controller::conclusion_sentence(conclusion, plan_.unit(), limit, why) + not_measured_;
        save();
        fmt::print("{}{}\n", options_.run.quiet && !shown_ ? "" : "\n", result_.sentence);
        if (shown_) fmt::print("trials: {}/capacity.json\n", out_);
        return exit_code_of(conclusion.kind);
    }

    void print(const std::string& line) {
        if (quiet_) return;
        shown_ = true;
        fmt::print("{}\n", line);
        std::fflush(stdout);
    }

    // After every trial, so that an interrupt costs nothing of what was found.
    void save() {
        result_.duration_s = to_seconds(MonotonicClock::now() - began_);
        const auto saved = reports::write_file_atomically(out_ + "/capacity.json",
                                                          reports::capacity_json(result_));
        if (!saved) fmt::print(stderr, "janus-harness: {}\n", saved.error().message);
    }

    CapacityOptions options_;
    std::vector<scenario::Override> overrides_;
    controller::CapacityPlan plan_;
    std::string out_;
    controller::CapacitySearch search_;
    bool quiet_ = options_.run.quiet;
    bool shown_ = false;
    TimePoint began_;
    reports::CapacityResult result_;
    std::string not_measured_;
    std::map<double, controller::LimitFound> limits_;  // of the levels that were not good
};

}  // namespace

int capacity_command(const CapacityOptions& options) {
    const auto overrides = overrides_of(options.run);
    if (!overrides) return fail(ExitCode::usage, overrides.error().message);
    const auto scenario = load(options.run, overrides.value());
    if (!scenario) return code(ExitCode::usage);
    std::optional<controller::CapacityOf> of;
    if (!options.of.empty()) {
        of = options.of == "rate" ? controller::CapacityOf::rate : controller::CapacityOf::clients;
    }
    const auto plan = controller::CapacityPlan::make(*scenario, of, options.hold_seconds);
    if (!plan) return fail(ExitCode::usage, plan.error().message);
    const bool of_clients = plan->of() == controller::CapacityOf::clients;
    for (const auto& level : {options.from, options.to}) {
        if (of_clients && level && (*level != std::floor(*level) || *level > most_clients)) {
            return fail(ExitCode::usage,
                        fmt::format("--from and --to: {:.9g} is not a whole number of clients up "
                                    "to 1,000,000",
                                    *level));
        }
    }
    const double from = options.from.value_or(plan->from());
    if (options.to && *options.to < from) {
        return fail(ExitCode::usage,
                    fmt::format("--to {:g} is below the first level, {:g}", *options.to, from));
    }
    const auto out = make_out_folder(options.run.out, "capacity-" + scenario->name);
    if (!out) return fail(ExitCode::usage, out.error().message);
    controller::watch_interrupts();
    return Search(options, overrides.value(), plan.value(), out.value()).run(scenario->name);
}

}  // namespace janus_harness::cli
