#pragma once

#include <cstdint>
#include <optional>

#include "harness/scenario/scenario.h"

namespace janus_harness::scenario {

// What a `load` section comes to, over all workers.

// The most clients that exist at once: so many accounts are needed. At least 1.
std::uint64_t clients_at_once(const Load& load);
// From time zero of the plan, no start is planned after it; nothing where only the number of
// iterations ends the load.
std::optional<Duration> load_duration(const Load& load);
// Clients a second that run their `setup` before the load.
double setup_rate(const Load& load);
// From the start of the load to time zero of the plan.
Duration start_delay(const Load& load);

// All stages one after the other.
Duration length(const std::vector<Stage>& stages);
// How many iterations the stages start: the integral of the rate, whole ones.
std::uint64_t arrivals(const RampingArrivalRate& load);
std::uint32_t most_clients_of(const RampingClients& load);

}  // namespace janus_harness::scenario
