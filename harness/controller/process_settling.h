#pragma once

#include <sys/types.h>

#include <optional>

namespace janus_harness::controller {

// Blocks until the process has used next to no CPU for a second, at most 20 s; for 3 s where it is
// not known. Returns early at an interrupt.
void wait_until_settled(std::optional<pid_t> pid);

}  // namespace janus_harness::controller
