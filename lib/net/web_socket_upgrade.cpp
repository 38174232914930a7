#include "net/web_socket_upgrade.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <map>

#include "core/text.h"

namespace janus_harness::net {
namespace {

constexpr std::size_t header_limit = 16384;

template <std::size_t N>
std::string base64(const std::array<unsigned char, N>& bytes) {
    std::array<unsigned char, (N + 2) / 3 * 4 + 1> text{};
    const int length = EVP_EncodeBlock(text.data(), bytes.data(), static_cast<int>(N));
    return {text.begin(), text.begin() + length};
}

using Headers = std::map<std::string, std::string>;

Headers parse_headers(std::string_view lines) {
    Headers headers;
    for (const std::string_view line : split(lines, '\n')) {
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        headers[to_lower(trim(line.substr(0, colon)))] = trim(line.substr(colon + 1));
    }
    return headers;
}

Error refused(std::string_view status_line, std::string_view why) {
    return Error{"websocket_upgrade_refused",
                 fmt::format("{}; the server answered \"{}\"", why, trim(status_line))};
}

std::optional<Error> check_headers(std::string_view status_line, Headers headers,
                                   std::string_view protocol, std::string_view key) {
    if (!iequals(headers["upgrade"], "websocket")) {
        return refused(status_line, "no \"Upgrade: websocket\"");
    }
    if (to_lower(headers["connection"]).find("upgrade") == std::string::npos) {
        return refused(status_line, "no \"Connection: Upgrade\"");
    }
    if (headers["sec-websocket-accept"] != web_socket_accept(key)) {
        return refused(status_line, "Sec-WebSocket-Accept does not fit the key");
    }
    if (headers["sec-websocket-protocol"] != protocol) {
        return refused(status_line, fmt::format("subprotocol \"{}\" instead of \"{}\"",
                                                headers["sec-websocket-protocol"], protocol));
    }
    return std::nullopt;
}

}  // namespace

Result<WebSocketUrl> parse_web_socket_url(std::string_view url) {
    const bool secure = url.starts_with("wss://");
    if (!secure && !url.starts_with("ws://")) {
        return Error{"websocket_bad_url", fmt::format("\"{}\" is not a ws:// or wss:// URL", url)};
    }
    const std::string_view rest = url.substr(secure ? 6 : 5);
    const std::size_t slash = rest.find_first_of("/?#");
    WebSocketUrl result;
    result.secure = secure;
    result.authority = rest.substr(0, slash);
    if (slash != std::string_view::npos) result.target = rest.substr(slash, rest.find('#') - slash);
    if (result.target.empty() || result.target.front() != '/') result.target.insert(0, "/");
    const bool printable = rest.find_first_of(" \t\r\n") == std::string_view::npos;
    if (result.authority.empty() || !printable || result.authority.find('@') != std::string::npos) {
        return Error{"websocket_bad_url", fmt::format("\"{}\" has no usable host", url)};
    }
    result.http_url =
        fmt::format("{}://{}{}", secure ? "https" : "http", result.authority, result.target);
    return result;
}

std::string make_web_socket_key() {
    std::array<unsigned char, 16> bytes{};
    RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
    return base64(bytes);
}

std::string web_socket_accept(std::string_view key) {
    const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, 20> digest{};
    EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha1(), nullptr);
    return base64(digest);
}

std::string upgrade_request(const WebSocketUrl& url, std::string_view protocol,
                            std::string_view key) {
    std::string request = fmt::format(
        "GET {} HTTP/1.1\r\n"
        "Host: {}\r\n"
        "Upgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        "Sec-WebSocket-Key: {}\r\n"
        "Sec-WebSocket-Version: 13\r\n",
        url.target, url.authority, key);
    if (!protocol.empty()) request += fmt::format("Sec-WebSocket-Protocol: {}\r\n", protocol);
    return request + "\r\n";
}

std::optional<Result<std::size_t>> check_upgrade_response(std::string_view received,
                                                          std::string_view protocol,
                                                          std::string_view key) {
    const std::size_t end = received.find("\r\n\r\n");
    const std::string_view status_line = received.substr(0, received.find('\n')).substr(0, 200);
    if (end == std::string_view::npos) {
        if (received.size() < header_limit) return std::nullopt;
        return refused(status_line, "the header of the answer does not end");
    }
    const auto fields = split(trim(status_line), ' ');
    if (fields.size() < 2 || !fields[0].starts_with("HTTP/1.") || fields[1] != "101") {
        return refused(status_line, "no 101 Switching Protocols");
    }
    const auto headers = parse_headers(received.substr(0, end));
    if (const auto wrong = check_headers(status_line, headers, protocol, key)) return *wrong;
    return end + 4;
}

}  // namespace janus_harness::net
