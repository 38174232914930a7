#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "harness/scenario/load.h"
#include "harness/scenario/scenario.h"

namespace janus_harness::controller {

// What is raised from trial to trial.
enum class CapacityOf { clients, rate };
std::string_view name(CapacityOf of);

// How a scenario is made to run at a level of load. The level goes into the variable "clients" or
// "rate" where the scenario declares it, else into load.clients or load.rate.
class CapacityPlan {
  public:
    // `of` unset: the rate where the load is an arrival rate and the scenario has no variable
    // "clients", else the clients. `hold`: for how long a level is held, seconds; unset: 8 with
    // clients, 20 with a rate, where the scenario can be told so. Errors: "capacity_scenario" (a
    // load of stages, a `hold` that the scenario cannot be told, or clients that nothing keeps
    // present at once).
    static Result<CapacityPlan> make(const scenario::Scenario& scenario,
                                     std::optional<CapacityOf> of, std::optional<double> hold);

    CapacityOf of() const { return of_; }
    // The scenario's own level.
    double from() const { return from_; }
    // "concurrent calls", "calls a second", "clients", "iterations a second".
    std::string unit() const;
    // What makes the scenario run at this level. With clients that come at a rate the time in the
    // call (variable "talk", or load.duration) is that of the ramp and `hold`, so that all are in
    // a call at once for so long; with a rate, `calls` or load.duration is as much as `talk` and
    // `hold` need. load.max_clients grows with the level: the scenario's own was meant for its own.
    std::vector<scenario::Override> overrides(double level) const;

  private:
    enum class HeldBy { nothing, talk, calls, duration };

    // What load.max_clients has to be, where the scenario's own is too low for this level.
    std::optional<double> max_clients(double level) const;

    CapacityOf of_ = CapacityOf::clients;
    std::string key_;
    double from_ = 1;
    double hold_ = 0;
    double ramp_ = 0;  // clients a second that begin; 0: all at once
    double own_level_ = 0;
    double own_max_clients_ = 0;  // 0: the load has none
    HeldBy held_by_ = HeldBy::nothing;
    bool has_calls_ = false;
};

}  // namespace janus_harness::controller
