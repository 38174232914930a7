#include <doctest/doctest.h>

#include "agent_pair.h"
#include "ice/priority.h"
#include "ice/stun_message.h"

namespace janus_harness::ice {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a role conflict is settled, whoever begins") {
    for (const bool role : {true, false}) {
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            for (const bool right_first : {false, true}) {
                CAPTURE(role);
                CAPTURE(seed);
                AgentPair pair({.delay = 10ms, .jitter = 5ms}, seed, role, role);
                if (right_first) {
                    pair.describe(pair.right, pair.left);
                    pair.run(5ms);
                    pair.describe(pair.left, pair.right);
                } else {
                    pair.describe_both();
                }
                pair.run(2s);
                CHECK(pair.connected());
                CHECK(pair.left.agent.controlling() != pair.right.agent.controlling());
                // The tie-breaker of the right agent is larger.
                CHECK(pair.right.agent.controlling());
            }
        }
    }
}

TEST_CASE("a role conflict is settled under loss") {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        CAPTURE(seed);
        AgentPair pair({.loss = 0.25, .delay = 10ms}, seed, true, true);
        pair.describe_both();
        pair.run(35s);
        CHECK(pair.left.find<Connected>() != nullptr);
        CHECK(pair.right.find<Connected>() != nullptr);
        CHECK(pair.left.agent.controlling() != pair.right.agent.controlling());
    }
}

TEST_CASE("a lite peer makes the agent controlling") {
    AgentPair pair({}, 1, false, false);
    pair.left.agent.set_remote_credentials(pair.now, "u", "p", true);
    pair.left.agent.add_remote_candidate(pair.now, pair.right.address, 1);
    CHECK(pair.left.agent.controlling());
    CHECK(parse_stun(pair.left.agent.poll_transmit().value().bytes)->ice_controlling);
}

// A hand-made controlling peer that nominates with every check (RFC 5245's aggressive nomination).
struct AggressivePeer {
    Bytes check(const AgentEnd& to, std::uint8_t number) const {
        return encode_check({.transaction_id = {number},
                             .username = to.config.local_ufrag + ":peer",
                             .priority = 1000,
                             .controlling = true,
                             .tie_breaker = 7,
                             .use_candidate = true},
                            to.config.local_pwd);
    }
    // The answer to a check of the agent.
    Bytes answer(const Datagram& datagram) const {
        return encode_success(parse_stun(datagram.bytes)->transaction_id, datagram.remote,
                              "the-password-of-the-peer");
    }
};

// The first request among what the agent wants to send.
std::optional<Datagram> next_request(Agent& agent) {
    while (auto datagram = agent.poll_transmit()) {
        if (parse_stun(datagram->bytes)->message_class == StunClass::request) return datagram;
    }
    return std::nullopt;
}

TEST_CASE("told to switch, an agent checks again in the other role with a new tie-breaker") {
    AgentPair pair({}, 1, true, true);
    Agent& agent = pair.left.agent;
    agent.set_remote_credentials(pair.now, "peer", "the-password-of-the-peer");
    agent.add_remote_candidate(pair.now, pair.right.address, 500);
    const auto first = parse_stun(next_request(agent).value().bytes);
    agent.handle_datagram(pair.now, pair.right.address,
                          encode_error(first->transaction_id, 487, "the-password-of-the-peer"));
    CHECK_FALSE(agent.controlling());
    pair.now += 50ms;
    agent.handle_timeout(pair.now);
    const auto second = parse_stun(next_request(agent).value().bytes);
    REQUIRE(second->ice_controlled);
    CHECK(second->transaction_id != first->transaction_id);
    CHECK(*second->ice_controlled != *first->ice_controlling);
}

TEST_CASE("aggressive nomination is taken as soon as the own check succeeds") {
    AgentPair pair({}, 1, false, true);
    const AggressivePeer peer;
    Agent& agent = pair.left.agent;
    const SocketAddress& address = pair.right.address;
    agent.set_remote_credentials(pair.now, "peer", "the-password-of-the-peer");
    agent.handle_datagram(pair.now, address, peer.check(pair.left, 1));
    CHECK_FALSE(agent.poll_event());  // nominated, but not valid yet
    const auto triggered = next_request(agent);
    REQUIRE(triggered);
    CHECK(triggered->remote == address);
    agent.handle_datagram(pair.now, address, peer.answer(*triggered));
    const auto event = agent.poll_event();
    REQUIRE(event);
    CHECK(std::get<Connected>(*event).remote == address);
}

TEST_CASE("of several nominated pairs the one of highest priority is selected") {
    AgentPair pair({}, 1, false, true);
    const AggressivePeer peer;
    Agent& agent = pair.left.agent;
    SocketAddress low = pair.right.address;
    SocketAddress high = pair.right.address;
    SocketAddress lowest = pair.right.address;
    high.set_port(2001);
    lowest.set_port(2002);
    agent.set_remote_credentials(pair.now, "peer", "the-password-of-the-peer");
    agent.add_remote_candidate(pair.now, low, 500);
    agent.add_remote_candidate(pair.now, high, 900);
    agent.add_remote_candidate(pair.now, lowest, 100);
    std::uint8_t number = 0;
    for (const SocketAddress& address : {low, high, lowest}) {
        agent.handle_datagram(pair.now, address, peer.check(pair.left, ++number));
        pair.now += 50ms;
        agent.handle_timeout(pair.now);
        while (const auto request = next_request(agent)) {
            agent.handle_datagram(pair.now, request->remote, peer.answer(*request));
        }
        pair.now += 50ms;
        agent.handle_timeout(pair.now);
        while (const auto request = next_request(agent)) {
            agent.handle_datagram(pair.now, request->remote, peer.answer(*request));
        }
        CHECK(agent.selected_remote() == (address == low ? low : high));
    }
}

TEST_CASE("the controlled agent waits for a nomination") {
    AgentPair pair({}, 1, false, true);
    const AggressivePeer peer;
    Agent& agent = pair.left.agent;
    agent.set_remote_credentials(pair.now, "peer", "the-password-of-the-peer");
    agent.add_remote_candidate(pair.now, pair.right.address, 500);
    const auto check = next_request(agent);
    REQUIRE(check);
    agent.handle_datagram(pair.now, pair.right.address, peer.answer(*check));
    CHECK_FALSE(agent.poll_event());
    agent.handle_datagram(pair.now, pair.right.address, peer.check(pair.left, 1));
    CHECK(agent.poll_event());
}

TEST_CASE("a nomination that fails falls back to another valid pair") {
    AgentPair pair({.loss = 1}, 1, true, false);
    const AggressivePeer peer;
    Agent& agent = pair.left.agent;
    SocketAddress other = pair.right.address;
    other.set_port(2001);
    agent.set_remote_credentials(pair.now, "peer", "the-password-of-the-peer");
    agent.add_remote_candidate(pair.now, pair.right.address, 900);
    agent.add_remote_candidate(pair.now, other, 500);
    const auto first = next_request(agent);
    pair.now += 50ms;
    agent.handle_timeout(pair.now);
    const auto second = next_request(agent);
    REQUIRE(second);
    CHECK(second->remote == other);
    agent.handle_datagram(pair.now, pair.right.address, peer.answer(*first));
    agent.handle_datagram(pair.now, other, peer.answer(*second));
    CHECK(agent.selected_remote() == pair.right.address);
    const auto nomination = next_request(agent);
    REQUIRE(nomination);
    CHECK(parse_stun(nomination->bytes)->use_candidate);
    // Refused with an authenticated error.
    agent.handle_datagram(pair.now, pair.right.address,
                          encode_error(parse_stun(nomination->bytes)->transaction_id, 500,
                                       "the-password-of-the-peer"));
    CHECK(agent.selected_remote() == other);
    CHECK(next_request(agent)->remote == other);
}

}  // namespace
}  // namespace janus_harness::ice
