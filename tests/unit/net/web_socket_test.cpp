#include "net/web_socket.h"

#include <doctest/doctest.h>

#include <optional>

#include "core/balance.h"
#include "tests/support/web_socket_server_stub.h"

using namespace janus_harness;
using net::HttpClient;
using net::WebSocket;
using net::WebSocketOptions;
using test::run_with_watchdog;
using test::WebSocketServerStub;

namespace {

WebSocketOptions options_for(std::string url) {
    WebSocketOptions options;
    options.url = std::move(url);
    return options;
}

// The reason with which a socket that never opens, or does not stay open, ends.
Error end_of(net::Loop& loop, WebSocketOptions options) {
    HttpClient client(loop);
    std::optional<Error> end;
    WebSocket socket(client, std::move(options),
                     {.on_open = [](TimePoint) {},
                      .on_message = [](TimePoint, std::string_view) {},
                      .on_close =
                          [&](TimePoint, Error error) {
                              CHECK_FALSE(end.has_value());
                              end = std::move(error);
                              loop.stop();
                          }});
    CHECK(run_with_watchdog(loop));
    REQUIRE(end.has_value());
    CHECK_FALSE(socket.is_open());
    CHECK_FALSE(socket.send_text("late"));
    return *end;
}

void ignore_frame(WebSocketServerStub::Connection&, const WebSocketServerStub::Frame&) {}

}  // namespace

TEST_CASE("text goes both ways, masked by the client, large messages whole") {
    net::Loop loop;
    WebSocketServerStub server(loop, [](auto& connection, const auto& frame) {
        if (frame.opcode != 1) return;
        CHECK(frame.masked);
        connection.write(WebSocketServerStub::frame(1, "echo ", false) +
                         WebSocketServerStub::frame(0, frame.payload));
    });
    HttpClient client(loop);
    std::vector<std::string> answers;
    const std::string large(300000, 'L');
    std::unique_ptr<WebSocket> socket;
    socket = std::make_unique<WebSocket>(
        client, options_for(server.url()),
        WebSocket::Callbacks{.on_open =
                                 [&](TimePoint) {
                                     CHECK(socket->send_text("hello"));
                                     CHECK(socket->send_text(large));
                                 },
                             .on_message =
                                 [&](TimePoint, std::string_view message) {
                                     answers.emplace_back(message);
                                     if (answers.size() == 2) loop.stop();
                                 },
                             .on_close = [](TimePoint, const Error&) { FAIL("closed"); }});
    CHECK_FALSE(socket->is_open());
    CHECK_FALSE(socket->send_text("too early"));
    CHECK(run_with_watchdog(loop));
    CHECK(answers == std::vector<std::string>{"echo hello", "echo " + large});
}

TEST_CASE("frames that follow the upgrade in the same segment are not lost") {
    net::Loop loop;
    WebSocketServerStub server(loop, ignore_frame);
    server.set_upgrade_handler([](auto& connection, const std::string& key) {
        connection.write(WebSocketServerStub::accept_response(key) +
                         WebSocketServerStub::frame(1, "at once"));
    });
    HttpClient client(loop);
    std::string message;
    const WebSocket socket(client, options_for(server.url()),
                           {.on_open = [](TimePoint) {},
                            .on_message =
                                [&](TimePoint, std::string_view text) {
                                    message = text;
                                    loop.stop();
                                },
                            .on_close = [](TimePoint, const Error&) {}});
    CHECK(run_with_watchdog(loop));
    CHECK(message == "at once");
}

TEST_CASE("failures to open have names") {
    net::Loop loop;
    WebSocketServerStub server(loop, ignore_frame);
    CHECK(end_of(loop, options_for("http://127.0.0.1/")).code == "websocket_bad_url");
    server.set_upgrade_handler([](auto& connection, const std::string&) {
        connection.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    });
    const Error refused = end_of(loop, options_for(server.url()));
    CHECK(refused.code == "websocket_upgrade_refused");
    CHECK(refused.message.find("403 Forbidden") != std::string::npos);
    server.set_upgrade_handler([](auto& connection, const std::string&) { connection.close(); });
    CHECK(end_of(loop, options_for(server.url())).code == "websocket_reset");
    server.set_upgrade_handler([](auto&, const std::string&) {});
    WebSocketOptions impatient = options_for(server.url());
    impatient.open_timeout = std::chrono::milliseconds(20);
    CHECK(end_of(loop, impatient).code == "websocket_timeout");
    const std::string url = server.url();
    server.stop_listening();
    CHECK(end_of(loop, options_for(url)).code == "websocket_connect");
}

TEST_CASE("the end of an open socket has a name") {
    net::Loop loop;
    WebSocketServerStub server(loop, ignore_frame);
    std::string bytes;
    bool close_after = false;
    server.set_upgrade_handler([&](auto& connection, const std::string& key) {
        connection.write(WebSocketServerStub::accept_response(key) + bytes);
        if (close_after) loop.defer([&connection] { connection.close(); });
    });
    bytes = WebSocketServerStub::frame(8, "\x03\xe9");
    CHECK(end_of(loop, options_for(server.url())).code == "websocket_closed");
    bytes = WebSocketServerStub::frame(7, "");
    CHECK(end_of(loop, options_for(server.url())).code == "websocket_protocol");
    bytes = WebSocketServerStub::frame(1, std::string(2000, 'x'));
    WebSocketOptions small = options_for(server.url());
    small.max_message = 1000;
    CHECK(end_of(loop, small).code == "websocket_message_too_big");
    bytes.clear();
    close_after = true;
    CHECK(end_of(loop, options_for(server.url())).code == "websocket_reset");
}

TEST_CASE("close() sends a close frame and silences the socket") {
    net::Loop loop;
    std::optional<std::uint8_t> opcode;
    WebSocketServerStub server(loop, [&](auto&, const auto& frame) {
        opcode = frame.opcode;
        loop.stop();
    });
    HttpClient client(loop);
    std::unique_ptr<WebSocket> socket;
    socket = std::make_unique<WebSocket>(
        client, options_for(server.url()),
        WebSocket::Callbacks{.on_open = [&](TimePoint) { socket.reset(); },
                             .on_message = [](TimePoint, std::string_view) { FAIL("message"); },
                             .on_close = [](TimePoint, const Error&) { FAIL("closed"); }});
    CHECK(run_with_watchdog(loop));
    CHECK(opcode == 8);
}

TEST_CASE("a socket may be destroyed by its message callback, with more messages waiting") {
    net::Loop loop;
    WebSocketServerStub server(loop, ignore_frame);
    server.set_upgrade_handler([](auto& connection, const std::string& key) {
        connection.write(WebSocketServerStub::accept_response(key) +
                         WebSocketServerStub::frame(1, "one") +
                         WebSocketServerStub::frame(1, "two"));
    });
    HttpClient client(loop);
    int messages = 0;
    std::unique_ptr<WebSocket> socket;
    socket = std::make_unique<WebSocket>(client, options_for(server.url()),
                                         WebSocket::Callbacks{.on_open = [](TimePoint) {},
                                                              .on_message =
                                                                  [&](TimePoint, std::string_view) {
                                                                      ++messages;
                                                                      socket.reset();
                                                                      loop.stop();
                                                                  },
                                                              .on_close = {}});
    CHECK(run_with_watchdog(loop));
    CHECK(messages == 1);
}

TEST_CASE("no handle of a WebSocket is left") {
    CHECK_FALSE(Balance::outstanding().contains("websocket"));
    CHECK_FALSE(Balance::outstanding().contains("curl.easy"));
    CHECK_FALSE(Balance::outstanding().contains("uv.handle"));
}
