#pragma once

#include <string>
#include <vector>

namespace janus_harness::scenario {

// `janus-harness validate FILE… [--set name=value …]`: prints one line a diagnostic on stderr,
// "FILE: ok" on stdout for a good file. Returns the exit code: 0 all good, 2 otherwise.
int validate_command(const std::vector<std::string>& files, const std::vector<std::string>& sets);

}  // namespace janus_harness::scenario
