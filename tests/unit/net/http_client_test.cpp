#include "net/http_client.h"

#include <doctest/doctest.h>

#include <optional>

#include "core/balance.h"
#include "tests/support/http_server_stub.h"

using namespace janus_harness;
using net::HttpClient;
using net::HttpRequest;
using net::HttpResponse;
using test::HttpServerStub;
using test::run_with_watchdog;

namespace {

HttpRequest request_to(std::string url) {
    HttpRequest request;
    request.url = std::move(url);
    return request;
}

// One request; what its callback got.
Result<HttpResponse> ask(net::Loop& loop, HttpClient& client, HttpRequest request) {
    std::optional<Result<HttpResponse>> answer;
    bool returned = false;
    client.send(std::move(request), [&](TimePoint, Result<HttpResponse> result) {
        CHECK(returned);  // never from within send()
        CHECK_FALSE(answer.has_value());
        answer = std::move(result);
        loop.stop();
    });
    returned = true;
    CHECK(run_with_watchdog(loop));
    REQUIRE(answer.has_value());
    return *answer;
}

}  // namespace

TEST_CASE("requests one after another share a connection") {
    net::Loop loop;
    std::vector<std::string> seen;
    HttpServerStub server(loop, [&](auto& connection, const auto& request) {
        seen.push_back(request.method + " " + request.target + " " + request.body);
        HttpServerStub::respond(connection, 200, "answer to " + request.body);
    });
    HttpClient client(loop);
    for (int i = 0; i < 3; ++i) {
        HttpRequest request = request_to(server.url("/janus"));
        request.method = "POST";
        request.body = fmt::format("body{}", i);
        const auto answer = ask(loop, client, std::move(request));
        REQUIRE(answer.ok());
        CHECK(answer->status == 200);
        CHECK(answer->body == fmt::format("answer to body{}", i));
    }
    CHECK(seen ==
          std::vector<std::string>{"POST /janus body0", "POST /janus body1", "POST /janus body2"});
    CHECK(server.connections().size() == 1);
    CHECK(client.connections_opened() == 1);
}

TEST_CASE("a lane has its own connections, shared by a few dozen users") {
    net::Loop loop;
    HttpServerStub server(
        loop, [](auto& connection, const auto&) { HttpServerStub::respond(connection, 200, "a"); });
    HttpClient client(loop);
    std::vector<std::unique_ptr<net::HttpLane>> users;
    for (std::size_t i = 0; i <= net::HttpLane::most_users; ++i) {
        users.push_back(std::make_unique<net::HttpLane>(client));
        CHECK(users.back()->number() == (i == net::HttpLane::most_users ? 1 : 0));
    }
    for (const auto& user : {users.front().get(), users.back().get(), users[1].get()}) {
        HttpRequest request = request_to(server.url("/janus"));
        request.lane = user->number();
        CHECK(ask(loop, client, std::move(request)).ok());
    }
    CHECK(client.connections_opened() == 2);
    users.erase(users.begin());
    CHECK(net::HttpLane(client).number() == 0);
}

TEST_CASE("headers are sent and an error status is an answer, not an error") {
    net::Loop loop;
    std::string content_type;
    HttpServerStub server(loop, [&](auto& connection, const auto& request) {
        content_type = request.headers.at("content-type");
        HttpServerStub::respond(connection, 404, "");
    });
    HttpClient client(loop);
    HttpRequest request = request_to(server.url("/"));
    request.headers = {"Content-Type: application/json"};
    const auto answer = ask(loop, client, std::move(request));
    REQUIRE(answer.ok());
    CHECK(answer->status == 404);
    CHECK(content_type == "application/json");
}

TEST_CASE("failures have names") {
    net::Loop loop;
    HttpClient client(loop);
    HttpServerStub server(loop, [&](auto& connection, const auto& request) {
        if (request.target == "/reset") connection.close();
        if (request.target == "/cut") {
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            loop.defer([&connection] { connection.close(); });
        }
        if (request.target == "/large") HttpServerStub::respond(connection, 200, "12345678901");
        if (request.target == "/garbage") connection.write("\x01\x02\x03\r\n\r\n");
    });
    const auto code_of = [&](HttpRequest request) {
        const auto answer = ask(loop, client, std::move(request));
        REQUIRE_FALSE(answer.ok());
        INFO(answer.error().message);
        return answer.error().code;
    };
    CHECK(code_of(request_to("ftp://127.0.0.1/")) == "http_bad_url");
    CHECK(code_of(request_to(server.url("/reset"))) == "http_reset");
    CHECK(code_of(request_to(server.url("/cut"))) == "http_reset");
    CHECK(code_of(request_to(server.url("/garbage"))) == "http_transfer");
    HttpRequest large = request_to(server.url("/large"));
    large.max_body = 10;
    CHECK(code_of(std::move(large)) == "http_body_too_large");
    HttpRequest slow = request_to(server.url("/never"));
    slow.timeout = std::chrono::milliseconds(20);
    CHECK(code_of(std::move(slow)) == "http_timeout");
    const std::string closed_port = server.url("/");
    server.stop_listening();
    for (const auto& connection : server.connections()) connection->close();
    CHECK(code_of(request_to(closed_port)) == "http_connect");
}

TEST_CASE("a long poll does not hold up other requests, and a cancelled one never calls back") {
    net::Loop loop;
    HttpServerStub server(loop, [&](auto& connection, const auto& request) {
        if (request.target == "/now") HttpServerStub::respond(connection, 200, "now");
    });
    HttpClient client(loop);
    bool polled = false;
    const auto poll = client.send(request_to(server.url("/never")),
                                  [&](TimePoint, const Result<HttpResponse>&) { polled = true; });
    CHECK(ask(loop, client, request_to(server.url("/now")))->body == "now");
    CHECK(client.requests_under_way() == 1);
    client.cancel(poll);
    client.cancel(poll);
    CHECK(client.requests_under_way() == 0);
    CHECK(ask(loop, client, request_to(server.url("/now")))->body == "now");
    CHECK_FALSE(polled);
}

TEST_CASE("the client may be destroyed by a callback, with other requests under way") {
    net::Loop loop;
    HttpServerStub server(loop, [&](auto& connection, const auto& request) {
        if (request.target == "/now") HttpServerStub::respond(connection, 200, "now");
    });
    auto client = std::make_unique<HttpClient>(loop);
    bool others = false;
    for (int i = 0; i < 3; ++i) {
        client->send(request_to(server.url("/never")),
                     [&](TimePoint, const Result<HttpResponse>&) { others = true; });
    }
    client->send(request_to(server.url("/now")), [&](TimePoint, const Result<HttpResponse>&) {
        client.reset();
        loop.stop();
    });
    CHECK(run_with_watchdog(loop));
    CHECK_FALSE(others);
}

TEST_CASE("many long polls of one client run side by side") {
    net::Loop loop;
    std::vector<test::TcpServerStub::Connection*> waiting;
    HttpServerStub server(loop, [&](auto& connection, const auto&) {
        waiting.push_back(&connection);
        if (waiting.size() < 200) return;
        for (auto* each : waiting) HttpServerStub::respond(*each, 200, "event");
    });
    HttpClient client(loop);
    int answered = 0;
    for (int i = 0; i < 200; ++i) {
        client.send(request_to(server.url("/poll")),
                    [&](TimePoint, const Result<HttpResponse>& answer) {
                        CHECK(answer.ok());
                        if (++answered == 200) loop.stop();
                    });
    }
    CHECK(run_with_watchdog(loop));
    CHECK(server.connections().size() == 200);
}

TEST_CASE("no handle of libcurl or libuv is left") {
    CHECK_FALSE(Balance::outstanding().contains("curl.easy"));
    CHECK_FALSE(Balance::outstanding().contains("uv.handle"));
}
