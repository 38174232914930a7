#include "harness/scenario/load_shape.h"

#include <algorithm>

namespace janus_harness::scenario {
namespace {

struct ClientsAtOnce {
    std::uint64_t operator()(const PerClientIterations& load) const { return load.clients; }
    std::uint64_t operator()(const ConstantArrivalRate& load) const {
        std::uint64_t clients = std::min(load.max_clients, load.iterations.value_or(UINT64_MAX));
        if (!load.duration) return clients;
        const double starts = to_seconds(*load.duration) * load.rate + 1;
        return std::min(clients, static_cast<std::uint64_t>(starts));
    }
};

struct LoadDuration {
    std::optional<Duration> operator()(const PerClientIterations& load) const {
        return load.max_duration;
    }
    std::optional<Duration> operator()(const ConstantArrivalRate& load) const {
        return load.duration;
    }
};

struct SetupRate {
    double operator()(const PerClientIterations& load) const { return load.start_rate; }
    double operator()(const ConstantArrivalRate&) const { return 10; }
};

}  // namespace

std::uint64_t clients_at_once(const Load& load) {
    return std::max<std::uint64_t>(std::visit(ClientsAtOnce{}, load.executor), 1);
}

std::optional<Duration> load_duration(const Load& load) {
    return std::visit(LoadDuration{}, load.executor);
}

double setup_rate(const Load& load) {
    return std::visit(SetupRate{}, load.executor);
}

Duration start_delay(const Load& load) {
    const auto* rate = std::get_if<ConstantArrivalRate>(&load.executor);
    return rate == nullptr ? Duration{0} : rate->start;
}

}  // namespace janus_harness::scenario
