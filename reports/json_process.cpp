#include "reports/json_process.h"

namespace janus_harness::reports {
namespace {

template <typename T>
void write_column(JsonWriter& json, std::string_view name, const std::vector<ProcessSample>& series,
                  T ProcessSample::*field) {
    json.begin_array(name);
    for (const ProcessSample& sample : series) json.value(sample.*field);
    json.end_array();
}

void write_series(JsonWriter& json, const std::vector<ProcessSample>& series) {
    json.begin_object("series");
    write_column(json, "second", series, &ProcessSample::second);
    write_column(json, "cores", series, &ProcessSample::cores);
    write_column(json, "busiest_thread", series, &ProcessSample::busiest_thread);
    write_column(json, "machine_cores", series, &ProcessSample::machine_cores);
    write_column(json, "threads", series, &ProcessSample::threads);
    write_column(json, "descriptors", series, &ProcessSample::descriptors);
    write_column(json, "rss_bytes", series, &ProcessSample::rss_bytes);
    json.end_object();
}

std::vector<ProcessSample> read_series(Node node) {
    const auto seconds = node["second"].elements();
    const auto column = [&](const char* name) {
        auto cells = node[name].elements();
        cells.resize(seconds.size());
        return cells;
    };
    const auto cores = column("cores"), busiest = column("busiest_thread"),
               machine = column("machine_cores"), threads = column("threads"),
               descriptors = column("descriptors"), rss = column("rss_bytes");
    std::vector<ProcessSample> series;
    for (std::size_t i = 0; i < seconds.size(); ++i) {
        series.push_back({.second = static_cast<std::uint32_t>(seconds[i].count()),
                          .cores = cores[i].known_number(),
                          .busiest_thread = busiest[i].known_number(),
                          .machine_cores = machine[i].known_number(),
                          .threads = threads[i].known_count(),
                          .descriptors = descriptors[i].known_count(),
                          .rss_bytes = rss[i].known_count()});
    }
    return series;
}

}  // namespace

void write_janus_process(JsonWriter& json, const std::optional<ProcessUsage>& usage) {
    if (!usage) return json.member("janus_process", nullptr);
    json.begin_object("janus_process");
    json.member("pid", usage->pid);
    json.known_text("name", usage->name);
    json.member("cpu_s", usage->cpu_s);
    json.member("max_cores", usage->max_cores);
    json.member("max_busiest_thread", usage->max_busiest_thread);
    json.known_text("busiest_thread", usage->busiest_thread);
    json.member("max_machine_cores", usage->max_machine_cores);
    json.member("cores", usage->cores == 0 ? std::nullopt : std::optional(usage->cores));
    json.member("max_threads", usage->max_threads);
    json.member("max_descriptors", usage->max_descriptors);
    json.member("max_rss_bytes", usage->max_rss_bytes);
    json.member("descriptor_limit", usage->descriptor_limit);
    json.member("thread_limit", usage->thread_limit);
    write_series(json, usage->series);
    json.end_object();
}

void write_findings(JsonWriter& json, const std::vector<Finding>& findings) {
    json.begin_array("findings");
    for (const Finding& finding : findings) {
        json.begin_object();
        json.member("id", finding.id);
        json.member("text", finding.text);
        json.end_object();
    }
    json.end_array();
}

std::optional<ProcessUsage> read_janus_process(Node node) {
    if (!node.is_object()) return std::nullopt;
    return ProcessUsage{.pid = node["pid"].known_integer().value_or(0),
                        .name = node["name"].text(),
                        .cpu_s = node["cpu_s"].known_number(),
                        .max_cores = node["max_cores"].known_number(),
                        .max_busiest_thread = node["max_busiest_thread"].known_number(),
                        .busiest_thread = node["busiest_thread"].text(),
                        .max_machine_cores = node["max_machine_cores"].known_number(),
                        .cores = static_cast<unsigned>(node["cores"].count()),
                        .max_threads = node["max_threads"].known_count(),
                        .max_descriptors = node["max_descriptors"].known_count(),
                        .max_rss_bytes = node["max_rss_bytes"].known_count(),
                        .descriptor_limit = node["descriptor_limit"].known_count(),
                        .thread_limit = node["thread_limit"].known_count(),
                        .series = read_series(node["series"])};
}

}  // namespace janus_harness::reports
