#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "reports/result.h"

namespace janus_harness::reports {

// Each writer is a pure function of the result: the same result gives the same bytes. Text that a
// peer sent may hold any bytes: it is made valid UTF-8 and escaped for the format.

// result.json: the contract that scripts read, plus what the report needs to be written again.
std::string result_json(const RunResult& result);
// junit.xml: a suite a scenario, with the run itself, its calls, checks and thresholds as cases.
// What Janus got wrong is a <failure>; what kept the run from saying anything about Janus (verdict
// invalid or error) is an <error>.
std::string junit_xml(const std::vector<RunResult>& results);
// calls.csv (RFC 4180): a header row, then a row a call. A cell is empty where nothing is known.
std::string calls_csv(const std::vector<CallRecord>& calls);
// report.html: one self-contained file.
std::string report_html(const RunResult& result);
// The same for several runs, side by side: one column a run.
std::string comparison_html(const std::vector<RunResult>& results);
// The summary for the console, with ANSI colours when asked for. Ends with a newline.
std::string console_summary(const RunResult& result, bool colours);

// What the progress line of a terminal shows.
struct Progress {
    Duration elapsed{};
    Duration planned{};  // 0: not known
    std::uint64_t calls_planned = 0;
    std::uint64_t started = 0;
    std::uint64_t in_progress = 0;
    std::uint64_t completed = 0;
    std::uint64_t failed = 0;
    std::optional<Duration> call_setup_p50;
    std::optional<double> loss_ratio;
};
// One line without a newline, at most `width` columns (at least 20 are used).
std::string progress_line(const Progress& progress, std::size_t width);

// Writes result.json, report.html, junit.xml, calls.csv and latency/<metric>.hgrm into `directory`,
// which is made when it is missing. Each file appears whole or not at all (written beside its
// place, then renamed). Errors "report_write".
Result<void> write_run_folder(const std::string& directory, const RunResult& result);
// Removes what an earlier run left in the folder, so that a run which ends without a report is not
// taken for that one. Other files stay.
void clear_run_folder(const std::string& directory);

// Reads result.json and calls.csv of a run's folder back: enough to write the report again.
// Errors "report_read", "report_syntax", "report_schema".
Result<RunResult> read_result(const std::string& directory);

// The `report` command. One folder: its report.html is written again, to `out` when that is not
// empty. Several: a comparison, to `out` or comparison.html in the current folder. Gives the path
// that was written.
Result<std::string> write_report(const std::vector<std::string>& directories,
                                 const std::string& out);

}  // namespace janus_harness::reports
