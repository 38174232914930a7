#include "harness/controller/metric_lookup.h"

#include <map>
#include <string>

namespace janus_harness::controller {
namespace {

using Count = std::optional<std::uint64_t>;

std::optional<double> number(const Count& count) {
    if (!count) return std::nullopt;
    return static_cast<double>(*count);
}

std::optional<double> statistic(const metrics::Histogram& histogram, std::string_view name) {
    if (name == "count") return static_cast<double>(histogram.count());
    const auto summary = histogram.summary();
    if (!summary) return std::nullopt;
    if (name == "min") return summary->min;
    if (name == "mean") return summary->mean;
    if (name == "p50") return summary->p50;
    if (name == "p90") return summary->p90;
    if (name == "p99") return summary->p99;
    if (name == "p99_9") return summary->p99_9;
    if (name == "max") return summary->max;
    return std::nullopt;
}

std::optional<double> statistic(const std::optional<metrics::Histogram>& histogram,
                                std::string_view name) {
    if (!histogram) return std::nullopt;
    return statistic(*histogram, name);
}

// "a.b.c" into "a" and "b.c".
std::pair<std::string_view, std::string_view> head(std::string_view path) {
    const std::size_t dot = path.find('.');
    if (dot == std::string_view::npos) return {path, {}};
    return {path.substr(0, dot), path.substr(dot + 1)};
}

std::optional<double> reason_count(const std::map<std::string, std::uint64_t>& reasons,
                                   std::string_view reason) {
    const auto found = reasons.find(std::string(reason));
    return found == reasons.end() ? 0.0 : static_cast<double>(found->second);
}

template <typename Totals>
std::optional<double> common_count(const Totals& totals, std::string_view name) {
    if (name == "planned") return static_cast<double>(totals.planned);
    if (name == "started") return static_cast<double>(totals.started);
    if (name == "completed") return static_cast<double>(totals.completed);
    if (name == "failed") return static_cast<double>(totals.failed);
    if (name == "interrupted") return static_cast<double>(totals.interrupted);
    if (head(name).first == "failures") return reason_count(totals.failures, head(name).second);
    return std::nullopt;
}

std::optional<double> in_calls(const reports::CallTotals& calls, std::string_view name) {
    if (name == "established") return static_cast<double>(calls.established);
    return common_count(calls, name);
}

std::optional<double> in_iterations(const reports::IterationTotals& iterations,
                                    std::string_view name) {
    if (name == "dropped") return static_cast<double>(iterations.dropped);
    return common_count(iterations, name);
}

// How often a check failed; none where it never came up, so that a misspelt id is not a 0.
std::optional<double> check_failures(const reports::CheckTotals& checks, std::string_view id) {
    std::optional<double> count;
    for (const auto& item : checks.items) {
        if (item.id != id) continue;
        const bool failed = item.verdict == reports::CheckVerdict::failed;
        count = count.value_or(0) + (failed ? static_cast<double>(item.count) : 0);
    }
    return count;
}

std::optional<double> in_checks(const reports::CheckTotals& checks, std::string_view name) {
    if (name == "passed") return static_cast<double>(checks.passed);
    if (name == "failed") return static_cast<double>(checks.failed);
    if (name == "warned") return static_cast<double>(checks.warned);
    if (name == "skipped") return static_cast<double>(checks.skipped);
    if (head(name).first == "failures") return check_failures(checks, head(name).second);
    return std::nullopt;
}

Count identity_count(const reports::AudioDirection& direction, std::string_view name) {
    const auto identity = reports::parse_identity(name);
    if (!identity || !direction.identity) return std::nullopt;
    return (*direction.identity)[static_cast<std::size_t>(*identity)];
}

Count audio_count(const reports::AudioDirection& direction, std::string_view name) {
    if (name == "sent") return direction.sent;
    if (name == "received") return direction.received;
    if (name == "lost") return direction.lost;
    if (name == "duplicated") return direction.duplicated;
    if (name == "reordered") return direction.reordered;
    if (head(name).first == "identity") return identity_count(direction, head(name).second);
    return std::nullopt;
}

std::optional<double> in_direction(const reports::AudioDirection& direction,
                                   std::string_view name) {
    if (name == "loss_ratio") return direction.loss_ratio;
    const auto [group, rest] = head(name);
    if (group == "jitter") return statistic(direction.jitter, rest);
    if (group == "delay") return statistic(direction.delay, rest);
    if (group == "mos") return statistic(direction.mos, rest);
    return number(audio_count(direction, name));
}

// Both directions together: unknown as soon as one of them is.
std::optional<double> in_audio(const reports::RunResult& result, std::string_view name) {
    const auto [group, rest] = head(name);
    if (group == "to_far_end") return in_direction(result.to_far_end, rest);
    if (group == "from_far_end") return in_direction(result.from_far_end, rest);
    const auto sum = [&](std::string_view count) -> Count {
        const Count left = audio_count(result.to_far_end, count);
        const Count right = audio_count(result.from_far_end, count);
        if (!left || !right) return std::nullopt;
        return *left + *right;
    };
    if (name != "loss_ratio") return number(sum(name));
    const Count sent = sum("sent");
    const Count lost = sum("lost");
    if (!sent || !lost || *sent == 0) return std::nullopt;
    return static_cast<double>(*lost) / static_cast<double>(*sent);
}

std::optional<double> in_generator(const reports::GeneratorHealth& generator,
                                   std::string_view name) {
    const auto [group, rest] = head(name);
    if (group == "send_lateness") return statistic(generator.send_lateness, rest);
    if (group == "loop_lag") return statistic(generator.loop_lag, rest);
    if (name == "dropped_iterations") return static_cast<double>(generator.dropped_iterations);
    if (name == "packets_refused") return static_cast<double>(generator.packets_refused);
    if (name == "receive_drops") return static_cast<double>(generator.receive_drops);
    if (name == "max_rss_bytes") return static_cast<double>(generator.max_rss_bytes);
    if (name == "cpu_ms_per_call_s") return generator.cpu_ms_per_call_s;
    return std::nullopt;
}

std::optional<double> in_latency(const reports::RunResult& result, std::string_view group,
                                 std::string_view name) {
    constexpr std::string_view raw_suffix = "_raw";
    const bool raw = group.ends_with(raw_suffix);
    if (raw) group.remove_suffix(raw_suffix.size());
    const auto latency = result.latency.find(std::string(group));
    if (latency == result.latency.end()) return std::nullopt;
    const auto& [corrected, uncorrected] = latency->second;
    return statistic(raw && uncorrected ? *uncorrected : corrected, name);
}

}  // namespace

std::optional<double> find_metric(const reports::RunResult& result, std::string_view path) {
    const auto [group, rest] = head(path);
    if (group == "calls") return in_calls(result.calls, rest);
    if (group == "iterations") return in_iterations(result.iterations, rest);
    if (group == "checks") return in_checks(result.checks, rest);
    if (group == "audio") return in_audio(result, rest);
    if (group == "generator") return in_generator(result.generator, rest);
    if (group == "leftovers" && rest == "janus_sessions") {
        return number(result.leftovers.janus_sessions);
    }
    if (group == "leftovers" && rest == "janus_handles") {
        return number(result.leftovers.janus_handles);
    }
    return in_latency(result, group, rest);
}

bool needs_own_far_end(std::string_view path) {
    const auto [group, rest] = head(path);
    for (const std::string_view metric :
         {"invite_at_far_end", "first_audio_at_far_end", "call_setup"}) {
        if (group == metric || (group.starts_with(metric) && group.ends_with("_raw"))) return true;
    }
    if (group != "audio") return false;
    // What the browser alone knows: what it sent, and what it received and how evenly.
    const auto [direction, figure] = head(rest);
    if (direction == "to_far_end") return figure != "sent";
    if (direction != "from_far_end") return true;
    const std::string_view of_figure = head(figure).first;
    return of_figure == "sent" || of_figure == "lost" || of_figure == "loss_ratio" ||
           of_figure == "delay" || of_figure == "mos" || of_figure == "identity";
}

}  // namespace janus_harness::controller
