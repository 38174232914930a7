#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/random.h"
#include "sip/endpoint.h"

namespace janus_harness::sip {

inline constexpr Duration ms(std::int64_t count) {
    return std::chrono::milliseconds(count);
}

inline SocketAddress address(const std::string& text) {
    return SocketAddress::parse(text).value();
}

// Endpoints on a lossy network in virtual time: a datagram takes 5 to 15 ms, so they overtake each
// other. One seed, one run.
class Network {
  public:
    explicit Network(std::uint64_t seed, double loss = 0) : random_(seed), loss_(loss) {}

    Endpoint& add(const std::string& local, EndpointConfig config) {
        config.local = address(local);
        config.seed = random_();
        if (config.domain.empty()) config.domain = config.local.ip();
        auto& node = nodes_[config.local];
        node.endpoint = std::make_unique<Endpoint>(config);
        return *node.endpoint;
    }
    // Called for every event of an endpoint; what it makes the endpoint do happens at once.
    void on_event(const Endpoint& endpoint, std::function<void(const Event&)> handler) {
        for (auto& [local, node] : nodes_) {
            if (node.endpoint.get() == &endpoint) node.handler = std::move(handler);
        }
    }
    void run(Duration duration) {
        const TimePoint end = now_ + duration;
        drain();
        while (const auto next = next_time()) {
            if (*next > end) break;
            now_ = std::max(now_, *next);
            step();
            drain();
        }
        now_ = end;
    }
    TimePoint now() const { return now_; }
    std::uint64_t dropped() const { return dropped_; }

  private:
    struct Node {
        std::unique_ptr<Endpoint> endpoint;
        std::function<void(const Event&)> handler = [](const Event&) {};
    };
    struct Flight {
        SocketAddress from;
        Datagram datagram;
    };

    std::optional<TimePoint> next_time() const {
        std::optional<TimePoint> first;
        if (!flights_.empty()) first = flights_.begin()->first;
        for (const auto& [local, node] : nodes_) {
            const auto next = node.endpoint->next_timeout();
            if (next && (!first || *next < *first)) first = next;
        }
        return first;
    }
    void step() {
        while (!flights_.empty() && flights_.begin()->first <= now_) {
            const Flight flight = std::move(flights_.begin()->second);
            flights_.erase(flights_.begin());
            const auto target = nodes_.find(flight.datagram.remote);
            if (target == nodes_.end()) continue;
            target->second.endpoint->handle_datagram(now_, flight.from, flight.datagram.bytes);
        }
        for (auto& [local, node] : nodes_) {
            const auto next = node.endpoint->next_timeout();
            if (next && *next <= now_) node.endpoint->handle_timeout(now_);
        }
    }
    void drain() {
        for (auto& [local, node] : nodes_) {
            while (const auto event = node.endpoint->poll_event()) node.handler(*event);
            while (auto datagram = node.endpoint->poll_transmit()) {
                if (random_.unit() < loss_) {
                    ++dropped_;
                    continue;
                }
                const auto delay =
                    ms(5) + Duration(static_cast<std::int64_t>(random_.below(10000000)));
                flights_.emplace(now_ + delay, Flight{local, std::move(*datagram)});
            }
        }
    }

    Random random_;
    double loss_;
    TimePoint now_{std::chrono::hours(1)};
    std::map<SocketAddress, Node> nodes_;
    std::multimap<TimePoint, Flight> flights_;
    std::uint64_t dropped_ = 0;
};

// Counts events by kind, for assertions.
template <typename T>
std::size_t count(const std::vector<Event>& events) {
    std::size_t total = 0;
    for (const auto& event : events) total += std::holds_alternative<T>(event) ? 1 : 0;
    return total;
}
template <typename T>
const T* last(const std::vector<Event>& events) {
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
        if (const T* found = std::get_if<T>(&*event)) return found;
    }
    return nullptr;
}

}  // namespace janus_harness::sip
