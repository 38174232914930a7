#include <set>

#include "tests/unit/capacity_stub/stub_fixture.h"

using namespace janus_harness;
using namespace janus_harness::capacity_stub;
using namespace janus_harness::capacity_stub::test;

TEST_CASE("it says what it is") {
    StubFixture stub;
    const auto info = stub.ask(R"("janus":"info")");
    CHECK(text(info["janus"]) == "server_info");
    CHECK(text(info["name"]) == "Janus capacity stub (not Janus)");
    CHECK(std::string(info["version_string"].GetString()).find("not") != std::string::npos);
    CHECK(info["plugins"].HasMember("janus.plugin.sip"));
}

TEST_CASE("a session from create to destroy") {
    StubFixture stub;
    stub.open();
    CHECK(stub.counters.sessions == 1);
    CHECK(stub.counters.handles == 1);
    CHECK(text(stub.ask(R"("janus":"keepalive")", {stub.session, 0})["janus"]) == "ack");
    const auto detached = stub.ask(R"("janus":"detach")", {stub.session, stub.handle});
    CHECK(text(detached["janus"]) == "success");
    CHECK(detached["session_id"].GetUint64() == stub.session);
    CHECK(stub.event() == "detached");
    CHECK(text(stub.ask(R"("janus":"destroy")", {stub.session, 0})["janus"]) == "success");
    CHECK(stub.counters.sessions == 0);
    CHECK(stub.counters.handles == 0);
    CHECK(stub.ask(R"("janus":"keepalive")", {stub.session, 0})["error"]["code"].GetInt() == 458);
}

TEST_CASE("registered, called, hung up") {
    StubFixture stub;
    stub.open();
    CHECK(text(stub.ask_plugin(R"({"request":"register","username":"sip:alice@x"})")["janus"]) ==
          "ack");
    const auto registering = stub.notice();
    CHECK(text(registering["plugindata"]["data"]["result"]["event"]) == "registering");
    CHECK(text(registering["transaction"]) == "t");
    const auto registered = stub.notice();
    const auto& result = registered["plugindata"]["data"]["result"];
    CHECK(text(result["event"]) == "registered");
    CHECK(text(result["username"]) == "alice");
    CHECK(result["register_sent"].GetBool() == true);
    CHECK_FALSE(registered.HasMember("transaction"));

    CHECK(text(stub.ask_plugin(call_body, stub.offer(40000))["janus"]) == "ack");
    for (const char* name : {"calling", "ringing", "proceeding"}) CHECK(stub.event() == name);
    const auto accepted = stub.notice();
    CHECK(text(accepted["plugindata"]["data"]["result"]["event"]) == "accepted");
    CHECK(text(accepted["jsep"]["type"]) == "answer");
    CHECK(stub.counters.active_calls == 1);

    CHECK(text(stub.ask_plugin(R"({"request":"hangup"})")["janus"]) == "ack");
    CHECK(stub.event() == "hangingup");
    const auto hangup = stub.notice();
    CHECK(hangup["plugindata"]["data"]["result"]["code"].GetInt() == 200);
    CHECK(text(hangup["plugindata"]["data"]["call_id"]) ==
          text(accepted["plugindata"]["data"]["call_id"]));
    CHECK(stub.event() == "hangup");
    CHECK(stub.counters.active_calls == 0);
    CHECK(stub.counters.calls == 1);
    // Janus says nothing to a second one.
    stub.ask_plugin(R"({"request":"hangup"})");
    CHECK_FALSE(stub.api->poll_notice().has_value());
}

TEST_CASE("errors of the plugin") {
    StubFixture stub;
    stub.open();
    const auto error = [&](const std::string& body, const std::string& sdp = {}) {
        CHECK(text(stub.ask_plugin(body, sdp)["janus"]) == "ack");
        return stub.event();
    };
    CHECK(error(call_body, stub.offer(40000)) == "447");
    CHECK(error(R"({"request":"register"})") == "443");
    CHECK(error(R"({"request":"register","username":"alice"})") == "446");
    CHECK(error(R"({"request":"unregister"})") == "447");
    CHECK(error(R"({"request":"dance"})") == "442");
    CHECK(error(R"({"request":"register","username":"sip:alice@x"})") == "registering");
    CHECK(stub.event() == "registered");
    CHECK(error(R"({"request":"register","username":"sip:alice@x"})") == "445");
    CHECK(error(call_body) == "448");
    CHECK(error(call_body, "nonsense") == "448");
    CHECK(stub.counters.active_calls == 0);
}

TEST_CASE("a delayed answer comes when it is due, unless the caller gives up") {
    Options options;
    options.answer_delay = std::chrono::milliseconds(500);
    StubFixture stub(options);
    stub.open_registered();
    stub.ask_plugin(call_body, stub.offer(40000));
    for (const char* name : {"calling", "ringing", "proceeding"}) CHECK(stub.event() == name);
    CHECK(stub.api->next_timeout() == stub.now + std::chrono::milliseconds(500));
    stub.api->handle_timeout(stub.now + std::chrono::milliseconds(499));
    CHECK_FALSE(stub.api->poll_notice().has_value());
    stub.now += std::chrono::milliseconds(500);
    stub.api->handle_timeout(stub.now);
    CHECK(stub.event() == "accepted");
    CHECK_FALSE(stub.api->next_timeout().has_value());

    stub.ask_plugin(R"({"request":"hangup"})");
    while (stub.api->poll_notice()) {
    }
    stub.ask_plugin(call_body, stub.offer(40000));
    stub.ask_plugin(R"({"request":"hangup"})");
    for (const char* name : {"calling", "ringing", "proceeding"}) CHECK(stub.event() == name);
    CHECK(stub.event() == "hangingup");
    CHECK(stub.notice()["plugindata"]["data"]["result"]["code"].GetInt() == 487);
    CHECK_FALSE(stub.api->next_timeout().has_value());
}

TEST_CASE("the answer waits for the first candidate") {
    StubFixture stub;
    stub.open_registered();
    stub.ask_plugin(call_body, stub.offer(0, false));
    for (const char* name : {"calling", "ringing", "proceeding"}) CHECK(stub.event() == name);
    CHECK_FALSE(stub.api->poll_notice().has_value());
    const auto reply = stub.ask(
        R"("janus":"trickle","candidate":{"candidate":"candidate:1 1 udp 1 127.0.0.1 40001 typ host","sdpMid":"0"})",
        {stub.session, stub.handle});
    CHECK(text(reply["janus"]) == "ack");
    CHECK(stub.event() == "accepted");
}

namespace {

// The answer to a new client's call from this port: host and port of the stub, or the SIP status.
std::string end_of_call(StubFixture& stub, std::uint16_t port) {
    stub.open_registered();
    stub.ask_plugin(call_body, stub.offer(port));
    for (const char* name : {"calling", "ringing", "proceeding"}) CHECK(stub.event() == name);
    const auto message = stub.notice();
    if (!message.HasMember("jsep")) {
        stub.notice();  // the core's hangup
        return std::to_string(message["plugindata"]["data"]["result"]["code"].GetInt());
    }
    const auto answer = sdp::SessionDescription::parse(message["jsep"]["sdp"].GetString());
    return answer->first_active("audio")->candidates().at(0).socket_address()->to_string();
}

}  // namespace

TEST_CASE("off loopback, calls of one address go to different sockets until there are no more") {
    Options options;
    options.address = "127.0.0.254";  // no other host of the loopback follows
    StubFixture stub(options);        // two sockets
    const auto first = end_of_call(stub, 40000);
    CHECK(end_of_call(stub, 40001) == first);
    CHECK(end_of_call(stub, 40000) != first);
    CHECK(end_of_call(stub, 40000) == "503");
    CHECK(stub.counters.active_calls == 3);
}

TEST_CASE("on loopback, calls of one address share a socket by its hosts") {
    StubFixture stub;
    std::set<std::string> ends;
    for (int i = 0; i < 200; ++i) ends.insert(end_of_call(stub, 40000));
    CHECK(ends.size() == 200);
    std::set<std::string> ports;
    for (const auto& end : ends) ports.insert(end.substr(end.find(':')));
    CHECK(ports.size() == 2);
}

TEST_CASE("the sessions of a connection end with it") {
    StubFixture stub;
    for (int i = 0; i < 3; ++i) {
        stub.api->handle_request(stub.now, R"({"janus":"create","transaction":"t"})", {}, 5);
    }
    stub.open();
    stub.api->connection_gone(5);
    CHECK(stub.counters.sessions == 1);
    CHECK(stub.api->has_session(stub.session));
}
