#include "transport/server_info.h"

#include <doctest/doctest.h>

#include <optional>

#include "core/balance.h"
#include "tests/support/http_server_stub.h"
#include "tests/support/web_socket_server_stub.h"
#include "tests/unit/transport/transport_client.h"

using namespace janus_harness;
using test::HttpServerStub;
using test::TransportClient;
using test::WebSocketServerStub;

namespace {

Result<janus::ServerInfo> fetch(net::Loop& loop, const std::string& url) {
    net::HttpClient http(loop);
    std::optional<Result<janus::ServerInfo>> outcome;
    std::unique_ptr<transport::ServerInfoRequest> request;
    request = transport::fetch_server_info(loop, http, url, {},
                                           [&](TimePoint, Result<janus::ServerInfo> result) {
                                               CHECK_FALSE(outcome.has_value());
                                               outcome = std::move(result);
                                               request.reset();
                                               loop.stop();
                                           });
    CHECK(test::run_with_watchdog(loop));
    REQUIRE(outcome.has_value());
    return *outcome;
}

std::string server_info(const std::string& request) {
    return fmt::format(R"({{"janus":"server_info","transaction":"{}","name":"J","version":1102,)"
                       R"("version_string":"1.1.2"}})",
                       TransportClient::transaction_of(request));
}

}  // namespace

TEST_CASE("who a Janus is, over HTTP and WebSocket") {
    net::Loop loop;
    HttpServerStub http(loop, [](auto& connection, const auto& request) {
        HttpServerStub::respond(connection, 200, server_info(request.body));
    });
    CHECK(fetch(loop, http.url("/janus"))->version == 1102);
    WebSocketServerStub web_socket(loop, [](auto& connection, const auto& frame) {
        connection.write(WebSocketServerStub::frame(1, server_info(frame.payload)));
    });
    CHECK(fetch(loop, web_socket.url())->version_string == "1.1.2");
}

TEST_CASE("why there is no Janus") {
    net::Loop loop;
    int status = 200;
    HttpServerStub other(loop, [&](auto& connection, const auto&) {
        HttpServerStub::respond(connection, status, "<html>It works!</html>");
    });
    CHECK(fetch(loop, other.url("/janus")).error().code == "janus_not_a_janus");
    status = 404;
    CHECK(fetch(loop, other.url("/janus")).error().code == "janus_not_a_janus");
    CHECK(fetch(loop, "gopher://x").error().code == "janus_url");
    const std::string closed = other.url("/janus");
    other.stop_listening();
    for (const auto& connection : other.connections()) connection->close();
    CHECK(fetch(loop, closed).error().code == "http_connect");
    CHECK(fetch(loop, "ws" + closed.substr(4)).error().code == "websocket_connect");
}

TEST_CASE("an ack does not say who a Janus is") {
    net::Loop loop;
    HttpServerStub http(loop, [](auto& connection, const auto& request) {
        std::string ack = server_info(request.body);
        ack = R"({"janus":"ack")" + ack.substr(ack.find(','));
        HttpServerStub::respond(connection, 200, ack);
    });
    CHECK(fetch(loop, http.url("/janus")).error().code == "janus_not_a_janus");
}

TEST_CASE("nothing is left of the questions") {
    for (const char* name : {"uv.handle", "curl.easy", "websocket", "janus.session"}) {
        CHECK_FALSE(Balance::outstanding().contains(name));
    }
}
