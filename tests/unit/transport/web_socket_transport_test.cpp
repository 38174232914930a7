#include "core/balance.h"
#include "tests/support/web_socket_server_stub.h"
#include "tests/unit/transport/transport_client.h"

using namespace janus_harness;
using test::TransportClient;
using test::WebSocketServerStub;

namespace {

std::string success(const std::string& request) {
    return fmt::format(R"({{"janus":"success","transaction":"{}","data":{{"id":7}}}})",
                       TransportClient::transaction_of(request));
}

}  // namespace

TEST_CASE("requests made before the socket is open are sent when it is, in their order") {
    net::Loop loop;
    std::vector<std::string> requests;
    WebSocketServerStub server(loop, [&](auto& connection, const auto& frame) {
        requests.push_back(frame.payload);
        connection.write(WebSocketServerStub::frame(1, success(frame.payload)));
    });
    TransportClient client(loop, server.url());
    client.session.info(net::Loop::now());
    client.session.create(net::Loop::now());
    client.transport->flush();
    CHECK(requests.empty());
    client.wait<janus::Replied>();
    while (requests.size() < 2) REQUIRE(test::run_with_watchdog(loop));
    CHECK(requests[0].find("\"info\"") != std::string::npos);
    CHECK(requests[1].find("\"create\"") != std::string::npos);
    CHECK(client.transport->statistics().requests == 2);
}

TEST_CASE("the end of the socket is a lost connection that names why") {
    net::Loop loop;
    WebSocketServerStub server(loop, [](auto& connection, const auto&) {
        connection.write(WebSocketServerStub::frame(8, "\x03\xe9"));
    });
    TransportClient client(loop, server.url());
    client.session.create(net::Loop::now());
    CHECK(client.wait<janus::ConnectionLost>().error.code == "websocket_closed");
    CHECK(std::holds_alternative<janus::RequestFailed>(client.events.front()));
    server.stop_listening();
    TransportClient refused(loop, server.url());
    CHECK(refused.wait<janus::ConnectionLost>().error.code == "websocket_connect");
}

TEST_CASE("the owner may destroy the transport from its callback") {
    net::Loop loop;
    WebSocketServerStub server(loop, [](auto& connection, const auto& frame) {
        connection.write(WebSocketServerStub::frame(1, success(frame.payload)) +
                         WebSocketServerStub::frame(1, R"({"janus":"timeout"})"));
    });
    net::HttpClient http(loop);
    janus::Session session({}, Random(1));
    std::unique_ptr<transport::JanusTransport> transport;
    auto made =
        transport::make_janus_transport(loop, http, server.url(), {}, session, [&](TimePoint) {
            if (session.state() != janus::Session::State::ready) return;
            transport.reset();
            loop.stop();
        });
    transport = std::move(made).value();
    transport->connect();
    session.create(net::Loop::now());
    transport->flush();
    CHECK(test::run_with_watchdog(loop));
    CHECK(session.state() == janus::Session::State::ready);
}

TEST_CASE("a URL of another scheme is refused") {
    net::Loop loop;
    net::HttpClient http(loop);
    janus::Session session({}, Random(1));
    const auto made =
        transport::make_janus_transport(loop, http, "mqtt://x", {}, session, [](TimePoint) {});
    REQUIRE_FALSE(made.ok());
    CHECK(made.error().code == "janus_url");
}

TEST_CASE("nothing of the WebSocket transport is left") {
    for (const char* name : {"uv.handle", "curl.easy", "websocket", "janus.session"}) {
        CHECK_FALSE(Balance::outstanding().contains(name));
    }
}
