#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/controller/run_options.h"
#include "harness/scenario/load.h"
#include "reports/result.h"

namespace janus_harness::cli {

// The variables behind --calls and --talk, and every --set. Error: override_syntax.
Result<std::vector<scenario::Override>> overrides_of(const controller::RunOptions& options);

// The absolute path of `wanted`, or of a new folder below runs/ that is called after the time and
// `name`; made if it is not there. Error: out_folder.
Result<std::string> make_out_folder(const std::string& wanted, const std::string& name);

// Gets the result of a run and the folder it was written to.
using ShowResult = std::function<void(const reports::RunResult&, const std::string& folder)>;

// Runs one scenario on the built-in testbed, or against the URL that the options or the scenario
// name. `show` is called where the run was: in a child process for the testbed. Gives the exit code
// (controller::ExitCode); what keeps a run from beginning is told on standard error.
int run_scenario(const controller::RunOptions& options, const scenario::Scenario& scenario,
                 const std::string& wanted_out, const ShowResult& show);

}  // namespace janus_harness::cli
