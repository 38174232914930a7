#include "reports/file_io.h"
#include "reports/writers.h"

namespace janus_harness::reports {

Result<std::string> write_report(const std::vector<std::string>& directories,
                                 const std::string& out) {
    if (directories.empty()) return Error{"report_read", "no run's folder was named"};
    std::vector<RunResult> results;
    for (const std::string& directory : directories) {
        auto result = read_result(directory);
        if (!result) return result.error();
        results.push_back(std::move(result).value());
    }
    const bool one = results.size() == 1;
    const std::string usual = one ? directories.front() + "/report.html" : "comparison.html";
    const std::string path = out.empty() ? usual : out;
    const std::string page = one ? report_html(results.front()) : comparison_html(results);
    const auto written = write_file_atomically(path, page);
    if (!written.ok()) return written.error();
    return path;
}

}  // namespace janus_harness::reports
