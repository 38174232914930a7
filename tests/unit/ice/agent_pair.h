#pragma once

#include <vector>

#include "ice/agent.h"
#include "netem/network_emulator.h"

namespace janus_harness::ice {

// An agent on its socket, and all that it reported.
struct AgentEnd {
    AgentEnd(const AgentConfig& agent_config, const SocketAddress& socket_address)
        : config(agent_config), address(socket_address), agent(agent_config) {}

    void collect_events();
    template <typename T>
    const T* find() const {
        for (auto event = events.rbegin(); event != events.rend(); ++event) {
            if (const auto* found = std::get_if<T>(&*event)) return found;
        }
        return nullptr;
    }
    // Whether the last word is that it is connected, and to whom.
    bool is_connected_to(const SocketAddress& remote) const;

    AgentConfig config;
    SocketAddress address;
    Agent agent;
    std::vector<Event> events;
};

AgentConfig agent_config(bool controlling, std::string name, std::uint64_t tie_breaker);

// Two agents joined by a network, all in virtual time.
struct AgentPair {
    explicit AgentPair(netem::Impairment impairment = {}, std::uint64_t seed = 1,
                       bool left_controls = true, bool right_controls = false);

    // Tells `to` who `from` is, as an SDP with candidates would.
    void describe(AgentEnd& to, const AgentEnd& from);
    void describe_both();
    void run(Duration limit);  // since the begin of time
    bool connected() const;

    TimePoint now{std::chrono::seconds(1)};
    AgentEnd left;
    AgentEnd right;
    netem::NetworkEmulator network;

  private:
    void flush(AgentEnd& end);
    void deliver();
    std::optional<TimePoint> next_timeout() const;
};

}  // namespace janus_harness::ice
