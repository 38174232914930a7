#pragma once

#include <wslay/wslay.h>

#include <string>
#include <string_view>
#include <vector>

namespace janus_harness::capacity_stub {

// The server's side of the frames of RFC 6455 5, without I/O.
class WebSocketFrames {
  public:
    WebSocketFrames();
    ~WebSocketFrames();
    WebSocketFrames(const WebSocketFrames&) = delete;
    WebSocketFrames& operator=(const WebSocketFrames&) = delete;

    // Bytes of the client: whole messages are appended to `messages`; answers to control frames are
    // appended to `output`. False once the stream has ended: a close frame, or a breach of the
    // protocol.
    bool feed(std::string_view bytes, std::vector<std::string>& messages, std::string& output);
    // Appends a text message as one frame.
    static void append_text(std::string_view message, std::string& output);

  private:
    static ssize_t on_receive(wslay_event_context_ptr context, std::uint8_t* buffer,
                              std::size_t size, int flags, void* self);
    static ssize_t on_send(wslay_event_context_ptr context, const std::uint8_t* data,
                           std::size_t size, int flags, void* self);
    static void on_message(wslay_event_context_ptr context,
                           const wslay_event_on_msg_recv_arg* message, void* self);

    wslay_event_context_ptr context_ = nullptr;
    std::string_view input_;
    std::vector<std::string>* messages_ = nullptr;  // only while feed() runs
    std::string* output_ = nullptr;                 // only while feed() runs
    bool ended_ = false;
};

}  // namespace janus_harness::capacity_stub
