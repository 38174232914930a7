#pragma once

#include <string>

#include "reports/result.h"

namespace janus_harness::reports {

// The sections of report.html, in the order of the page. Each is markup, readable without
// JavaScript; an empty text means that the run has nothing to say there.
std::string verdict_html(const RunResult& result);
std::string findings_html(const RunResult& result);
std::string latency_html(const RunResult& result);
std::string waterfall_html(const RunResult& result);  // the first part of latency_html
std::string calls_html(const RunResult& result);
std::string audio_html(const RunResult& result);
std::string checks_html(const RunResult& result);
std::string generator_html(const RunResult& result);
std::string janus_process_html(const RunResult& result);
std::string environment_html(const RunResult& result);

// What page.js draws, as JSON.
std::string chart_data_json(const RunResult& result);

}  // namespace janus_harness::reports
