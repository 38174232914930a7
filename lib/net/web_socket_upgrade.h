#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

// Inside this module only: the opening handshake of RFC 6455 4.1, from and to text.
namespace janus_harness::net {

struct WebSocketUrl {
    bool secure = false;
    std::string http_url;   // the same with http:// or https://, for libcurl
    std::string authority;  // host[:port], for the Host header
    std::string target;     // path and query, "/" at least
};

// Error "websocket_bad_url".
Result<WebSocketUrl> parse_web_socket_url(std::string_view url);

// 16 random bytes in base64 (Sec-WebSocket-Key).
std::string make_web_socket_key();
// What Sec-WebSocket-Accept must be for that key.
std::string web_socket_accept(std::string_view key);

std::string upgrade_request(const WebSocketUrl& url, std::string_view protocol,
                            std::string_view key);

// Looks at what the server sent so far. nullopt: the header is not whole yet. A value: its length
// in bytes; frames follow. Error "websocket_upgrade_refused" names what is wrong with the answer.
std::optional<Result<std::size_t>> check_upgrade_response(std::string_view received,
                                                          std::string_view protocol,
                                                          std::string_view key);

}  // namespace janus_harness::net
