#include "harness/actors/far_end.h"

#include <doctest/doctest.h>

#include <functional>

#include "tests/support/tcp_server_stub.h"

using namespace janus_harness;
using namespace janus_harness::actors;
using test::run_with_watchdog;

namespace {

// Notes what it hears, and does what the test wants.
struct Listener final : PhoneListener {
    void on_sip_event(const sip::Event& event) override {
        if (const auto* received = std::get_if<sip::CallReceived>(&event)) {
            heard.push_back("received");
            if (on_received) on_received(*received);
        } else if (const auto* rejected = std::get_if<sip::CallRejected>(&event)) {
            heard.push_back("rejected " + std::to_string(rejected->code));
            if (on_end) on_end();
        } else if (std::holds_alternative<sip::CallAnswered>(event)) {
            heard.push_back("answered");
            if (on_answered) on_answered();
        } else if (std::holds_alternative<sip::CallAcknowledged>(event)) {
            heard.push_back("acknowledged");
            if (on_acknowledged) on_acknowledged();
        } else if (std::holds_alternative<sip::CallEnded>(event)) {
            heard.push_back("ended");
        } else if (std::holds_alternative<sip::CallCancelled>(event)) {
            heard.push_back("cancelled");
        } else if (std::holds_alternative<sip::HangupCompleted>(event)) {
            heard.push_back("hung up");
            if (on_end) on_end();
        }
    }

    std::vector<std::string> heard;
    std::function<void(const sip::CallReceived&)> on_received;
    std::function<void()> on_answered;
    std::function<void()> on_acknowledged;
    std::function<void()> on_end;
};

using Heard = std::vector<std::string>;

// A far end that calls its own phones through its own socket.
struct Fixture {
    Fixture() {
        deployment.far_end_address = SocketAddress::from_ip("127.0.0.1", 0).value();
        auto created = FarEnd::create(loop, deployment, deployment.far_end_address, 1);
        REQUIRE(created.ok());
        far_end = std::move(created).value();
        caller.on_end = [this] { settle(); };
    }
    // Lets what is on its way arrive, then stops.
    void settle() { timer.start_at(net::Loop::now() + std::chrono::milliseconds(20)); }
    sip::CallKey call(const std::string& user) {
        sip::OutgoingCall call;
        call.from_user = "alice";
        call.to_uri = "sip:" + user + "@" + far_end->domain();
        call.sdp = "v=0\r\n";
        call.next_hop = far_end->address();
        return far_end->call(net::Loop::now(), std::move(call), caller);
    }

    net::Loop loop;
    deployment::Deployment deployment;
    Listener caller;
    std::unique_ptr<FarEnd> far_end;
    net::Timer timer{loop, [this](TimePoint) { loop.stop(); }};
};

}  // namespace

TEST_CASE("a call goes to its phone, and each end hears of its own part") {
    Fixture fixture;
    Listener bob;
    fixture.far_end->add_phone("bob", "", bob);
    bob.on_received = [&](const sip::CallReceived& call) {
        fixture.far_end->endpoint().answer(call.at, call.key, "v=0\r\n");
        fixture.far_end->flush(call.at);
    };
    sip::CallKey key;
    bob.on_acknowledged = [&] {
        fixture.far_end->endpoint().hangup(net::Loop::now(), key);
        fixture.far_end->flush(net::Loop::now());
    };
    key = fixture.call("bob");
    CHECK(run_with_watchdog(fixture.loop));
    CHECK(fixture.caller.heard == Heard{"answered", "hung up"});
    CHECK(bob.heard == Heard{"received", "acknowledged", "ended"});
    CHECK(fixture.far_end->open_dialogs() == 0);
}

TEST_CASE("a number that nobody has is 404") {
    Fixture fixture;
    fixture.call("nobody");
    CHECK(run_with_watchdog(fixture.loop));
    CHECK(fixture.caller.heard == Heard{"rejected 404"});
}

// The end of a refused call must not look like the end of the one that the phone is in.
TEST_CASE("a phone hears no more of a call that it refused") {
    Fixture fixture;
    Listener bob;
    fixture.far_end->add_phone("bob", "", bob);
    bob.on_received = [&](const sip::CallReceived& call) {
        fixture.far_end->refuse_call(call.at, call.key, 486);
    };
    fixture.call("bob");
    CHECK(run_with_watchdog(fixture.loop));
    CHECK(fixture.caller.heard == Heard{"rejected 486"});
    CHECK(bob.heard == Heard{"received"});
}

TEST_CASE("a phone that was removed hears nothing, whatever becomes of its call") {
    Fixture fixture;
    auto bob = std::make_unique<Listener>();
    fixture.far_end->add_phone("bob", "", *bob);
    sip::CallKey key;
    bob->on_received = [&](const sip::CallReceived& call) {
        // It goes as soon as it may: at the end of the turn.
        fixture.loop.defer([&, at = call.at] {
            fixture.far_end->remove_phone("bob", "");
            bob.reset();
            fixture.far_end->endpoint().hangup(at, key);
            fixture.far_end->flush(at);
        });
    };
    key = fixture.call("bob");
    CHECK(run_with_watchdog(fixture.loop));
    CHECK(fixture.caller.heard == Heard{"hung up"});
    CHECK(bob == nullptr);
}

TEST_CASE("a call that is forgotten is hung up and heard of no more") {
    Fixture fixture;
    Listener bob;
    fixture.far_end->add_phone("bob", "", bob);
    bob.on_received = [&](const sip::CallReceived& call) {
        fixture.far_end->endpoint().answer(call.at, call.key, "v=0\r\n");
        fixture.far_end->flush(call.at);
    };
    sip::CallKey key;
    bob.on_acknowledged = [&] {
        fixture.far_end->forget_call(net::Loop::now(), key);
        fixture.far_end->forget_call(net::Loop::now(), key);
        fixture.settle();
    };
    key = fixture.call("bob");
    CHECK(run_with_watchdog(fixture.loop));
    CHECK(fixture.caller.heard == Heard{"answered"});
    CHECK(bob.heard == Heard{"received", "acknowledged", "ended"});
}
