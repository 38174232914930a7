#include "harness/executors/make_executor.h"

#include "harness/executors/constant_arrival_rate.h"
#include "harness/executors/per_client_iterations.h"
#include "harness/executors/ramping_arrival_rate.h"
#include "harness/executors/ramping_clients.h"

namespace janus_harness::executors {
namespace {

using Made = std::unique_ptr<Executor>;

struct Make {
    Share share;

    Made operator()(const scenario::PerClientIterations& load) const {
        return std::make_unique<PerClientIterations>(
            PerClientIterationsOptions{.clients = load.clients,
                                       .iterations = load.iterations,
                                       .start_rate = load.start_rate,
                                       .max_duration = load.max_duration},
            share);
    }
    Made operator()(const scenario::ConstantArrivalRate& load) const {
        return std::make_unique<ConstantArrivalRate>(
            ConstantArrivalRateOptions{.rate = load.rate,
                                       .duration = load.duration,
                                       .iterations = load.iterations,
                                       .max_clients = static_cast<std::uint32_t>(load.max_clients)},
            share);
    }
    Made operator()(const scenario::RampingArrivalRate& load) const {
        return std::make_unique<RampingArrivalRate>(load, share);
    }
    Made operator()(const scenario::ConstantClients& load) const {
        return std::make_unique<PerClientIterations>(
            PerClientIterationsOptions{.clients = load.clients,
                                       .iterations = std::nullopt,
                                       .start_rate = load.start_rate,
                                       .max_duration = load.duration},
            share);
    }
    Made operator()(const scenario::RampingClients& load) const {
        return std::make_unique<RampingClients>(load, share);
    }
};

}  // namespace

std::unique_ptr<Executor> make_executor(const scenario::Load& load, Share share) {
    return std::visit(Make{share}, load.executor);
}

}  // namespace janus_harness::executors
