#pragma once

#include <optional>
#include <string>

#include "harness/controller/capacity_search.h"
#include "reports/capacity.h"
#include "reports/result.h"

namespace janus_harness::controller {

// What a run at this level comes to, for the table and for capacity.json.
reports::CapacityTrial describe_trial(double level, const reports::RunResult& result,
                                      const std::string& folder);

// What it means for the search; nullopt where it means nothing, because the run did not take place
// (Janus could not be reached, an interrupt, an error of the harness itself).
std::optional<TrialOutcome> outcome_of(const reports::RunResult& result);

// The thresholds that nobody could judge, because the far end is not ours, as a sentence that
// follows the conclusion; empty where there were none.
std::string not_measured(const reports::RunResult& result);

// How the trial ended, as the end of "at 160 …".
std::string why_not_good(const reports::CapacityTrial& trial);

}  // namespace janus_harness::controller
