#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/controller/capacity_search.h"
#include "reports/result.h"

namespace janus_harness::controller {

// What ran out. In the order in which they are asked for: what is more certain comes first.
enum class Limit {
    generator,    // the harness itself: the level is a lower bound
    max_clients,  // the scenario's own number of clients: the same
    janus_died,
    descriptors,  // RLIMIT_NOFILE of the Janus process
    threads,
    rtp_ports,          // Janus found no free pair of UDP ports
    registration_rate,  // registrations queue, and what failed has to do with them
    janus_thread,       // one thread of Janus at 100 %
    janus_cpu,          // all cores of the machine, most of them by Janus
    unknown,
};
// "janus_cpu" and so on.
std::string_view name(Limit limit);

struct LimitFound {
    Limit limit = Limit::unknown;
    std::string text;  // with the figures that it rests on
};

// What stopped the system in this run, which was not good: from the samples of the Janus process,
// the reasons for failure and the findings of the run.
LimitFound find_limit(const reports::RunResult& result);

// Iterations were dropped because no client was free, and nothing else went wrong: the scenario's
// max_clients was too low for the level, and Janus did all that was asked of it.
bool only_max_clients(const reports::RunResult& result);

// How much of the scarcest resource of Janus this run used, 0 to 1; nullopt: nothing is known.
std::optional<double> utilisation_of(const reports::RunResult& result);

// The highest mean over three seconds in a row of a column of the samples: a single second may
// hold a bit of its neighbours. nullopt where there are fewer samples.
std::optional<double> sustained(const reports::ProcessUsage& usage,
                                std::optional<double> reports::ProcessSample::*column);

// The search's conclusion in one sentence: the number, and what ran out. `unit` is what is counted
// ("concurrent clients", "iterations a second"), `why` how the trial above it ended.
std::string conclusion_sentence(const CapacityConclusion& conclusion, const std::string& unit,
                                const LimitFound& limit, const std::string& why);

}  // namespace janus_harness::controller
