#include "tools/capacity_stub/web_socket_frames.h"

#include <algorithm>
#include <cstdlib>

namespace janus_harness::capacity_stub {
namespace {

constexpr std::size_t largest_message = 1 << 20;

}  // namespace

WebSocketFrames::WebSocketFrames() {
    wslay_event_callbacks callbacks{};
    callbacks.recv_callback = &WebSocketFrames::on_receive;
    callbacks.send_callback = &WebSocketFrames::on_send;
    callbacks.on_msg_recv_callback = &WebSocketFrames::on_message;
    if (wslay_event_context_server_init(&context_, &callbacks, this) != 0) std::abort();
    wslay_event_config_set_max_recv_msg_length(context_, largest_message);
}

WebSocketFrames::~WebSocketFrames() {
    wslay_event_context_free(context_);
}

bool WebSocketFrames::feed(std::string_view bytes, std::vector<std::string>& messages,
                           std::string& output) {
    input_ = bytes;
    messages_ = &messages;
    output_ = &output;
    while (!input_.empty() && !ended_) {
        if (wslay_event_recv(context_) != 0 || wslay_event_get_read_enabled(context_) == 0) {
            ended_ = true;
        }
    }
    if (wslay_event_want_write(context_) != 0) wslay_event_send(context_);
    input_ = {};
    messages_ = nullptr;
    output_ = nullptr;
    return !ended_;
}

// wslay would copy the message twice. A server's frame has no mask: two to ten bytes and the text.
void WebSocketFrames::append_text(std::string_view message, std::string& output) {
    const auto put = [&](std::size_t value) { output += static_cast<char>(value & 0xff); };
    const std::size_t size = message.size();
    put(0x80 | WSLAY_TEXT_FRAME);
    if (size < 126) {
        put(size);
    } else if (size < 65536) {
        put(126);
        put(size >> 8);
        put(size);
    } else {
        put(127);
        for (int shift = 56; shift >= 0; shift -= 8) put(size >> shift);
    }
    output += message;
}

ssize_t WebSocketFrames::on_receive(wslay_event_context_ptr context, std::uint8_t* buffer,
                                    std::size_t size, int, void* self) {
    std::string_view& input = static_cast<WebSocketFrames*>(self)->input_;
    const std::size_t count = std::min(size, input.size());
    if (count == 0) {
        wslay_event_set_error(context, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }
    std::copy_n(input.begin(), count, buffer);
    input.remove_prefix(count);
    return static_cast<ssize_t>(count);
}

ssize_t WebSocketFrames::on_send(wslay_event_context_ptr, const std::uint8_t* data,
                                 std::size_t size, int, void* self) {
    std::string* output = static_cast<WebSocketFrames*>(self)->output_;
    output->append(reinterpret_cast<const char*>(data), size);
    return static_cast<ssize_t>(size);
}

void WebSocketFrames::on_message(wslay_event_context_ptr,
                                 const wslay_event_on_msg_recv_arg* message, void* self) {
    auto& frames = *static_cast<WebSocketFrames*>(self);
    if (message->opcode == WSLAY_CONNECTION_CLOSE) {
        frames.ended_ = true;
    } else if (message->opcode == WSLAY_TEXT_FRAME || message->opcode == WSLAY_BINARY_FRAME) {
        frames.messages_->emplace_back(reinterpret_cast<const char*>(message->msg),
                                       message->msg_length);
    }
}

}  // namespace janus_harness::capacity_stub
