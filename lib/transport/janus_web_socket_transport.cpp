#include "transport/janus_web_socket_transport.h"

#include <utility>

namespace janus_harness::transport {

JanusWebSocketTransport::JanusWebSocketTransport(net::HttpClient& client, std::string url,
                                                 JanusTransportOptions options,
                                                 janus::Session& session,
                                                 ActivityCallback on_activity)
    : client_(client),
      url_(std::move(url)),
      options_(std::move(options)),
      session_(session),
      on_activity_(std::move(on_activity)) {}

JanusWebSocketTransport::~JanusWebSocketTransport() {
    close();
}

net::WebSocket::Callbacks JanusWebSocketTransport::callbacks() {
    net::WebSocket::Callbacks result;
    result.on_open = [this](TimePoint now) {
        flush();
        tell_owner(now);
    };
    result.on_message = [this](TimePoint now, std::string_view message) {
        ++statistics_.messages;
        session_.handle_message(now, message);
        tell_owner(now);
    };
    result.on_close = [this](TimePoint now, const Error& error) {
        session_.handle_connection_lost(now, error);
        tell_owner(now);
    };
    return result;
}

void JanusWebSocketTransport::connect() {
    net::WebSocketOptions options;
    options.url = url_;
    options.open_timeout = options_.connect_timeout;
    options.tls = options_.tls;
    socket_ = std::make_unique<net::WebSocket>(client_, std::move(options), callbacks());
}

void JanusWebSocketTransport::flush() {
    if (socket_ == nullptr || !socket_->is_open()) return;
    while (const auto outgoing = session_.poll_transmit()) {
        ++statistics_.requests;
        socket_->send_text(outgoing->json);
    }
}

void JanusWebSocketTransport::close() {
    socket_.reset();
}

// Nothing of the transport may be touched after this.
void JanusWebSocketTransport::tell_owner(TimePoint now) {
    const ActivityCallback on_activity = on_activity_;
    on_activity(now);
}

}  // namespace janus_harness::transport
