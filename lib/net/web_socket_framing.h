#pragma once

#include <wslay/wslay.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/datagram.h"
#include "core/fifo.h"
#include "core/result.h"

// Inside this module only: the frames of RFC 6455 5 after the handshake, client side, without I/O.
namespace janus_harness::net {

class WebSocketFraming {
  public:
    explicit WebSocketFraming(std::size_t max_message) : max_message_(max_message) {}
    WebSocketFraming(const WebSocketFraming&) = delete;
    WebSocketFraming& operator=(const WebSocketFraming&) = delete;

    // Bytes of the server. Pings are answered, fragments joined.
    void feed(ByteView bytes);
    void queue_text(std::string_view message);
    void queue_close(std::uint16_t code);

    std::optional<std::string> poll_message();
    // Set once the stream has ended: a close frame, or a breach of the protocol.
    const std::optional<Error>& ended() const { return ended_; }
    // Bytes for the server, each once.
    Bytes take_output();

  private:
    struct ContextDeleter {
        void operator()(wslay_event_context* context) const { wslay_event_context_free(context); }
    };

    static ssize_t on_receive(wslay_event_context_ptr context, std::uint8_t* buffer,
                              std::size_t size, int flags, void* self);
    static ssize_t on_send(wslay_event_context_ptr context, const std::uint8_t* data,
                           std::size_t size, int flags, void* self);
    static void on_frame(wslay_event_context_ptr context,
                         const wslay_event_on_frame_recv_start_arg* frame, void* self);
    static void on_message(wslay_event_context_ptr context,
                           const wslay_event_on_msg_recv_arg* message, void* self);
    wslay_event_context_ptr context();
    void rest();
    ssize_t consume(std::uint8_t* buffer, std::size_t size);
    void handle_message(const wslay_event_on_msg_recv_arg& message);
    void name_breach(int status);

    // wslay's context has 8.5 KB of buffers, so it is there only while a frame is under way.
    std::unique_ptr<wslay_event_context, ContextDeleter> context_;
    // Bytes that wslay has got beyond the frames it has begun: 0, modulo 2^64, between frames.
    std::uint64_t beyond_frames_ = 0;
    bool in_message_ = false;  // between the fragments of one
    bool closing_ = false;
    std::size_t max_message_;
    ByteView input_;
    Bytes output_;
    Fifo<std::string> messages_;
    std::optional<Error> ended_;
};

}  // namespace janus_harness::net
