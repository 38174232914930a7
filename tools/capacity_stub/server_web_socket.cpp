// The API over WebSocket.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/text.h"
#include "tools/capacity_stub/server.h"
#include "tools/capacity_stub/web_socket_key.h"

namespace janus_harness::capacity_stub {

void Server::upgrade(Connection& connection, const HttpRequest& request) {
    const auto offered = split(request.web_socket_protocols, ',');
    const bool known = std::ranges::any_of(
        offered, [](std::string_view protocol) { return trim(protocol) == "janus-protocol"; });
    if (!known || request.web_socket_key.empty()) {
        connection.close_when_flushed = true;
        respond(connection, "403 Forbidden", "");
        return;
    }
    fmt::format_to(std::back_inserter(connection.output),
                   "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                   "Connection: Upgrade\r\nSec-WebSocket-Accept: {}\r\n"
                   "Sec-WebSocket-Protocol: janus-protocol\r\n\r\n",
                   web_socket_accept(request.web_socket_key));
    connection.close_when_flushed = false;
    connection.frames = std::make_unique<WebSocketFrames>();
    note_flush(connection);
}

void Server::take_web_socket(Connection& connection) {
    if (connection.close_when_flushed) return;
    std::vector<std::string> messages;
    const bool open = connection.frames->feed(connection.input, messages, connection.output);
    connection.input.clear();
    for (const std::string& message : messages) {
        const std::string reply =
            api_->handle_request(MonotonicClock::now(), message, {}, connection.id());
        WebSocketFrames::append_text(reply, connection.output);
    }
    if (!open) connection.close_when_flushed = true;
    note_flush(connection);
}

}  // namespace janus_harness::capacity_stub
