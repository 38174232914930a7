#pragma once

#include <fmt/format.h>

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "core/text.h"
#include "tests/support/tcp_server_stub.h"

namespace janus_harness::test {

// A keep-alive HTTP/1.1 server that answers as the test says. Requests need a Content-Length if
// they have a body.
class HttpServerStub : public TcpServerStub {
  public:
    struct Request {
        std::string method;
        std::string target;
        std::string body;
        std::map<std::string, std::string> headers;  // names in lower case
    };
    // May answer at once with respond(), later, or never.
    using Handler = std::function<void(Connection&, const Request&)>;

    HttpServerStub(net::Loop& loop, Handler handler)
        : TcpServerStub(loop, [this](Connection& connection) { take_requests(connection); }),
          handler_(std::move(handler)) {}

    std::string url(std::string_view path) const {
        return fmt::format("http://127.0.0.1:{}{}", port(), path);
    }
    static void respond(Connection& connection, int status, std::string_view body) {
        connection.write(fmt::format("HTTP/1.1 {} Status\r\nContent-Length: {}\r\n\r\n{}", status,
                                     body.size(), body));
    }

  private:
    void take_requests(Connection& connection) {
        while (!connection.closed()) {
            const auto request = take_request(connection.received);
            if (!request) return;
            handler_(connection, *request);
        }
    }

    static std::optional<Request> take_request(std::string& received) {
        const std::size_t end = received.find("\r\n\r\n");
        if (end == std::string::npos) return std::nullopt;
        Request request;
        const auto lines = split(std::string_view(received).substr(0, end), '\n');
        const auto words = split(trim(lines[0]), ' ');
        request.method = words[0];
        request.target = words.size() > 1 ? words[1] : "";
        for (std::size_t i = 1; i < lines.size(); ++i) {
            const std::size_t colon = lines[i].find(':');
            request.headers[to_lower(lines[i].substr(0, colon))] = trim(lines[i].substr(colon + 1));
        }
        const std::size_t length = parse_unsigned(request.headers["content-length"]).value_or(0);
        if (received.size() < end + 4 + length) return std::nullopt;
        request.body = received.substr(end + 4, length);
        received.erase(0, end + 4 + length);
        return request;
    }

    Handler handler_;
};

}  // namespace janus_harness::test
