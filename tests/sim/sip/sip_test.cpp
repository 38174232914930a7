// Whole calls between endpoints in virtual time: direct and through a forwarding third, with loss.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/balance.h"
#include "network.h"

using namespace janus_harness;
using namespace janus_harness::sip;

namespace {

// An endpoint with its events, a phone "alice" or "bob" that answers what comes in.
struct Phone {
    Phone(Network& net, const std::string& local, std::string user, EndpointConfig config = {})
        : network(net), endpoint(net.add(local, std::move(config))), name(std::move(user)) {
        endpoint.add_phone(name);
        network.on_event(endpoint, [this](const Event& event) { handle(event); });
    }
    void handle(const Event& event) {
        events.push_back(event);
        if (const auto* call = std::get_if<CallReceived>(&event)) {
            received = call->key;
            endpoint.provisional(network.now(), call->key, 180);
            if (answers) endpoint.answer(network.now(), call->key, "answer to " + call->sdp);
        }
    }
    CallKey call(const std::string& to, std::string sdp = "offer") {
        OutgoingCall wanted;
        wanted.from_user = name;
        wanted.to_uri = to;
        wanted.sdp = std::move(sdp);
        return endpoint.call(network.now(), wanted);
    }
    // The number of calls that ended, each in exactly one way.
    std::size_t endings() const {
        return count<CallCancelled>(events) + count<CallRejected>(events) +
               count<CallEnded>(events) + count<HangupCompleted>(events) +
               count<CallFailed>(events);
    }

    Network& network;
    Endpoint& endpoint;
    std::string name;
    bool answers = true;
    CallKey received;
    std::vector<Event> events;
};

// A registrar and proxy with alice and bob registered at it from other endpoints.
struct ProxiedPair {
    explicit ProxiedPair(std::uint64_t seed, double loss = 0, bool record_route = true)
        : network(seed, loss),
          proxy(network.add("127.0.0.1:5060", proxy_config(record_route))),
          alice(network, "127.0.0.2:5060", "alice"),
          bob(network, "127.0.0.3:5070", "bob") {
        network.on_event(proxy, [this](const Event& event) { proxy_events.push_back(event); });
        for (auto* phone : {&alice, &bob}) {
            proxy.add_account({phone->name, "", "secret of " + phone->name});
            phone->endpoint.register_phone(
                network.now(),
                {phone->name, address("127.0.0.1:5060"), "example.test",
                 Credentials{phone->name, "secret of " + phone->name}, std::chrono::seconds(600)});
        }
        network.run(std::chrono::seconds(40));
    }
    static EndpointConfig proxy_config(bool record_route) {
        EndpointConfig config;
        config.domain = "example.test";
        config.record_route = record_route;
        config.digest_algorithms = {DigestAlgorithm::sha256, DigestAlgorithm::md5};
        return config;
    }
    Network network;
    Endpoint& proxy;
    Phone alice;
    Phone bob;
    std::vector<Event> proxy_events;
};

}  // namespace

TEST_CASE("two endpoints call each other directly") {
    Network network(1);
    Phone alice(network, "127.0.0.2:5060", "alice");
    Phone bob(network, "127.0.0.3:5060", "bob");
    const auto key = alice.call("sip:bob@127.0.0.3");
    network.run(std::chrono::seconds(1));
    REQUIRE(last<CallAnswered>(alice.events) != nullptr);
    CHECK(last<CallAnswered>(alice.events)->sdp == "answer to offer");
    CHECK(count<CallAcknowledged>(bob.events) == 1);
    CHECK(alice.endpoint.stats().retransmissions_sent == 0);
    alice.endpoint.hangup(network.now(), key);
    network.run(std::chrono::seconds(1));
    CHECK(last<HangupCompleted>(alice.events)->code == 200);
    CHECK(count<CallEnded>(bob.events) == 1);
    network.run(std::chrono::seconds(60));
    CHECK(alice.endpoint.open_transactions() + bob.endpoint.open_transactions() == 0);
    CHECK_FALSE(alice.endpoint.next_timeout().has_value());
}

TEST_CASE("calls survive a third of all datagrams lost, whatever the seed") {
    std::size_t established = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        Network network(seed, 0.33);
        Phone alice(network, "127.0.0.2:5060", "alice");
        Phone bob(network, "127.0.0.3:5060", "bob");
        const auto key = alice.call("sip:bob@127.0.0.3");
        network.run(std::chrono::seconds(40));
        established += count<CallAnswered>(alice.events);
        CHECK(count<CallReceived>(bob.events) <= 1);
        CHECK(count<CallAcknowledged>(bob.events) <= 1);
        if (seed % 2 == 0) {
            alice.endpoint.hangup(network.now(), key);
        } else {
            bob.endpoint.hangup(network.now(), bob.received);
        }
        network.run(std::chrono::seconds(200));
        CHECK(alice.endings() == 1);
        CHECK(bob.endings() == count<CallReceived>(bob.events));
        CHECK(alice.endpoint.open_dialogs() + bob.endpoint.open_dialogs() == 0);
        CHECK(alice.endpoint.open_transactions() + bob.endpoint.open_transactions() == 0);
    }
    CHECK(established >= 38);
}

TEST_CASE("CANCEL and answer race at every distance; each call ends once at each end") {
    for (int delay = 0; delay <= 60; delay += 3) {
        CAPTURE(delay);
        Network network(static_cast<std::uint64_t>(delay + 1));
        Phone alice(network, "127.0.0.2:5060", "alice");
        Phone bob(network, "127.0.0.3:5060", "bob");
        bob.answers = false;
        const auto key = alice.call("sip:bob@127.0.0.3");
        network.run(ms(60));
        bob.endpoint.answer(network.now(), bob.received, "answer");
        network.run(ms(delay));
        alice.endpoint.hangup(network.now(), key);
        network.run(std::chrono::seconds(100));
        CHECK(alice.endings() == 1);
        CHECK(bob.endings() == 1);
        CHECK(count<HangupCompleted>(alice.events) == 1);
        CHECK(alice.endpoint.open_dialogs() + bob.endpoint.open_dialogs() == 0);
        CHECK(alice.endpoint.open_transactions() + bob.endpoint.open_transactions() == 0);
    }
}

TEST_CASE("hangups cross on the wire") {
    Network network(5);
    Phone alice(network, "127.0.0.2:5060", "alice");
    Phone bob(network, "127.0.0.3:5060", "bob");
    const auto key = alice.call("sip:bob@127.0.0.3");
    network.run(std::chrono::seconds(1));
    alice.endpoint.hangup(network.now(), key);
    bob.endpoint.hangup(network.now(), bob.received);
    network.run(std::chrono::seconds(60));
    CHECK(last<HangupCompleted>(alice.events)->code == 200);
    CHECK(last<HangupCompleted>(bob.events)->code == 200);
    CHECK(alice.endings() == 1);
    CHECK(bob.endings() == 1);
}

TEST_CASE("phones register at a forwarding endpoint and call each other through it") {
    for (const bool record_route : {true, false}) {
        CAPTURE(record_route);
        ProxiedPair pair(3, 0, record_route);
        auto& [network, proxy, alice, bob, proxy_events] = pair;
        CHECK(count<PhoneRegistered>(alice.events) == 1);
        CHECK(count<AccountRegistered>(proxy_events) == 2);
        CHECK(proxy.registered_contact("bob") == "sip:bob@127.0.0.3:5070");
        const auto key = alice.call("sip:bob@example.test");
        network.run(std::chrono::seconds(1));
        REQUIRE(count<CallAnswered>(alice.events) == 1);
        CHECK(count<CallAcknowledged>(bob.events) == 1);
        CHECK(last<CallReceived>(bob.events)->from == "sip:alice@example.test");
        CHECK(last<CallReceived>(bob.events)->remote == address("127.0.0.1:5060"));
        const auto before_bye = proxy.stats().forwarded;
        alice.endpoint.hangup(network.now(), key);
        network.run(std::chrono::seconds(1));
        CHECK(count<CallEnded>(bob.events) == 1);
        CHECK(proxy.stats().forwarded - before_bye == (record_route ? 2 : 0));
        CHECK(proxy.stats().stray_responses == 0);

        bob.call("sip:alice@example.test");  // and the other way, ended by the callee
        network.run(std::chrono::seconds(1));
        REQUIRE(count<CallAnswered>(bob.events) == 1);
        alice.endpoint.hangup(network.now(), alice.received);
        network.run(std::chrono::seconds(1));
        CHECK(last<HangupCompleted>(alice.events)->code == 200);
        CHECK(count<CallEnded>(bob.events) == 2);
        network.run(std::chrono::seconds(60));
        CHECK(proxy.open_transactions() == 0);
    }
}

TEST_CASE("through a proxy: CANCEL, rejection, unknown and unregistered users") {
    ProxiedPair pair(4);
    auto& [network, proxy, alice, bob, proxy_events] = pair;
    bob.answers = false;
    const auto key = alice.call("sip:bob@example.test");
    network.run(std::chrono::seconds(1));
    CHECK(last<CallProvisional>(alice.events)->code == 180);
    alice.endpoint.hangup(network.now(), key);
    network.run(std::chrono::seconds(1));
    CHECK(last<HangupCompleted>(alice.events)->code == 487);
    CHECK(count<CallCancelled>(bob.events) == 1);

    alice.call("sip:bob@example.test");
    network.run(std::chrono::seconds(1));
    bob.endpoint.reject(network.now(), bob.received, 486);
    network.run(std::chrono::seconds(40));
    CHECK(last<CallRejected>(alice.events)->code == 486);
    CHECK(last<CallEnded>(bob.events)->by == EndedBy::local_reject);
    CHECK(bob.endpoint.stats().retransmissions_sent == 0);  // the ACK found its way

    alice.call("sip:nobody@example.test");
    network.run(std::chrono::seconds(1));
    CHECK(last<CallRejected>(alice.events)->code == 404);
    bob.endpoint.unregister_phone(network.now(), "bob");
    network.run(std::chrono::seconds(1));
    CHECK(count<PhoneUnregistered>(bob.events) == 1);
    CHECK(count<AccountUnregistered>(proxy_events) == 1);
    alice.call("sip:bob@example.test");
    network.run(std::chrono::seconds(1));
    CHECK(last<CallRejected>(alice.events)->code == 480);
}

TEST_CASE("calls through a proxy survive loss") {
    std::size_t established = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        ProxiedPair pair(seed, 0.15);
        auto& [network, proxy, alice, bob, proxy_events] = pair;
        REQUIRE(count<PhoneRegistered>(alice.events) + count<PhoneRegistered>(bob.events) == 2);
        const auto key = alice.call("sip:bob@example.test");
        network.run(std::chrono::seconds(40));
        established += count<CallAnswered>(alice.events);
        CHECK(count<CallReceived>(bob.events) == 1);
        alice.endpoint.hangup(network.now(), key);
        network.run(std::chrono::seconds(100));
        CHECK(alice.endings() == 1);
        CHECK(bob.endings() == 1);
    }
    CHECK(established >= 19);
}

TEST_CASE("an endpoint calls a user that is registered at it") {
    Network network(8);
    EndpointConfig config;
    config.domain = "example.test";
    Phone far_end(network, "127.0.0.1:5060", "phone", config);
    Phone web(network, "127.0.0.2:40000", "web1");
    far_end.endpoint.add_account({"web1", "login", "pw"});
    web.endpoint.register_phone(network.now(), {"web1", address("127.0.0.1:5060"), "example.test",
                                                Credentials{"login", "pw"}, ms(60000)});
    network.run(std::chrono::seconds(1));
    far_end.call("sip:web1@example.test");
    network.run(std::chrono::seconds(1));
    CHECK(count<CallAnswered>(far_end.events) == 1);
    CHECK(last<CallReceived>(web.events)->to == "sip:web1@example.test");
    CHECK(last<CallReceived>(web.events)->from == "sip:phone@example.test");
    network.run(std::chrono::minutes(10));  // refreshed all along
    CHECK(count<AccountUnregistered>(far_end.events) == 0);
    CHECK(count<AccountRegistered>(far_end.events) >= 10);
}

TEST_CASE("thousands of calls at once, every one ended, nothing left") {
    const std::size_t calls = 2000;
    {
        Network network(11);
        Phone alice(network, "127.0.0.2:5060", "alice");
        Phone bob(network, "127.0.0.3:5060", "bob");
        std::vector<CallKey> keys;
        for (std::size_t i = 0; i < calls; ++i) {
            keys.push_back(alice.call("sip:bob@127.0.0.3", fmt::format("offer {}", i)));
            network.run(ms(1));
        }
        network.run(std::chrono::seconds(1));
        CHECK(count<CallAnswered>(alice.events) == calls);
        CHECK(bob.endpoint.open_dialogs() == calls);
        for (const auto key : keys) alice.endpoint.hangup(network.now(), key);
        network.run(std::chrono::seconds(60));
        CHECK(count<HangupCompleted>(alice.events) == calls);
        CHECK(count<CallEnded>(bob.events) == calls);
        CHECK(alice.endpoint.open_transactions() + bob.endpoint.open_transactions() == 0);
    }
    CHECK(Balance::outstanding()["sip_call"] == 0);
    CHECK(Balance::outstanding()["sip_transaction"] == 0);
}
