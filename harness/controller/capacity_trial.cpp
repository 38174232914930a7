#include "harness/controller/capacity_trial.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/controller/capacity_limit.h"
#include "harness/controller/exit_code.h"
#include "harness/controller/metric_lookup.h"

namespace janus_harness::controller {
namespace {

using reports::ProcessSample;
using reports::RunResult;

std::string most_frequent_failure(const RunResult& result) {
    const reports::FailureExample* most = nullptr;
    for (const auto& example : result.failure_examples) {
        if (most == nullptr || example.count > most->count) most = &example;
    }
    return most == nullptr ? std::string() : fmt::format("{} x {}", most->count, most->reason);
}

bool began(const RunResult& result) {
    return result.calls.started + result.iterations.started > 0;
}

}  // namespace

reports::CapacityTrial describe_trial(double level, const RunResult& result,
                                      const std::string& folder) {
    reports::CapacityTrial trial;
    trial.level = level;
    trial.verdict = result.verdict;
    trial.reason = result.reason;
    trial.exit_code = result.exit_code;
    trial.folder = folder;
    const auto broken =
        std::find_if(result.thresholds.begin(), result.thresholds.end(),
                     [](const auto& threshold) { return threshold.measurable && !threshold.ok; });
    if (broken != result.thresholds.end()) {
        trial.broken = broken->expression;
        trial.broken_value = broken->value
                                 ? fmt::format("was {:.6g}{}", *broken->value, broken->unit)
                                 : broken->note;
    }
    trial.failure = most_frequent_failure(result);
    trial.call_setup_p99_ms = find_metric(result, "call_setup.p99");
    trial.loss_ratio = find_metric(result, "audio.loss_ratio");
    if (const auto& usage = result.janus_process) {
        trial.janus_cores = sustained(*usage, &ProcessSample::cores);
        trial.janus_busiest_thread = sustained(*usage, &ProcessSample::busiest_thread);
        trial.machine_cores = sustained(*usage, &ProcessSample::machine_cores);
        trial.janus_threads = usage->max_threads;
        trial.janus_descriptors = usage->max_descriptors;
    }
    trial.generator_lateness_p99_ms = find_metric(result, "generator.send_lateness.p99");
    trial.duration_s = to_seconds(result.run.duration);
    return trial;
}

std::optional<TrialOutcome> outcome_of(const RunResult& result) {
    TrialOutcome outcome;
    outcome.utilisation = utilisation_of(result);
    switch (result.verdict) {
        case reports::Verdict::passed:
            outcome.verdict = TrialVerdict::good;
            return outcome;
        case reports::Verdict::failed:
            // Neither is the plan Janus's fault.
            outcome.verdict =
                only_max_clients(result) ? TrialVerdict::generator_invalid : TrialVerdict::broken;
            return outcome;
        case reports::Verdict::invalid:
            outcome.verdict = TrialVerdict::generator_invalid;
            return outcome;
        case reports::Verdict::error:
            break;
    }
    if (result.exit_code != static_cast<int>(ExitCode::janus_failed) || !began(result)) {
        return std::nullopt;
    }
    outcome.verdict = TrialVerdict::broken;
    return outcome;
}

std::string not_measured(const RunResult& result) {
    std::string names;
    for (const auto& threshold : result.thresholds) {
        if (threshold.measurable) continue;
        names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", threshold.expression);
    }
    return names.empty()
               ? names
               : fmt::format(" Not measured, because the far end is not ours: {}.", names);
}

std::string why_not_good(const reports::CapacityTrial& trial) {
    if (trial.verdict == reports::Verdict::failed && !trial.broken.empty()) {
        std::string text =
            fmt::format("the threshold \"{}\" broke ({}", trial.broken, trial.broken_value);
        if (!trial.failure.empty()) text += "; " + trial.failure;
        return text + ")";
    }
    return fmt::format("the run ended thus: {}", trial.reason);
}

}  // namespace janus_harness::controller
