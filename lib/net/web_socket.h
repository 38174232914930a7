#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/time.h"
#include "net/http_client.h"
#include "net/tls_options.h"

namespace janus_harness::net {

struct WebSocketOptions {
    std::string url;                                   // ws:// or wss://
    std::string protocol = "janus-protocol";           // Sec-WebSocket-Protocol; empty: none
    Duration open_timeout = std::chrono::seconds(10);  // connect, TLS and upgrade together
    std::size_t max_message = 4U << 20;                // bytes of one message, fragments joined
    TlsOptions tls;
};

// A WebSocket client (RFC 6455). Callbacks come from the loop, never from within a call of this
// class; each may call any function of it or destroy it.
class WebSocket {
  public:
    struct Callbacks {
        std::function<void(TimePoint now)> on_open;
        // A whole text or binary message, its fragments joined.
        std::function<void(TimePoint now, std::string_view message)> on_message;
        // The last callback, once, unless close() or the destructor came first. Codes:
        // "websocket_bad_url", "websocket_resolve", "websocket_connect", "websocket_tls",
        // "websocket_timeout", "websocket_upgrade_refused" (names the answer of the server),
        // "websocket_reset" (TCP closed), "websocket_closed" (close frame; names code and reason),
        // "websocket_protocol" (the server broke RFC 6455), "websocket_message_too_big".
        std::function<void(TimePoint now, Error error)> on_close;
    };

    // Uses the client's loop and connections; the client must outlive the socket.
    WebSocket(HttpClient& client, WebSocketOptions options, Callbacks callbacks);
    // As close(), without waiting for the server.
    ~WebSocket();
    WebSocket(const WebSocket&) = delete;
    WebSocket& operator=(const WebSocket&) = delete;

    bool is_open() const;
    // Queues one text message; before on_open or after the end it is dropped and false returned.
    bool send_text(std::string_view message);
    // Sends a close frame (1000) where possible and ends; no callback comes any more.
    void close();

  private:
    class Connection;
    std::shared_ptr<Connection> connection_;
};

}  // namespace janus_harness::net
