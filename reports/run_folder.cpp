#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "reports/file_io.h"
#include "reports/json_report.h"
#include "reports/writers.h"

namespace janus_harness::reports {
namespace {

Result<void> make_directory(const std::filesystem::path& path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (!error) return {};
    return Error{"report_write", fmt::format("cannot make {}: {}", path.string(), error.message())};
}

// latency_ms.call_setup -> latency/call_setup.hgrm; nothing else goes there.
Result<void> write_latency_files(const std::string& directory, const RunResult& result) {
    constexpr std::string_view prefix = "latency_ms.";
    Result<void> outcome;
    for_each_histogram(result, [&](const std::string& name, const metrics::Histogram& histogram) {
        if (!outcome.ok() || !name.starts_with(prefix) || histogram.empty()) return;
        const std::string metric = name.substr(prefix.size());
        outcome = write_file_atomically(directory + "/" + metric + ".hgrm",
                                        metrics::percentile_text(histogram));
    });
    return outcome;
}

}  // namespace

void clear_run_folder(const std::string& directory) {
    std::error_code ignored;
    for (const char* name : {"result.json", "calls.csv", "junit.xml", "report.html", "events.jsonl",
                             "janus.log", "kamailio.log"}) {
        std::filesystem::remove(directory + "/" + name, ignored);
    }
    for (const auto& entry : std::filesystem::directory_iterator(directory + "/latency", ignored)) {
        if (entry.path().extension() == ".hgrm") std::filesystem::remove(entry.path(), ignored);
    }
}

Result<void> write_run_folder(const std::string& directory, const RunResult& result) {
    auto made = make_directory(directory + "/latency");
    if (!made.ok()) return made;
    const std::pair<const char*, std::string> files[] = {
        {"result.json", result_json(result)},
        {"calls.csv", calls_csv(result.call_records)},
        {"junit.xml", junit_xml({result})},
        {"report.html", report_html(result)},
    };
    for (const auto& [name, text] : files) {
        auto written = write_file_atomically(directory + "/" + name, text);
        if (!written.ok()) return written;
    }
    return write_latency_files(directory + "/latency", result);
}

}  // namespace janus_harness::reports
