#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace janus_harness::reports {

using CsvRow = std::vector<std::string>;

// One record of RFC 4180 with its CRLF; cells that hold a comma, a quote or a line break are
// quoted.
std::string csv_line(const CsvRow& cells);
// Every record of the text. Takes CRLF and LF; an open quote ends with the text.
std::vector<CsvRow> parse_csv(std::string_view text);

}  // namespace janus_harness::reports
