#include "harness/controller/capacity_limit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "reports/report_text.h"

namespace janus_harness::controller {
namespace {

using reports::ProcessSample;
using reports::ProcessUsage;
using reports::RunResult;
using Found = std::optional<LimitFound>;

constexpr double nearly_all = 0.9;
// Of the CPU that the whole machine used: less than this, and somebody else was the load.
constexpr double most_of_it = 0.6;
constexpr std::size_t sustained_samples = 3;

constexpr std::array<std::string_view, 10> names{
    "generator", "max_clients",       "janus_died",   "descriptors", "threads",
    "rtp_ports", "registration_rate", "janus_thread", "janus_cpu",   "unknown"};

bool near_limit(const std::optional<std::uint64_t>& used,
                const std::optional<std::uint64_t>& limit) {
    return used && limit && static_cast<double>(*used) >= nearly_all * static_cast<double>(*limit);
}

std::uint64_t failures(const RunResult& result, std::string_view reason) {
    const auto count = [&](const std::map<std::string, std::uint64_t>& counts) {
        const auto found = counts.find(std::string(reason));
        return found == counts.end() ? 0 : found->second;
    };
    return count(result.iterations.failures) + count(result.calls.failures);
}

// Of a machine that both share: no word about Janus, but about what to do.
std::string shared_machine(const RunResult& result) {
    const auto& usage = result.janus_process;
    if (!usage || usage->cores == 0) return {};
    const auto janus = sustained(*usage, &ProcessSample::cores);
    const auto machine = sustained(*usage, &ProcessSample::machine_cores);
    if (!janus || !machine || *machine < nearly_all * usage->cores) return {};
    return fmt::format(
        "; all {} cores of the machine were in use, {:.2f} of them by the Janus that "
        "shares it",
        usage->cores, *janus);
}

Found generator(const RunResult& result) {
    if (result.verdict != reports::Verdict::invalid) return std::nullopt;
    const auto& reasons = result.generator.reasons;
    const std::string reason =
        reasons.empty() ? "the harness itself did not keep up" : reasons.front();
    return LimitFound{Limit::generator, reason + shared_machine(result)};
}

Found max_clients(const RunResult& result) {
    if (!only_max_clients(result)) return std::nullopt;
    return LimitFound{
        Limit::max_clients,
        fmt::format("{} iterations found none of the load's max_clients free and were dropped",
                    reports::with_thousands(result.iterations.dropped))};
}

Found death(const RunResult& result) {
    if (result.verdict != reports::Verdict::error) return std::nullopt;
    return LimitFound{Limit::janus_died, result.reason};
}

Found descriptors(const RunResult& result) {
    const auto& usage = result.janus_process;
    if (!usage || !near_limit(usage->max_descriptors, usage->descriptor_limit)) return std::nullopt;
    return LimitFound{Limit::descriptors,
                      fmt::format("file descriptors of Janus: {} of {} (its RLIMIT_NOFILE)",
                                  reports::with_thousands(*usage->max_descriptors),
                                  reports::with_thousands(*usage->descriptor_limit))};
}

Found threads(const RunResult& result) {
    const auto& usage = result.janus_process;
    if (!usage || !near_limit(usage->max_threads, usage->thread_limit)) return std::nullopt;
    return LimitFound{Limit::threads, fmt::format("threads of Janus: {} of {}",
                                                  reports::with_thousands(*usage->max_threads),
                                                  reports::with_thousands(*usage->thread_limit))};
}

Found rtp_ports(const RunResult& result) {
    // The plugin's code for "could not allocate RTP/RTCP ports".
    const std::uint64_t count = failures(result, "plugin_error_450");
    if (count == 0) return std::nullopt;
    return LimitFound{
        Limit::rtp_ports,
        fmt::format("RTP ports of Janus: {} calls found no free pair (error 450)", count)};
}

// A threshold that broke, or anything that failed, is about registering.
bool concerns_registration(const RunResult& result) {
    const auto named = [](const std::string& text) {
        return text.find("regist") != std::string::npos;
    };
    const bool broken =
        std::any_of(result.thresholds.begin(), result.thresholds.end(), [&](const auto& threshold) {
            return threshold.measurable && !threshold.ok && named(threshold.expression);
        });
    return broken || std::any_of(result.failure_examples.begin(), result.failure_examples.end(),
                                 [&](const auto& failure) {
                                     return named(failure.reason) || named(failure.text);
                                 });
}

// That registrations queue, as those of `setup` may do, is not yet what broke the level.
Found registration_rate(const RunResult& result) {
    if (!concerns_registration(result)) return std::nullopt;
    for (const auto& finding : result.findings) {
        if (finding.id != "janus.registrations_queue") continue;
        return LimitFound{Limit::registration_rate, "the rate of registrations: " + finding.text};
    }
    return std::nullopt;
}

Found one_thread(const RunResult& result) {
    const auto& usage = result.janus_process;
    if (!usage) return std::nullopt;
    const auto busiest = sustained(*usage, &ProcessSample::busiest_thread);
    if (!busiest || *busiest < nearly_all) return std::nullopt;
    return LimitFound{Limit::janus_thread,
                      fmt::format("one thread of Janus (\"{}\") used {:.0f} % of a core",
                                  usage->busiest_thread, *busiest * 100)};
}

Found all_cores(const RunResult& result) {
    const auto& usage = result.janus_process;
    if (!usage || usage->cores == 0) return std::nullopt;
    const auto janus = sustained(*usage, &ProcessSample::cores);
    const auto machine = sustained(*usage, &ProcessSample::machine_cores);
    if (!janus || !machine || *machine < nearly_all * usage->cores) return std::nullopt;
    if (*janus < most_of_it * *machine) return std::nullopt;
    return LimitFound{Limit::janus_cpu,
                      fmt::format("CPU: {:.2f} of the machine's {} cores were in use, {:.2f} of "
                                  "them by Janus",
                                  *machine, usage->cores, *janus)};
}

std::string what_is_known(const RunResult& result) {
    const auto& usage = result.janus_process;
    if (!usage) {
        return "the process of Janus could not be looked at from here (--janus-pid, if it runs on "
               "this machine)";
    }
    const auto janus = sustained(*usage, &ProcessSample::cores);
    const auto machine = sustained(*usage, &ProcessSample::machine_cores);
    const auto figure = [](const std::optional<double>& value) {
        return value ? fmt::format("{:.2f}", *value) : std::string("an unknown number");
    };
    return fmt::format(
        "Janus used {} of {} cores, the whole machine {}, and was near none of its "
        "own limits",
        figure(janus), usage->cores, figure(machine));
}

// It may be that of `setup`, and then has nothing to do with it.
std::string what_queued(const RunResult& result) {
    for (const auto& finding : result.findings) {
        if (finding.id == "janus.registrations_queue") return "; " + finding.text;
    }
    return {};
}

std::string count_text(double level) {
    return fmt::format("{:.6g}", level);
}

}  // namespace

std::string_view name(Limit limit) {
    return names[static_cast<std::size_t>(limit)];
}

LimitFound find_limit(const RunResult& result) {
    for (const auto look : {generator, max_clients, death, descriptors, threads, rtp_ports,
                            registration_rate, one_thread, all_cores}) {
        if (auto found = look(result)) return *found;
    }
    return {Limit::unknown, what_is_known(result) + what_queued(result)};
}

bool only_max_clients(const RunResult& result) {
    const bool others = result.iterations.failed + result.calls.failed > 0;
    if (result.verdict != reports::Verdict::failed || result.iterations.dropped == 0 || others) {
        return false;
    }
    return std::none_of(result.thresholds.begin(), result.thresholds.end(), [](const auto& t) {
        return t.measurable && !t.ok && !t.expression.starts_with("iterations.dropped") &&
               !t.expression.starts_with("generator.dropped_iterations");
    });
}

std::optional<double> sustained(const ProcessUsage& usage,
                                std::optional<double> ProcessSample::*column) {
    std::vector<double> values;
    for (const ProcessSample& sample : usage.series) {
        if (sample.*column) values.push_back(*(sample.*column));
    }
    std::optional<double> highest;
    for (std::size_t i = 0; i + sustained_samples <= values.size(); ++i) {
        double sum = 0;
        for (std::size_t j = i; j < i + sustained_samples; ++j) sum += values[j];
        const double mean = sum / sustained_samples;
        highest = std::max(mean, highest.value_or(mean));
    }
    return highest;
}

std::optional<double> utilisation_of(const RunResult& result) {
    const auto& usage = result.janus_process;
    if (!usage) return std::nullopt;
    std::optional<double> most;
    const auto consider = [&](std::optional<double> used, double available) {
        if (used && available > 0) most = std::max(*used / available, most.value_or(0));
    };
    const auto number = [](const std::optional<std::uint64_t>& count) {
        return count ? std::optional(static_cast<double>(*count)) : std::nullopt;
    };
    consider(sustained(*usage, &ProcessSample::cores), usage->cores);
    consider(sustained(*usage, &ProcessSample::busiest_thread), 1);
    consider(number(usage->max_descriptors), number(usage->descriptor_limit).value_or(0));
    consider(number(usage->max_threads), number(usage->thread_limit).value_or(0));
    return most;
}

std::string conclusion_sentence(const CapacityConclusion& conclusion, const std::string& unit,
                                const LimitFound& limit, const std::string& why) {
    using Kind = CapacityConclusion::Kind;
    const std::string level = conclusion.level ? count_text(*conclusion.level) : "0";
    const std::string above = conclusion.above ? count_text(*conclusion.above) : "";
    const std::string held = conclusion.confirmed ? "held twice" : "held once";
    switch (conclusion.kind) {
        case Kind::limit:
            return fmt::format(
                "{} {} ({}); at {} {}. What ran out: {}.", level, unit, held, above, why,
                limit.limit == Limit::unknown ? "not known; " + limit.text : limit.text);
        case Kind::upper_end:
            return fmt::format(
                "{} {}, the highest level that was asked for, held; nothing ran out.", level, unit);
        case Kind::at_least:
            if (limit.limit == Limit::max_clients) {
                return fmt::format(
                    "At least {} {} ({}). What ran out are the scenario's own clients: at {} {}, "
                    "which says nothing about Janus.",
                    level, unit, held, above, limit.text);
            }
            return fmt::format(
                "At least {} {} ({}). What ran out is the generator: at {} the "
                "harness did not keep up ({}), which says nothing about Janus.",
                level, unit, held, above, limit.text);
        case Kind::below_first:
            return fmt::format(
                "Not even {} {} held: {}. What ran out: {}.", above, unit, why,
                limit.limit == Limit::unknown ? "not known; " + limit.text : limit.text);
        case Kind::generator_first:
            if (limit.limit == Limit::max_clients) {
                return fmt::format("No answer: at {} {} {}, which says nothing about Janus.", above,
                                   unit, limit.text);
            }
            return fmt::format(
                "No answer: the harness did not keep up with {} {} ({}), which says "
                "nothing about Janus.",
                above, unit, limit.text);
        case Kind::gave_up:
            break;
    }
    return fmt::format("No answer: the search ended before it came to one; {} {} held{}.", level,
                       unit, above.empty() ? "" : ", " + above + " did not");
}

}  // namespace janus_harness::controller
