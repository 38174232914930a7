#pragma once

#include <string>

namespace janus_harness::cli {

// `janus-harness explain FILE`: prints an SDP, or the SDP of a Janus message with a jsep, line by
// line with what each line means. Secrets are masked. Exit code 0, or 2 when the file holds
// neither.
int explain_command(const std::string& file);

}  // namespace janus_harness::cli
