#pragma once

#include <string_view>
#include <vector>

#include "reports/call_record.h"

namespace janus_harness::reports {

// Reads what calls_csv() wrote. Columns are found by their names; cells that do not parse and
// columns that are not known are passed over.
std::vector<CallRecord> parse_calls_csv(std::string_view text);

}  // namespace janus_harness::reports
