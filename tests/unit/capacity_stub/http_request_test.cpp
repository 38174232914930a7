#include "tools/capacity_stub/http_request.h"

#include <doctest/doctest.h>

#include "tools/capacity_stub/web_socket_key.h"

using namespace janus_harness;
using namespace janus_harness::capacity_stub;

TEST_CASE("a POST comes piece by piece, and another one behind it") {
    const std::string text =
        "POST /janus/12/34 HTTP/1.1\r\nHost: x\r\ncontent-LENGTH: 4\r\n\r\nbodyPOST /";
    const std::size_t whole = text.size() - 6;
    for (std::size_t length = 0; length < whole; ++length) {
        CHECK_FALSE(parse_http_request(std::string_view(text).substr(0, length)).has_value());
    }
    const auto request = parse_http_request(text);
    REQUIRE(request.has_value());
    REQUIRE(request->ok());
    CHECK(request->value().method == "POST");
    CHECK(request->value().path == "/janus/12/34");
    CHECK(request->value().body == "body");
    CHECK(request->value().size == whole);
    CHECK(request->value().keep_alive);
}

TEST_CASE("a long poll's parameters") {
    const auto request =
        parse_http_request("GET /janus/5?rid=7&maxev=10 HTTP/1.1\r\nConnection: close\r\n\r\n");
    REQUIRE(request.has_value());
    CHECK(request->value().path == "/janus/5");
    CHECK(request->value().parameter("maxev") == "10");
    CHECK(request->value().parameter("rid") == "7");
    CHECK(request->value().parameter("max") == "");
    CHECK_FALSE(request->value().keep_alive);
}

TEST_CASE("an upgrade to WebSocket") {
    const auto request = parse_http_request(
        "GET / HTTP/1.1\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: a, b\r\n\r\n");
    REQUIRE(request.has_value());
    CHECK(request->value().upgrades_to_web_socket);
    CHECK(request->value().web_socket_protocols == "a, b");
    // RFC 6455 1.3
    CHECK(web_socket_accept(request->value().web_socket_key) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("requests that are refused") {
    const auto code = [](const std::string& text) {
        const auto request = parse_http_request(text);
        REQUIRE(request.has_value());
        REQUIRE_FALSE(request->ok());
        return request->error().code;
    };
    CHECK(code("nonsense\r\n\r\n") == "http_syntax");
    CHECK(code("GET / HTTP/2\r\n\r\n") == "http_syntax");
    CHECK(code("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n") == "http_syntax");
    CHECK(code("POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n") == "http_too_large");
    CHECK(code("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n") == "http_body");
    CHECK(code(std::string(20000, 'x')) == "http_too_large");
}
