#pragma once

#include "reports/result.h"

namespace janus_harness::controller::test {

// A result in which everything was measured, and no two figures are alike.
reports::RunResult full_result();

}  // namespace janus_harness::controller::test
