#include <doctest/doctest.h>

#include "agent_pair.h"
#include "core/random.h"
#include "ice/stun_message.h"

// How an agent answers single messages, right and wrong ones.
namespace janus_harness::ice {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kStart{1s};
const SocketAddress kPeer = SocketAddress::parse("192.0.2.2:2000").value();
const std::string kRemotePassword = "the-password-of-the-peer";

struct Fixture {
    AgentConfig config = agent_config(false, "Left", 1000);
    Agent agent{config};

    ConnectivityCheck check() const {
        return {.transaction_id = {1, 2, 3},
                .username = config.local_ufrag + ":peer",
                .priority = 1000,
                .controlling = true,
                .tie_breaker = 7};
    }
    // What the agent answers to these bytes.
    std::optional<StunMessage> answer(ByteView request) {
        agent.handle_datagram(kStart, kPeer, request);
        const auto datagram = agent.poll_transmit();
        if (!datagram) return std::nullopt;
        CHECK(datagram->remote == kPeer);
        last = datagram->bytes;
        return parse_stun(datagram->bytes);
    }
    Bytes last;
};

TEST_CASE_FIXTURE(Fixture, "a right check is answered with the address it came from") {
    const auto response = answer(encode_check(check(), config.local_pwd));
    REQUIRE(response);
    CHECK(response->message_class == StunClass::success);
    CHECK(response->transaction_id == TransactionId{1, 2, 3});
    CHECK(response->xor_mapped_address == kPeer);
    CHECK(verify_short_term(last, config.local_pwd));
}

TEST_CASE_FIXTURE(Fixture, "a wrong password gets 401 and no triggered check") {
    agent.set_remote_credentials(kStart, "peer", kRemotePassword);
    const auto response = answer(encode_check(check(), "wrong"));
    REQUIRE(response);
    CHECK(response->error_code == 401);
    CHECK_FALSE(response->has_integrity);
    CHECK_FALSE(agent.poll_transmit());
}

TEST_CASE_FIXTURE(Fixture, "a check for somebody else gets 401") {
    auto other = check();
    other.username = "somebody:peer";
    CHECK(answer(encode_check(other, config.local_pwd))->error_code == 401);
    other.username = config.local_ufrag;  // no colon
    CHECK(answer(encode_check(other, config.local_pwd))->error_code == 401);
}

TEST_CASE_FIXTURE(Fixture, "a check without integrity gets 400") {
    CHECK(answer(encode_check(check(), ""))->error_code == 400);
}

TEST_CASE_FIXTURE(Fixture, "a controlled peer of smaller tie-breaker makes us controlling") {
    auto conflicting = check();
    conflicting.controlling = false;
    conflicting.tie_breaker = 999;
    CHECK(answer(encode_check(conflicting, config.local_pwd))->message_class == StunClass::success);
    CHECK(agent.controlling());
}

TEST_CASE_FIXTURE(Fixture, "a controlled peer of larger tie-breaker is told to switch") {
    auto conflicting = check();
    conflicting.controlling = false;
    conflicting.tie_breaker = 1001;
    CHECK(answer(encode_check(conflicting, config.local_pwd))->error_code == 487);
    CHECK(verify_short_term(last, config.local_pwd));
    CHECK_FALSE(agent.controlling());
}

TEST_CASE_FIXTURE(Fixture, "responses to nothing, indications and other methods are ignored") {
    agent.set_remote_credentials(kStart, "peer", kRemotePassword);
    CHECK_FALSE(answer(encode_success({9}, kPeer, kRemotePassword)));
    CHECK_FALSE(answer(encode_error({9}, 487, kRemotePassword)));
    CHECK_FALSE(agent.controlling());
    CHECK_FALSE(agent.poll_event());
}

TEST_CASE_FIXTURE(Fixture, "a response with a wrong integrity does not count") {
    agent.set_remote_credentials(kStart, "peer", kRemotePassword);
    agent.add_remote_candidate(kStart, kPeer, 1);
    const auto request = agent.poll_transmit();
    REQUIRE(request);
    const auto id = parse_stun(request->bytes)->transaction_id;
    agent.handle_datagram(kStart, kPeer,
                          encode_check(
                              [&] {
                                  auto nomination = check();
                                  nomination.use_candidate = true;
                                  return nomination;
                              }(),
                              config.local_pwd));
    agent.handle_datagram(kStart, kPeer, encode_success(id, kPeer, "wrong"));
    agent.handle_datagram(kStart, kPeer, encode_success(id, kPeer, ""));
    CHECK_FALSE(agent.poll_event());
    agent.handle_datagram(kStart, kPeer, encode_success(id, kPeer, kRemotePassword));
    CHECK(agent.poll_event());
}

TEST_CASE_FIXTURE(Fixture, "an answer from another address fails the pair") {
    agent.set_remote_credentials(kStart, "peer", kRemotePassword);
    agent.add_remote_candidate(kStart, kPeer, 1);
    agent.end_of_remote_candidates(kStart);
    const auto id = parse_stun(agent.poll_transmit().value().bytes)->transaction_id;
    const auto elsewhere = SocketAddress::parse("192.0.2.3:2000").value();
    agent.handle_datagram(kStart, elsewhere, encode_success(id, kPeer, kRemotePassword));
    const auto event = agent.poll_event();
    REQUIRE(event);
    CHECK(std::get<Failed>(*event).error.code == "ice_all_pairs_failed");
}

TEST_CASE("mutated traffic neither crashes an agent nor connects it to a stranger") {
    const auto stranger = SocketAddress::parse("192.0.2.66:6666").value();
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        AgentPair pair({.delay = 5ms}, seed, true, seed % 2 == 0);
        pair.network.set_impairment(
            {.delay = 5ms, .drop_if = [&](std::uint64_t, const auto& packet) {
                 for (int copy = 0; copy < 20; ++copy) {
                     Bytes damaged = packet.bytes;
                     for (std::size_t n = 1 + random.below(4); n > 0; --n) {
                         damaged[random.below(damaged.size())] ^=
                             static_cast<std::uint8_t>(1 + random.below(255));
                     }
                     if (random.below(4) == 0) damaged.resize(random.below(damaged.size()));
                     damaged.shrink_to_fit();
                     AgentEnd& end = random.below(2) == 0 ? pair.left : pair.right;
                     end.agent.handle_datagram(pair.now, stranger, damaged);
                 }
                 return false;
             }});
        pair.describe_both();
        pair.run(3s);
        CHECK(pair.connected());
    }
}

}  // namespace
}  // namespace janus_harness::ice
