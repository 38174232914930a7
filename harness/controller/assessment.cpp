#include "harness/controller/assessment.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "harness/controller/exit_code.h"
#include "harness/controller/generator_verdict.h"
#include "harness/controller/metric_lookup.h"

namespace janus_harness::controller {
namespace {

bool mentions(const std::vector<scenario::Threshold>& thresholds,
              std::initializer_list<std::string_view> prefixes) {
    return std::any_of(thresholds.begin(), thresholds.end(), [&](const auto& threshold) {
        return std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view prefix) {
            return std::string_view(threshold.path).starts_with(prefix);
        });
    });
}

// A scenario that asks for certain failures judges failures itself; one that only forbids some of
// them has said nothing about the others.
bool asks_for_failures(const std::vector<scenario::Threshold>& thresholds) {
    return std::any_of(thresholds.begin(), thresholds.end(), [](const auto& threshold) {
        const std::string_view path = threshold.path;
        const bool named =
            path.starts_with("calls.failures") || path.starts_with("iterations.failures");
        const bool upper_limit = threshold.comparison == scenario::Comparison::less ||
                                 threshold.comparison == scenario::Comparison::less_or_equal;
        return named && !upper_limit && threshold.limit > 0;
    });
}

std::vector<scenario::Threshold> with_defaults(const scenario::Scenario& scenario,
                                               const reports::RunResult& result) {
    std::vector<scenario::Threshold> thresholds = scenario.thresholds;
    const auto add = [&](const std::string& path) {
        thresholds.push_back(
            {path + " == 0", path, scenario::Comparison::equal, 0, scenario::MetricUnit::count});
    };
    if (!mentions(scenario.thresholds, {"calls.failed", "iterations.failed", "calls.completed",
                                        "iterations.completed"}) &&
        !asks_for_failures(scenario.thresholds)) {
        add("iterations.failed");
    }
    if (!mentions(scenario.thresholds, {"checks.failed", "checks.failures"})) add("checks.failed");
    // What was planned and did not run has not been carried.
    if (result.iterations.dropped > 0 &&
        !mentions(scenario.thresholds, {"iterations.dropped", "generator.dropped_iterations"})) {
        add("iterations.dropped");
    }
    const auto& left = result.leftovers.janus_sessions;
    if (left && *left > 0 && !mentions(scenario.thresholds, {"leftovers."})) {
        add("leftovers.janus_sessions");
    }
    return thresholds;
}

std::string unit_of(scenario::MetricUnit unit) {
    return unit == scenario::MetricUnit::milliseconds ? "ms"
           : unit == scenario::MetricUnit::ratio      ? "%"
                                                      : "";
}

void evaluate_thresholds(const scenario::Scenario& scenario, bool far_end_ours,
                         reports::RunResult& result) {
    const auto lookup = [&](std::string_view path) { return find_metric(result, path); };
    for (const auto& threshold : with_defaults(scenario, result)) {
        const auto verdict = scenario::evaluate(threshold, lookup);
        reports::ThresholdResult entry;
        entry.expression = threshold.expression;
        entry.value = verdict.value;
        if (entry.value && threshold.unit == scenario::MetricUnit::ratio) *entry.value *= 100;
        entry.unit = unit_of(threshold.unit);
        entry.ok = verdict.ok;
        if (!verdict.value) {
            entry.measurable = far_end_ours || !needs_own_far_end(threshold.path);
            entry.note = entry.measurable ? "no data" : "the far end is not ours";
        }
        result.thresholds.push_back(std::move(entry));
    }
}

std::string passed_sentence(const reports::RunResult& result) {
    const std::string janus = result.run.janus.version_string.empty()
                                  ? std::string("Janus")
                                  : "Janus " + result.run.janus.version_string;
    if (result.calls.planned == 0) {
        return fmt::format("{} carried {} of {} iterations", janus, result.iterations.completed,
                           result.iterations.planned);
    }
    std::string sentence = fmt::format("{} carried {} of {} calls", janus, result.calls.completed,
                                       result.calls.planned);
    if (const auto setup = find_metric(result, "call_setup.p99")) {
        sentence += fmt::format("; call set-up p99 {:.0f} ms", *setup);
    }
    if (const auto lost = find_metric(result, "audio.lost")) {
        sentence += *lost == 0 ? std::string("; no audio packet lost")
                               : fmt::format("; {:.0f} audio packets lost", *lost);
    }
    return sentence;
}

// An instrument says what it does not know.
std::string unknown_sentence(const reports::RunResult& result) {
    std::string names;
    for (const auto& threshold : result.thresholds) {
        if (threshold.measurable) continue;
        names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", threshold.expression);
    }
    return names.empty() ? "" : "; not measured, because the far end is not ours: " + names;
}

// Calls that were neither completed nor failed must not go unsaid.
std::string cut_off_sentence(const reports::RunResult& result) {
    const std::uint64_t calls = result.calls.interrupted;
    const std::uint64_t iterations = result.iterations.interrupted;
    if (calls == 0 && iterations == 0) return {};
    return fmt::format("; {} {} were cut off when graceful_stop was over",
                       calls > 0 ? calls : iterations, calls > 0 ? "calls" : "iterations");
}

std::string joined(const std::vector<std::string>& reasons) {
    std::string text;
    for (const std::string& reason : reasons) text += (text.empty() ? "" : "; ") + reason;
    return text;
}

bool measured_nothing(const reports::RunResult& result) {
    const bool no_call = result.calls.planned + result.calls.warm_up > 0 &&
                         result.calls.completed + result.calls.failed + result.calls.started == 0;
    const bool no_iteration = result.iterations.completed + result.iterations.failed == 0;
    return no_call || no_iteration;
}

}  // namespace

void assess(const scenario::Scenario& scenario, const RunEnd& end, reports::RunResult& result) {
    judge_generator(scenario.generator, result.generator);
    evaluate_thresholds(scenario, end.far_end_ours, result);
    const auto broken =
        std::find_if(result.thresholds.begin(), result.thresholds.end(),
                     [](const auto& threshold) { return threshold.measurable && !threshold.ok; });
    result.run.interrupted = end.interrupted;
    const auto set = [&](reports::Verdict verdict, ExitCode code, std::string reason) {
        result.verdict = verdict;
        result.exit_code = static_cast<int>(code);
        result.reason = std::move(reason);
    };
    if (end.harness_failed) {
        set(reports::Verdict::error, ExitCode::harness_error, end.text);
    } else if (end.janus_failed && (end.janus_exited || result.generator.valid)) {
        set(reports::Verdict::error, ExitCode::janus_failed, end.text);
    } else if (end.interrupted) {
        set(reports::Verdict::error, ExitCode::interrupted,
            "The run was interrupted; what was measured until then is reported");
    } else if (!result.generator.valid) {
        set(reports::Verdict::invalid, ExitCode::generator_invalid,
            "The run says nothing about Janus: " + joined(result.generator.reasons) +
                (end.janus_failed ? "; it also ended early: " + end.text : ""));
    } else if (broken != result.thresholds.end()) {
        const std::string value =
            broken->value ? fmt::format("was {:g}{}", *broken->value, broken->unit) : broken->note;
        set(reports::Verdict::failed, ExitCode::threshold_failed,
            fmt::format("{}; threshold \"{}\" does not hold ({})", passed_sentence(result),
                        broken->expression, value) +
                unknown_sentence(result));
    } else if (measured_nothing(result)) {
        set(reports::Verdict::failed, ExitCode::threshold_failed,
            "Nothing was measured: no call or iteration of the plan ran to its end" +
                std::string(result.iterations.warm_up > 0 ? " after the warm-up" : ""));
    } else {
        // Where calls are meant to fail, "passed" needs the word.
        const bool all = result.calls.completed == result.calls.planned;
        set(reports::Verdict::passed, ExitCode::passed,
            passed_sentence(result) + (all ? "" : "; every threshold held") +
                cut_off_sentence(result) + unknown_sentence(result));
    }
}

}  // namespace janus_harness::controller
