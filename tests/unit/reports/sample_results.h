#pragma once

#include <cstddef>
#include <cstdint>

#include "reports/result.h"

namespace janus_harness::reports {

// A made-up run that looks like a real one: `calls` calls at 5 a second, some of which fail and
// some of which lose packets. The same arguments give the same run.
RunResult realistic_result(std::size_t calls, std::uint64_t seed);
// Nothing was reached: zero calls, nothing measured.
RunResult unreachable_result();
// Janus died in mid-run: some calls were measured, the far end's figures are not known.
RunResult died_result();
// Every text holds what breaks careless writers: < > & " ' newline, control characters, bytes that
// are not UTF-8, </script>, ]]>, commas and letters beyond ASCII.
RunResult hostile_result();

}  // namespace janus_harness::reports
