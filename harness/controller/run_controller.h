#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "harness/controller/exit_code.h"
#include "harness/controller/run_options.h"
#include "harness/deployment/deployment.h"
#include "harness/scenario/scenario.h"
#include "reports/result.h"

namespace janus_harness::controller {

// What the run may ask of the testbed it runs on, if any. All are called on the main thread.
struct TestbedHooks {
    // How Janus ended ("killed by signal 9"); nullopt while it runs.
    std::function<std::optional<std::string>()> janus_exit;
    // The process of that Janus.
    std::function<pid_t()> janus_pid;
    // A planted fault: SIGKILL to Janus.
    std::function<void()> kill_janus;
    // The packets that impairments have dropped, for the result.
    std::function<std::vector<reports::Impairment>()> impairments;
};

// How many workers a run has: what the options or the scenario say, but no more than clients.
std::uint32_t worker_count(const scenario::Scenario& scenario, const RunOptions& options);
// Error "workers" where the deployment leaves room for one only.
Result<void> check_workers(const scenario::Scenario& scenario,
                           const deployment::Deployment& deployment, const RunOptions& options);

// Runs one scenario against a deployment: asks Janus who it is, runs the workers, shows progress,
// waits for what is left on Janus, judges, and writes the run's folder. SIGINT and SIGTERM end the
// run in order, a second one at once. Gives the result, or an error of our own ("out_folder",
// "event_log", "limits" where this machine cannot hold so many clients, or what kept the workers
// from starting).
class RunController {
  public:
    // All references must outlive it. `seed` is the run's.
    RunController(const scenario::Scenario& scenario, const deployment::Deployment& deployment,
                  const RunOptions& options, TestbedHooks hooks, std::uint64_t seed,
                  std::string out);
    ~RunController();

    Result<reports::RunResult> run();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace janus_harness::controller
