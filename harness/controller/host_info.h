#pragma once

#include <cstdint>

#include "reports/result.h"

namespace janus_harness::controller {

// Cores, processor, kernel and our own version.
reports::Environment describe_host();
// User and system time of this process so far, all threads.
double process_cpu_seconds();
std::uint64_t process_max_rss_bytes();

}  // namespace janus_harness::controller
