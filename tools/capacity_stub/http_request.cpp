#include "tools/capacity_stub/http_request.h"

#include "core/text.h"

namespace janus_harness::capacity_stub {
namespace {

constexpr std::size_t largest_head = 16384;
constexpr std::size_t largest_body = 1 << 20;

Error syntax(std::string message) {
    return {"http_syntax", std::move(message)};
}

// The text before the next `end`, which is taken off `text` with it; the whole if there is none.
std::string_view take_until(std::string_view& text, std::string_view end) {
    const std::size_t at = text.find(end);
    const std::string_view taken = text.substr(0, at);
    text = at == std::string_view::npos ? std::string_view{} : text.substr(at + end.size());
    return taken;
}

bool contains_word(std::string_view list, std::string_view word) {
    while (!list.empty()) {
        if (iequals(trim(take_until(list, ",")), word)) return true;
    }
    return false;
}

Result<void> read_request_line(std::string_view line, HttpRequest& request) {
    request.method = take_until(line, " ");
    std::string_view target = take_until(line, " ");
    if (request.method.empty() || target.empty() || !line.starts_with("HTTP/1.")) {
        return syntax("the first line is no request line of HTTP/1");
    }
    request.keep_alive = line != "HTTP/1.0";
    request.path = take_until(target, "?");
    request.query = target;
    return {};
}

struct BodyLength {
    std::size_t length = 0;
    bool chunked = false;
};

Result<void> read_field(std::string_view name, std::string_view value, HttpRequest& request,
                        BodyLength& body) {
    if (iequals(name, "content-length")) {
        const auto length = parse_unsigned(value);
        if (!length) return syntax("Content-Length is no number");
        body.length = *length;
    } else if (iequals(name, "transfer-encoding")) {
        body.chunked = true;
    } else if (iequals(name, "connection")) {
        if (contains_word(value, "close")) request.keep_alive = false;
    } else if (iequals(name, "upgrade")) {
        request.upgrades_to_web_socket = contains_word(value, "websocket");
    } else if (iequals(name, "sec-websocket-key")) {
        request.web_socket_key = value;
    } else if (iequals(name, "sec-websocket-protocol")) {
        request.web_socket_protocols = value;
    }
    return {};
}

Result<BodyLength> read_head(std::string_view head, HttpRequest& request) {
    BodyLength body;
    const auto first = read_request_line(take_until(head, "\r\n"), request);
    if (!first) return first.error();
    while (!head.empty()) {
        std::string_view value = take_until(head, "\r\n");
        const std::string_view name = take_until(value, ":");
        const auto read = read_field(name, trim(value), request, body);
        if (!read) return read.error();
    }
    return body;
}

}  // namespace

std::string_view HttpRequest::parameter(std::string_view name) const {
    std::string_view rest = query;
    while (!rest.empty()) {
        std::string_view value = take_until(rest, "&");
        if (take_until(value, "=") == name) return value;
    }
    return {};
}

std::optional<Result<HttpRequest>> parse_http_request(std::string_view bytes) {
    const std::size_t end = bytes.substr(0, largest_head).find("\r\n\r\n");
    if (end == std::string_view::npos) {
        if (bytes.size() < largest_head) return std::nullopt;
        return Error{"http_too_large", "the head of the request is too large"};
    }
    HttpRequest request;
    const auto body = read_head(bytes.substr(0, end), request);
    if (!body) return body.error();
    if (body->chunked) return Error{"http_body", "chunked bodies are not taken"};
    if (body->length > largest_body) return Error{"http_too_large", "the body is too large"};
    request.size = end + 4 + body->length;
    if (bytes.size() < request.size) return std::nullopt;
    request.body = bytes.substr(end + 4, body->length);
    return request;
}

}  // namespace janus_harness::capacity_stub
