#pragma once

#include <cstdint>
#include <optional>

#include "harness/scenario/scenario.h"

namespace janus_harness::scenario {

// What a `load` section comes to, over all workers.

// The most clients that exist at once: so many accounts are needed. At least 1.
std::uint64_t clients_at_once(const Load& load);
// From the start of the load, no start is planned at or after it; nothing where only the number of
// iterations ends the load.
std::optional<Duration> load_duration(const Load& load);
// Clients a second that run their `setup`, or begin.
double setup_rate(const Load& load);
// From the start of the load to time zero of the plan.
Duration start_delay(const Load& load);

}  // namespace janus_harness::scenario
