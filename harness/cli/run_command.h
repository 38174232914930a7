#pragma once

#include "harness/controller/run_options.h"

namespace janus_harness::cli {

// `janus-harness run`: each scenario after the other, on the built-in testbed or against --url. The
// exit code is the worst of them (controller::ExitCode).
int run_command(const controller::RunOptions& options);

}  // namespace janus_harness::cli
