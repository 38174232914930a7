#include "net/web_socket_upgrade.h"

#include <doctest/doctest.h>

using namespace janus_harness;
using namespace janus_harness::net;

TEST_CASE("the accept key of RFC 6455 1.3") {
    CHECK(web_socket_accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    CHECK(make_web_socket_key().size() == 24);
    CHECK(make_web_socket_key() != make_web_socket_key());
}

TEST_CASE("WebSocket URLs") {
    const auto plain = parse_web_socket_url("ws://10.99.0.1:8188");
    REQUIRE(plain.ok());
    CHECK(plain->authority == "10.99.0.1:8188");
    CHECK(plain->target == "/");
    CHECK(plain->http_url == "http://10.99.0.1:8188/");
    CHECK_FALSE(plain->secure);
    const auto secure = parse_web_socket_url("wss://janus.example.org/ws?room=1#part");
    REQUIRE(secure.ok());
    CHECK(secure->target == "/ws?room=1");
    CHECK(secure->http_url == "https://janus.example.org/ws?room=1");
    for (const char* bad : {"http://x/", "ws://", "ws:///path", "", "ws://a b/", "ws://u:p@h/"}) {
        const auto url = parse_web_socket_url(bad);
        REQUIRE_FALSE(url.ok());
        CHECK(url.error().code == "websocket_bad_url");
    }
}

TEST_CASE("answers to the upgrade") {
    constexpr std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";
    const std::string good =
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nConnection: keep-alive, "
        "Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        "Sec-WebSocket-Protocol: janus-protocol\r\n\r\n";
    const auto check = [&](const std::string& text) {
        return check_upgrade_response(text, "janus-protocol", key);
    };
    REQUIRE(check(good + "frame").has_value());
    CHECK(check(good + "frame")->value() == good.size());
    for (std::size_t length = 0; length < good.size(); ++length) {
        CHECK_FALSE(check(good.substr(0, length)).has_value());
    }
    const auto refused = [&](const std::string& text) {
        const auto result = check(text);
        REQUIRE(result.has_value());
        REQUIRE_FALSE(result->ok());
        CHECK(result->error().code == "websocket_upgrade_refused");
        return result->error().message;
    };
    CHECK(refused("HTTP/1.1 403 Forbidden\r\n\r\n").find("HTTP/1.1 403 Forbidden") !=
          std::string::npos);
    const auto without = [&](const std::string& part) {
        std::string text = good;
        text.replace(text.find(part), part.size(), "x");
        return refused(text);
    };
    CHECK(without("s3pP").find("Accept") != std::string::npos);
    CHECK(without("janus-protocol").find("subprotocol") != std::string::npos);
    without("upgrade: WebSocket");
    without("keep-alive, Upgrade");
    refused(std::string(20000, 'x'));
}
