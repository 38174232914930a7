#pragma once

#include <wslay/wslay.h>

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "core/datagram.h"
#include "core/result.h"

// Inside this module only: the frames of RFC 6455 5 after the handshake, client side, without I/O.
namespace janus_harness::net {

class WebSocketFraming {
  public:
    explicit WebSocketFraming(std::size_t max_message);
    ~WebSocketFraming();
    WebSocketFraming(const WebSocketFraming&) = delete;
    WebSocketFraming& operator=(const WebSocketFraming&) = delete;

    // Bytes of the server. Pings are answered, fragments joined.
    void feed(ByteView bytes);
    void queue_text(std::string_view message);
    void queue_close(std::uint16_t code);

    std::optional<std::string> poll_message();
    // Set once the stream has ended: a close frame, or a breach of the protocol.
    const std::optional<Error>& ended() const { return ended_; }
    // Bytes for the server; whoever sent some of them erases these.
    Bytes& output();

  private:
    static ssize_t on_receive(wslay_event_context_ptr context, std::uint8_t* buffer,
                              std::size_t size, int flags, void* self);
    static ssize_t on_send(wslay_event_context_ptr context, const std::uint8_t* data,
                           std::size_t size, int flags, void* self);
    static void on_message(wslay_event_context_ptr context,
                           const wslay_event_on_msg_recv_arg* message, void* self);
    ssize_t consume(std::uint8_t* buffer, std::size_t size);
    void handle_message(const wslay_event_on_msg_recv_arg& message);
    void name_breach(int status);

    wslay_event_context_ptr context_ = nullptr;
    std::size_t max_message_;
    ByteView input_;
    Bytes output_;
    std::deque<std::string> messages_;
    std::optional<Error> ended_;
};

}  // namespace janus_harness::net
