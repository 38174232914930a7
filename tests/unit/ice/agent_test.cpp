#include "ice/agent.h"

#include <doctest/doctest.h>

#include "agent_pair.h"
#include "core/balance.h"
#include "ice/priority.h"
#include "ice/stun_message.h"

namespace janus_harness::ice {
namespace {

using namespace std::chrono_literals;

const SocketAddress kNowhere = SocketAddress::parse("192.0.2.99:9").value();
const SocketAddress kNowhereIpv6 = SocketAddress::parse("[2001:db8::9]:9").value();

TEST_CASE("two agents connect, each one round trip after its first check") {
    AgentPair pair({.delay = 10ms});
    pair.describe_both();
    pair.run(19ms);
    CHECK(pair.left.events.empty());
    pair.run(20ms);
    CHECK(pair.left.is_connected_to(pair.right.address));
    pair.run(1s);
    CHECK(pair.connected());
    CHECK(pair.left.events.size() == 1);
    CHECK(pair.right.events.size() == 1);
}

TEST_CASE("the first check goes out at once") {
    AgentPair pair;
    pair.left.agent.set_remote_credentials(pair.now, "u", "p");
    CHECK_FALSE(pair.left.agent.poll_transmit());
    pair.left.agent.add_remote_candidate(pair.now, pair.right.address, 1);
    const auto check = pair.left.agent.poll_transmit();
    REQUIRE(check);
    CHECK(check->remote == pair.right.address);
    const auto message = parse_stun(check->bytes);
    REQUIRE(message);
    CHECK(message->username == "u:ufragLeft");
    CHECK(message->ice_controlling);
    CHECK_FALSE(message->use_candidate);
    CHECK(message->priority == candidate_priority(kPeerReflexiveTypePreference));
}

TEST_CASE("a call costs few packets: checks, nomination and their answers") {
    AgentPair pair({.delay = 1ms});
    pair.describe_both();
    pair.run(1s);
    CHECK(pair.connected());
    CHECK(pair.network.statistics().sent <= 6);
}

TEST_CASE("agents connect through 20 % loss") {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        AgentPair pair({.loss = 0.2, .delay = 20ms, .jitter = 20ms}, seed);
        pair.describe_both();
        pair.run(40s);
        CHECK(pair.left.find<Connected>() != nullptr);
        CHECK(pair.right.find<Connected>() != nullptr);
        CHECK(pair.left.find<Failed>() == nullptr);
        CHECK(pair.right.find<Failed>() == nullptr);
    }
}

TEST_CASE("retransmissions follow RFC 8489 and then the agent fails") {
    AgentPair pair({.loss = 1});
    pair.left.agent.set_remote_credentials(pair.now, "u", "p");
    pair.left.agent.add_remote_candidate(pair.now, kNowhere, 1);
    pair.left.agent.end_of_remote_candidates(pair.now);
    const std::pair<Duration, unsigned> expected[] = {{0ms, 1},     {499ms, 1},  {500ms, 2},
                                                      {1500ms, 3},  {3500ms, 4}, {7500ms, 5},
                                                      {15500ms, 6}, {31500ms, 7}};
    for (const auto& [time, sent] : expected) {
        pair.run(time);
        CHECK(pair.network.statistics().sent == sent);
    }
    pair.run(39499ms);
    CHECK(pair.left.events.empty());
    pair.run(39500ms);
    REQUIRE(pair.left.find<Failed>() != nullptr);
    CHECK(pair.left.find<Failed>()->error.code == "ice_all_pairs_failed");
    CHECK_FALSE(pair.left.agent.next_timeout());
}

TEST_CASE("without the end of candidates the agent waits for its own limit") {
    AgentPair pair({.loss = 1});
    pair.left.agent.set_remote_credentials(pair.now, "u", "p");
    pair.left.agent.add_remote_candidate(pair.now, kNowhere, 1);
    pair.run(39999ms);
    CHECK(pair.left.events.empty());
    pair.run(40s);
    REQUIRE(pair.left.find<Failed>() != nullptr);
    CHECK(pair.left.find<Failed>()->error.code == "ice_timeout");
}

TEST_CASE("checks are paced and go by priority") {
    AgentPair pair({.loss = 1});
    pair.left.agent.set_remote_credentials(pair.now, "u", "p");
    for (std::uint16_t port = 1; port <= 5; ++port) {
        SocketAddress address = kNowhere;
        address.set_port(port);
        pair.left.agent.add_remote_candidate(pair.now, address, 100U * port);
    }
    std::vector<std::uint16_t> ports;
    for (int i = 0; i < 5; ++i) {
        const auto check = pair.left.agent.poll_transmit();
        REQUIRE(check);
        CHECK_FALSE(pair.left.agent.poll_transmit());
        ports.push_back(check->remote.port());
        pair.now += 50ms;
        if (i < 4) CHECK(pair.left.agent.next_timeout().value() == pair.now);
        pair.left.agent.handle_timeout(pair.now);
    }
    CHECK(ports == std::vector<std::uint16_t>{1, 5, 4, 3, 2});  // the first was alone at first
}

TEST_CASE("dead candidates do not keep a live one from connecting") {
    AgentPair pair({.delay = 5ms});
    pair.left.agent.set_remote_credentials(pair.now, pair.right.config.local_ufrag,
                                           pair.right.config.local_pwd);
    pair.left.agent.add_remote_candidate(pair.now, kNowhere, 3000);
    pair.left.agent.add_remote_candidate(pair.now, pair.right.address, 2000);
    pair.left.agent.end_of_remote_candidates(pair.now);
    pair.describe(pair.right, pair.left);
    pair.run(1s);
    CHECK(pair.connected());
    CHECK(pair.left.agent.selected_remote() == pair.right.address);
}

TEST_CASE("a family the socket does not have is not tried") {
    AgentPair pair;
    pair.left.agent.add_local_candidate(pair.left.address);
    pair.left.agent.set_remote_credentials(pair.now, "u", "p");
    pair.left.agent.add_remote_candidate(pair.now, kNowhereIpv6, 1);
    CHECK_FALSE(pair.left.agent.poll_transmit());
    pair.left.agent.add_remote_candidate(pair.now, kNowhere, 1);
    CHECK(pair.left.agent.poll_transmit());
}

TEST_CASE("credentials that come late find the peer by its checks") {
    AgentPair pair({.delay = 10ms});
    pair.describe(pair.left, pair.right);
    pair.run(200ms);  // the right agent answers, though it cannot check yet
    CHECK(pair.left.is_connected_to(pair.right.address));
    CHECK(pair.right.events.empty());
    // No candidate: the address is known from the peer's checks.
    pair.right.agent.set_remote_credentials(pair.now, pair.left.config.local_ufrag,
                                            pair.left.config.local_pwd);
    pair.run(400ms);
    CHECK(pair.right.is_connected_to(pair.left.address));
}

TEST_CASE("a peer whose candidates never arrive is found as peer-reflexive") {
    AgentPair pair({.delay = 10ms});
    pair.right.agent.set_remote_credentials(pair.now, pair.left.config.local_ufrag,
                                            pair.left.config.local_pwd);
    pair.describe(pair.left, pair.right);
    pair.run(1s);
    CHECK(pair.connected());
}

TEST_CASE("a wrong password never connects, and is refused at once") {
    AgentPair pair({.delay = 10ms});
    pair.left.agent.set_remote_credentials(pair.now, pair.right.config.local_ufrag,
                                           "not-the-password-of-the-peer");
    pair.left.agent.add_remote_candidate(pair.now, pair.right.address, host_priority());
    pair.left.agent.end_of_remote_candidates(pair.now);
    pair.run(20ms);
    REQUIRE(pair.left.find<Failed>() != nullptr);
    CHECK(pair.left.find<Failed>()->error.code == "ice_all_pairs_failed");
    CHECK(pair.left.find<Connected>() == nullptr);
    CHECK(pair.right.find<Connected>() == nullptr);
}

TEST_CASE("a wrong password on the other side never connects either") {
    AgentPair pair({.delay = 10ms});
    pair.describe(pair.left, pair.right);
    pair.right.agent.set_remote_credentials(pair.now, pair.left.config.local_ufrag,
                                            "not-the-password-of-the-peer");
    pair.right.agent.add_remote_candidate(pair.now, pair.left.address, host_priority());
    pair.run(41s);
    CHECK(pair.right.find<Connected>() == nullptr);
    CHECK(pair.right.find<Failed>() != nullptr);
}

TEST_CASE("of two hundred candidates one hundred are tried") {
    AgentPair pair({.loss = 1});
    pair.left.agent.set_remote_credentials(pair.now, "u", "p");
    for (std::uint16_t port = 1; port <= 200; ++port) {
        SocketAddress address = kNowhere;
        address.set_port(port);
        pair.left.agent.add_remote_candidate(pair.now, address, port);
    }
    pair.run(6s);
    // 100 pairs, 50 ms apart, each checked at most at 0, 0.5, 1.5 and 3.5 s.
    CHECK(pair.network.statistics().sent >= 100);
    CHECK(pair.network.statistics().sent <= 400);
}

TEST_CASE("agents are counted") {
    auto& live = Balance::counter("ice.agent");
    const auto before = live.load();
    {
        AgentPair pair;
        CHECK(live == before + 2);
        Agent moved = std::move(pair.left.agent);
        CHECK(live == before + 2);
    }
    CHECK(live == before);
}

}  // namespace
}  // namespace janus_harness::ice
