#include "net/web_socket.h"

#include <utility>

#include "net/web_socket_connection.h"

namespace janus_harness::net {

WebSocket::WebSocket(HttpClient& client, WebSocketOptions options, Callbacks callbacks)
    : connection_(std::make_shared<Connection>(client, std::move(options), std::move(callbacks))) {
    connection_->start();
}

WebSocket::~WebSocket() {
    connection_->close();
}

bool WebSocket::is_open() const {
    return connection_->is_open();
}

bool WebSocket::send_text(std::string_view message) {
    return connection_->send_text(message);
}

void WebSocket::close() {
    connection_->close();
}

}  // namespace janus_harness::net
