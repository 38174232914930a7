#include <functional>

#include "core/balance.h"
#include "tests/support/http_server_stub.h"
#include "tests/unit/transport/transport_client.h"

using namespace janus_harness;
using test::HttpServerStub;
using test::TransportClient;
using transport::JanusTransportOptions;

namespace {

using Connection = test::TcpServerStub::Connection;

// A Janus whose session 7 always exists; the test says what long polls get.
struct JanusStub {
    explicit JanusStub(net::Loop& loop)
        : server(loop, [this](Connection& connection, const HttpServerStub::Request& request) {
              if (request.method == "GET") {
                  polls.push_back(request.target);
                  on_poll(connection);
                  return;
              }
              posts.push_back(request.target);
              const std::string transaction = TransportClient::transaction_of(request.body);
              HttpServerStub::respond(
                  connection, 200,
                  fmt::format(R"({{"janus":"success","transaction":"{}","data":{{"id":7}}}})",
                              transaction));
          }) {}

    std::string url() const { return server.url("/janus"); }

    std::vector<std::string> polls;
    std::vector<std::string> posts;
    std::function<void(Connection&)> on_poll = [](Connection&) {};
    HttpServerStub server;
};

JanusTransportOptions fast_options() {
    JanusTransportOptions options;
    options.poll_backoff = std::chrono::milliseconds(1);
    options.poll_backoff_maximum = std::chrono::milliseconds(2);
    options.poll_attempts = 4;
    return options;
}

int count_cut_short(const TransportClient& client) {
    int count = 0;
    for (const auto& event : client.events) {
        const auto* error = std::get_if<janus::ProtocolError>(&event);
        count += error != nullptr && error->error.code == "janus_poll_cut_short";
    }
    return count;
}

}  // namespace

TEST_CASE("requests go to the paths of their ids, and a poll follows the create") {
    net::Loop loop;
    JanusStub stub(loop);
    JanusTransportOptions options;
    options.maxev = 5;
    options.apisecret = "a&b";
    TransportClient client(loop, stub.url() + "/", options);
    client.session.create(net::Loop::now());
    CHECK(client.wait<janus::Replied>().id == 7);
    client.events.clear();
    client.session.attach(net::Loop::now(), "janus.plugin.sip");
    client.wait<janus::Replied>();
    client.events.clear();
    client.session.hangup(net::Loop::now(), 7);
    client.wait<janus::Replied>();
    CHECK(stub.posts == std::vector<std::string>{"/janus", "/janus/7", "/janus/7/7"});
    CHECK(stub.polls == std::vector<std::string>{"/janus/7?maxev=5&apisecret=a%26b"});
    CHECK(client.transport->statistics().requests == 3);
}

TEST_CASE("a poll is restarted at once, and its array is fed in order") {
    net::Loop loop;
    JanusStub stub(loop);
    stub.on_poll = [&](Connection& connection) {
        if (stub.polls.size() == 3) {
            HttpServerStub::respond(connection, 200,
                                    R"([{"janus":"keepalive"},{"janus":"timeout"}])");
        } else {
            HttpServerStub::respond(connection, 200, R"([{"janus":"keepalive"}])");
        }
    };
    TransportClient client(loop, stub.url());
    client.session.create(net::Loop::now());
    CHECK(client.wait<janus::SessionTimedOut>().how.code == "janus_timeout_event");
    CHECK(stub.polls.size() == 3);
    CHECK(client.transport->statistics().polls == 3);
    CHECK(client.http.requests_under_way() == 0);
}

TEST_CASE("polls cut short are counted, named and repeated until one works") {
    net::Loop loop;
    JanusStub stub(loop);
    stub.on_poll = [&](Connection& connection) {
        switch (stub.polls.size()) {
            case 1:
                connection.close();
                break;
            case 2:
                HttpServerStub::respond(connection, 500, "oops");
                break;
            case 3:
                HttpServerStub::respond(connection, 200, "");
                break;
            default:
                HttpServerStub::respond(connection, 200, R"([{"janus":"timeout"}])");
        }
    };
    TransportClient client(loop, stub.url(), fast_options());
    client.session.create(net::Loop::now());
    client.wait<janus::SessionTimedOut>();
    CHECK(count_cut_short(client) == 3);
    CHECK(client.transport->statistics().polls_cut_short == 3);
    CHECK(client.transport->statistics().polls == 1);
}

TEST_CASE("too many polls cut short in a row are a lost connection") {
    net::Loop loop;
    JanusStub stub(loop);
    stub.on_poll = [&](Connection& connection) { connection.close(); };
    TransportClient client(loop, stub.url(), fast_options());
    client.session.create(net::Loop::now());
    CHECK(client.wait<janus::ConnectionLost>().error.code == "http_reset");
    CHECK(stub.polls.size() >= 4);
    CHECK(count_cut_short(client) == 4);
    CHECK(client.http.requests_under_way() == 0);
}

// They were once asked for again at once, without end: a busy loop on both sides.
TEST_CASE("polls answered with nonsense are repeated ever more slowly, then given up") {
    for (const std::string nonsense :
         {"<html>It works!</html>", "[]", "[7,{}]", R"({"janus":"nonsense"})",
          R"([{"janus":"event","session_id":8,"sender":1}])"}) {
        CAPTURE(nonsense);
        net::Loop loop;
        JanusStub stub(loop);
        stub.on_poll = [&](Connection& connection) {
            HttpServerStub::respond(connection, 200, nonsense);
        };
        TransportClient client(loop, stub.url(), fast_options());
        client.session.create(net::Loop::now());
        CHECK(client.wait<janus::ConnectionLost>().error.code == "janus_poll_unusable");
        CHECK(stub.polls.size() == 4);
    }
}

TEST_CASE("an answer of use between nonsense begins the count anew") {
    net::Loop loop;
    JanusStub stub(loop);
    stub.on_poll = [&](Connection& connection) {
        const bool of_use = stub.polls.size() % 4 == 0 && stub.polls.size() < 10;
        HttpServerStub::respond(connection, 200, of_use ? R"([7,{"janus":"keepalive"}])" : "x");
    };
    TransportClient client(loop, stub.url(), fast_options());
    client.session.create(net::Loop::now());
    client.wait<janus::ConnectionLost>();
    CHECK(stub.polls.size() == 12);
}

TEST_CASE("404 on the poll is a session that is gone, 403 a refused secret") {
    const auto first_end = [](int status) {
        net::Loop loop;
        JanusStub stub(loop);
        stub.on_poll = [&](Connection& connection) {
            HttpServerStub::respond(connection, status, "");
        };
        TransportClient client(loop, stub.url());
        client.session.create(net::Loop::now());
        if (status == 404) return client.wait<janus::SessionTimedOut>().how.code;
        return client.wait<janus::ConnectionLost>().error.code;
    };
    CHECK(first_end(404) == "janus_poll_not_found");
    CHECK(first_end(403) == "janus_poll_forbidden");
}

TEST_CASE("answers that answer nothing fail their request at once") {
    net::Loop loop;
    std::string body;
    int status = 200;
    HttpServerStub server(loop, [&](Connection& connection, const HttpServerStub::Request&) {
        HttpServerStub::respond(connection, status, body);
    });
    const auto code_for = [&](int with_status, std::string with_body) {
        status = with_status;
        body = std::move(with_body);
        TransportClient client(loop, server.url("/janus"));
        client.session.create(net::Loop::now());
        return client.wait<janus::RequestFailed>().error.code;
    };
    CHECK(code_for(404, "") == "http_status");
    CHECK(code_for(200, "") == "http_empty_body");
    CHECK(code_for(200, "<html>") == "janus_answer_unusable");
    CHECK(code_for(200, R"({"janus":"error","error":{"code":454,"reason":"JSON"}})") ==
          "janus_answer_unusable");
}

TEST_CASE("after close() nothing comes any more, and the owner may destroy from the callback") {
    net::Loop loop;
    JanusStub stub(loop);
    int activities = 0;
    net::HttpClient http(loop);
    janus::Session session({}, Random(1));
    std::unique_ptr<transport::JanusTransport> transport;
    auto made =
        transport::make_janus_transport(loop, http, stub.url(), {}, session, [&](TimePoint) {
            ++activities;
            transport.reset();
            loop.stop();
        });
    transport = std::move(made).value();
    session.create(net::Loop::now());
    session.info(net::Loop::now());
    transport->flush();
    CHECK(test::run_with_watchdog(loop));
    CHECK(activities == 1);
    CHECK(http.requests_under_way() == 0);
}

TEST_CASE("nothing of the HTTP transport is left") {
    for (const char* name : {"uv.handle", "curl.easy", "janus.session", "janus.handle"}) {
        CHECK_FALSE(Balance::outstanding().contains(name));
    }
}
