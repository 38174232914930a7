#include <doctest/doctest.h>

#include "agent_pair.h"
#include "ice/stun_message.h"

namespace janus_harness::ice {
namespace {

using namespace std::chrono_literals;

TEST_CASE("consent is asked for about every 5 s and keeps the pair alive") {
    AgentPair pair({.delay = 10ms});
    pair.describe_both();
    pair.run(1s);
    REQUIRE(pair.connected());
    const auto before = pair.network.statistics().sent;
    pair.run(601s);
    CHECK(pair.connected());
    CHECK(pair.left.events.size() == 1);
    // Both sides, request and answer, every 4 to 6 s.
    const auto sent = pair.network.statistics().sent - before;
    CHECK(sent >= 4 * 600 / 6);
    CHECK(sent <= 4 * 600 / 4);
}

TEST_CASE("consent expires 30 s after the last answer") {
    AgentPair pair({.delay = 10ms});
    pair.describe_both();
    pair.run(100s);
    REQUIRE(pair.connected());
    pair.network.set_impairment({.loss = 1});
    pair.run(123s);  // the last answer may be 6 s old
    CHECK(pair.left.find<ConsentLost>() == nullptr);
    pair.run(131s);
    REQUIRE(pair.left.find<ConsentLost>() != nullptr);
    CHECK(pair.left.find<ConsentLost>()->remote == pair.right.address);
    CHECK(pair.right.find<ConsentLost>() != nullptr);
    CHECK_FALSE(pair.left.agent.selected_remote());
    const auto sent = pair.network.statistics().sent;
    pair.run(300s);
    CHECK(pair.network.statistics().sent == sent);  // silence
    CHECK_FALSE(pair.left.agent.next_timeout());
}

TEST_CASE("consent survives 10 % loss") {
    // All of about six checks in 30 s would have to fail: (1 - 0.9 * 0.9)^6 = 0.005 %.
    AgentPair pair({.loss = 0.1, .delay = 10ms}, 3);
    pair.describe_both();
    pair.run(600s);
    CHECK(pair.connected());
}

TEST_CASE("an authenticated 403 ends consent at once") {
    AgentPair pair({.delay = 10ms});
    pair.describe_both();
    pair.run(1s);
    REQUIRE(pair.connected());
    std::optional<Datagram> request;
    while (!request) {
        pair.now = pair.left.agent.next_timeout().value();
        pair.left.agent.handle_timeout(pair.now);
        request = pair.left.agent.poll_transmit();
    }
    const auto id = parse_stun(request->bytes)->transaction_id;
    pair.left.agent.handle_datagram(pair.now, pair.right.address, encode_error(id, 403, ""));
    pair.left.agent.handle_datagram(pair.now, pair.right.address, encode_error(id, 403, "wrong"));
    CHECK_FALSE(pair.left.agent.poll_event());
    pair.left.agent.handle_datagram(pair.now, pair.right.address,
                                    encode_error(id, 403, pair.right.config.local_pwd));
    const auto event = pair.left.agent.poll_event();
    REQUIRE(event);
    CHECK(std::holds_alternative<ConsentLost>(*event));
}

}  // namespace
}  // namespace janus_harness::ice
