#include "harness/scenario/load_shape.h"

#include <algorithm>
#include <cmath>

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
    std::uint64_t operator()(const RampingArrivalRate& load) const {
        return std::min(load.max_clients, arrivals(load));
    }
    std::uint64_t operator()(const ConstantClients& load) const { return load.clients; }
    std::uint64_t operator()(const RampingClients& load) const { return most_clients_of(load); }
};

struct LoadDuration {
    std::optional<Duration> operator()(const PerClientIterations& load) const {
        return load.max_duration;
    }
    std::optional<Duration> operator()(const ConstantArrivalRate& load) const {
        return load.duration;
    }
    std::optional<Duration> operator()(const RampingArrivalRate& load) const {
        return length(load.stages);
    }
    std::optional<Duration> operator()(const ConstantClients& load) const { return load.duration; }
    std::optional<Duration> operator()(const RampingClients& load) const {
        return length(load.stages);
    }
};

struct SetupRate {
    double operator()(const PerClientIterations& load) const { return load.start_rate; }
    double operator()(const ConstantArrivalRate& load) const { return load.setup_rate; }
    double operator()(const RampingArrivalRate& load) const { return load.setup_rate; }
    double operator()(const ConstantClients& load) const { return load.start_rate; }
    double operator()(const RampingClients& load) const { return load.setup_rate; }
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

Duration length(const std::vector<Stage>& stages) {
    Duration total{0};
    for (const Stage& stage : stages) total += stage.duration;
    return total;
}

std::uint64_t arrivals(const RampingArrivalRate& load) {
    double total = 0;
    double rate = load.start_rate;
    for (const Stage& stage : load.stages) {
        total += (rate + stage.target) / 2 * to_seconds(stage.duration);
        rate = stage.target;
    }
    // What rounding took away must not cost the last one.
    return static_cast<std::uint64_t>(std::floor(total + 1e-6));
}

std::uint32_t most_clients_of(const RampingClients& load) {
    double most = load.start_clients;
    for (const Stage& stage : load.stages) most = std::max(most, stage.target);
    return static_cast<std::uint32_t>(most);
}

}  // namespace janus_harness::scenario
