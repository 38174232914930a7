#pragma once

#include <string>
#include <vector>

#include "harness/controller/capacity_search.h"
#include "reports/result.h"

namespace janus_harness::controller {

// What ran out first, in the order in which it is asked for: what is more certain comes first.
enum class Limit {
    generator,  // the harness itself: the level is a lower bound
    janus_died,
    rtp_ports,    // Janus found no free pair of UDP ports
    descriptors,  // RLIMIT_NOFILE of the Janus process
    threads,
    registration_rate,  // registrations queue in the one thread that serves them
    janus_thread,       // one thread of Janus at 100 %
    janus_cpu,          // all cores of the machine
    unknown,
};
std::string_view name(Limit limit);

struct LimitFound {
    Limit limit = Limit::unknown;
    std::string text;  // with the figures that it rests on
};

// What stopped the system at the level of this trial, which was not good: from the samples of the
// Janus process, the reasons for failure and the findings of the run.
LimitFound find_limit(const reports::RunResult& result);

// How much of the scarcest resource of Janus this run used, 0 to 1; nullopt: nothing is known.
std::optional<double> utilisation_of(const reports::RunResult& result);

// The search's conclusion in one sentence: the number, and what ran out. `unit` is "concurrent
// calls", "clients" or "iterations a second".
std::string conclusion_sentence(const CapacityConclusion& conclusion, const std::string& unit,
                                const LimitFound& limit, const std::string& broken);

}  // namespace janus_harness::controller
