#pragma once

#include <string_view>

namespace janus_harness::reports {

// Files that were put into the program when it was built: reports/templates/ and Debian's
// Chart.js (MIT, its licence line included).
std::string_view page_template();
std::string_view page_style();
std::string_view page_script();
std::string_view chart_library();

}  // namespace janus_harness::reports
