#include "agent_pair.h"

#include <algorithm>

#include "ice/priority.h"

namespace janus_harness::ice {

namespace {

const SocketAddress kLeft = SocketAddress::parse("192.0.2.1:1000").value();
const SocketAddress kRight = SocketAddress::parse("192.0.2.2:2000").value();

}  // namespace

void AgentEnd::collect_events() {
    while (auto event = agent.poll_event()) events.push_back(std::move(*event));
}

bool AgentEnd::is_connected_to(const SocketAddress& remote) const {
    if (events.empty()) return false;
    const auto* connected = std::get_if<Connected>(&events.back());
    return connected != nullptr && connected->remote == remote && agent.selected_remote() == remote;
}

AgentConfig agent_config(bool controlling, std::string name, std::uint64_t tie_breaker) {
    return {.controlling = controlling,
            .local_ufrag = "ufrag" + name,
            .local_pwd = "password-of-22-letters-" + name,
            .tie_breaker = tie_breaker};
}

AgentPair::AgentPair(netem::Impairment impairment, std::uint64_t seed, bool left_controls,
                     bool right_controls)
    : left(agent_config(left_controls, "Left", seed * 2 + 1000), kLeft),
      right(agent_config(right_controls, "Right", seed * 2 + 1001), kRight),
      network(std::move(impairment), seed) {}

void AgentPair::describe(AgentEnd& to, const AgentEnd& from) {
    to.agent.set_remote_credentials(now, from.config.local_ufrag, from.config.local_pwd);
    to.agent.add_remote_candidate(now, from.address, host_priority());
    to.agent.end_of_remote_candidates(now);
}

void AgentPair::describe_both() {
    describe(right, left);
    describe(left, right);
}

void AgentPair::flush(AgentEnd& end) {
    while (auto datagram = end.agent.poll_transmit()) {
        network.send(now, end.address, datagram->remote, std::move(datagram->bytes));
    }
    end.collect_events();
}

void AgentPair::deliver() {
    while (const auto packet = network.poll_deliver(now)) {
        for (AgentEnd* end : {&left, &right}) {
            if (packet->to != end->address) continue;
            end->agent.handle_datagram(now, packet->from, packet->bytes);
            flush(*end);
        }
    }
}

std::optional<TimePoint> AgentPair::next_timeout() const {
    std::optional<TimePoint> next = network.next_timeout();
    for (const auto other : {left.agent.next_timeout(), right.agent.next_timeout()}) {
        if (other && (!next || *other < *next)) next = other;
    }
    return next;
}

void AgentPair::run(Duration limit) {
    const TimePoint end = TimePoint{std::chrono::seconds(1)} + limit;
    flush(left);
    flush(right);
    while (const auto next = next_timeout()) {
        if (*next > end) break;
        now = std::max(now, *next);
        deliver();
        left.agent.handle_timeout(now);
        right.agent.handle_timeout(now);
        flush(left);
        flush(right);
    }
    now = std::max(now, end);
}

bool AgentPair::connected() const {
    return left.is_connected_to(right.address) && right.is_connected_to(left.address);
}

}  // namespace janus_harness::ice
