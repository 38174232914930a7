#pragma once

#include <string>
#include <utility>
#include <vector>

#include "reports/result.h"

namespace janus_harness::reports {

// What is known of the Janus process as name and figure, for the console and the page: "CPU at
// most" and "1.82 of 2 cores". What is not known is left out.
std::vector<std::pair<std::string, std::string>> process_figures(const ProcessUsage& usage);

}  // namespace janus_harness::reports
