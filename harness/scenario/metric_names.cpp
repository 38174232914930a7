#include "harness/scenario/metric_names.h"

#include <algorithm>
#include <utility>

#include "harness/scenario/failure_reasons.h"

namespace janus_harness::scenario {
namespace {

using Metrics = std::vector<std::pair<std::string, MetricUnit>>;

void add_histogram(Metrics& metrics, const std::string& group, MetricUnit unit) {
    metrics.emplace_back(group + ".count", MetricUnit::count);
    for (const char* statistic : {"min", "mean", "p50", "p90", "p99", "p99_9", "max"})
        metrics.emplace_back(group + "." + statistic, unit);
}

void add_counts(Metrics& metrics, const std::string& group,
                const std::vector<std::string>& statistics) {
    for (const std::string& statistic : statistics)
        metrics.emplace_back(group + "." + statistic, MetricUnit::count);
}

void add_latencies(Metrics& metrics) {
    for (const std::string name :
         {"create", "attach", "registration_request_delay", "message_ack", "session_request_delay",
          "invite_at_far_end", "call_accepted", "ice_connected", "dtls_connected", "webrtcup",
          "first_audio_from_far_end", "first_audio_at_far_end", "call_setup",
          "session_disconnect_delay"}) {
        add_histogram(metrics, name, MetricUnit::milliseconds);
        add_histogram(metrics, name + "_raw", MetricUnit::milliseconds);
    }
    // Of the section "probe": before the first client comes, while clients run their setup, and
    // during the load.
    for (const std::string name : {"probe_idle", "probe_setup", "probe_load"})
        add_histogram(metrics, name, MetricUnit::milliseconds);
}

// "audio.lost" is the sum of both directions, "audio.loss_ratio" that of all their packets.
void add_audio(Metrics& metrics) {
    for (const std::string group : {"audio", "audio.to_far_end", "audio.from_far_end"}) {
        add_counts(metrics, group, {"sent", "received", "lost", "duplicated", "reordered"});
        metrics.emplace_back(group + ".loss_ratio", MetricUnit::ratio);
        add_counts(metrics, group + ".identity",
                   {"proven", "silence", "other_stream", "noise", "unknown"});
        if (group == "audio") continue;
        add_histogram(metrics, group + ".jitter", MetricUnit::milliseconds);
        add_histogram(metrics, group + ".delay", MetricUnit::milliseconds);
        add_histogram(metrics, group + ".mos", MetricUnit::number);
    }
}

Metrics make_metrics() {
    Metrics metrics;
    add_latencies(metrics);
    add_audio(metrics);
    add_counts(metrics, "calls",
               {"planned", "started", "established", "completed", "failed", "interrupted"});
    add_counts(metrics, "iterations",
               {"planned", "started", "completed", "failed", "interrupted", "dropped"});
    add_counts(metrics, "checks", {"passed", "failed", "warned", "skipped"});
    add_histogram(metrics, "generator.send_lateness", MetricUnit::milliseconds);
    add_histogram(metrics, "generator.loop_lag", MetricUnit::milliseconds);
    add_counts(metrics, "generator",
               {"dropped_iterations", "max_rss_bytes", "packets_refused", "receive_drops"});
    metrics.emplace_back("generator.cpu_ms_per_call_s", MetricUnit::number);
    add_counts(metrics, "leftovers", {"janus_sessions", "janus_handles"});
    return metrics;
}

const Metrics& all_metrics() {
    static const Metrics metrics = make_metrics();
    return metrics;
}

std::string group_of(const std::string& path) {
    return path.substr(0, path.rfind('.'));
}

}  // namespace

std::optional<std::string_view> reason_of(std::string_view path) {
    for (const std::string_view prefix : {"calls.failures.", "iterations.failures."})
        if (path.starts_with(prefix)) return path.substr(prefix.size());
    return std::nullopt;
}

std::optional<std::string_view> check_of(std::string_view path) {
    constexpr std::string_view prefix = "checks.failures.";
    if (!path.starts_with(prefix) || path.size() == prefix.size()) return std::nullopt;
    return path.substr(prefix.size());
}

const std::vector<std::string>& metric_paths() {
    static const std::vector<std::string> paths = [] {
        std::vector<std::string> names;
        for (const auto& [path, unit] : all_metrics()) names.push_back(path);
        return names;
    }();
    return paths;
}

std::optional<MetricUnit> metric_unit(std::string_view path) {
    if (const auto reason = reason_of(path)) {
        if (!is_failure_reason(*reason)) return std::nullopt;
        return MetricUnit::count;
    }
    if (check_of(path)) return MetricUnit::count;
    for (const auto& [candidate, unit] : all_metrics())
        if (candidate == path) return unit;
    return std::nullopt;
}

std::vector<std::string> metric_groups() {
    std::vector<std::string> groups;
    for (const std::string& path : metric_paths()) {
        const std::string group = group_of(path);
        if (std::find(groups.begin(), groups.end(), group) == groups.end()) groups.push_back(group);
    }
    return groups;
}

std::vector<std::string> statistics_of(std::string_view group) {
    std::vector<std::string> statistics;
    for (const std::string& path : metric_paths())
        if (group_of(path) == group) statistics.push_back(path.substr(group.size() + 1));
    if (group == "calls" || group == "iterations") statistics.emplace_back("failures['REASON']");
    if (group == "checks") statistics.emplace_back("failures['ID']");
    return statistics;
}

}  // namespace janus_harness::scenario
