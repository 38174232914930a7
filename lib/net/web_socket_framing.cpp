#include "net/web_socket_framing.h"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace janus_harness::net {
namespace {

int make_mask(wslay_event_context_ptr, std::uint8_t* buffer, std::size_t size, void*) {
    return RAND_bytes(buffer, static_cast<int>(size)) == 1 ? 0 : -1;
}

// RFC 6455 5.2, without a mask: a server's frame has none.
std::uint64_t frame_length(std::uint64_t payload) {
    const std::uint64_t header = payload < 126 ? 2 : payload < 65536 ? 4 : 10;
    return header + payload;
}

}  // namespace

wslay_event_context_ptr WebSocketFraming::context() {
    if (context_) return context_.get();
    wslay_event_callbacks callbacks{};
    callbacks.recv_callback = &WebSocketFraming::on_receive;
    callbacks.send_callback = &WebSocketFraming::on_send;
    callbacks.genmask_callback = &make_mask;
    callbacks.on_frame_recv_start_callback = &WebSocketFraming::on_frame;
    callbacks.on_msg_recv_callback = &WebSocketFraming::on_message;
    wslay_event_context_ptr made = nullptr;
    if (wslay_event_context_client_init(&made, &callbacks, this) != 0) std::abort();
    wslay_event_config_set_max_recv_msg_length(made, max_message_);
    context_.reset(made);
    return made;
}

// Gives the context up where it knows nothing that will be needed.
void WebSocketFraming::rest() {
    const bool between_messages = beyond_frames_ == 0 && !in_message_ && !closing_ && !ended_;
    if (context_ && between_messages && wslay_event_want_write(context_.get()) == 0) {
        context_.reset();
    }
}

void WebSocketFraming::feed(ByteView bytes) {
    input_ = bytes;
    while (!input_.empty() && !ended_) {
        const int status = wslay_event_recv(context());
        if (!ended_ && (status != 0 || wslay_event_get_read_enabled(context()) == 0)) {
            name_breach(status);
        }
    }
    input_ = {};
    rest();
}

void WebSocketFraming::name_breach(int status) {
    wslay_event_send(context());  // the close frame that says what was wrong
    const std::uint16_t code = wslay_event_get_status_code_sent(context());
    if (code == WSLAY_CODE_MESSAGE_TOO_BIG) {
        ended_ = Error{"websocket_message_too_big",
                       fmt::format("a message is longer than {} bytes", max_message_)};
    } else {
        ended_ = Error{"websocket_protocol",
                       fmt::format("the server broke RFC 6455 (close code {}, framing error {})",
                                   code, status)};
    }
}

void WebSocketFraming::queue_text(std::string_view message) {
    const wslay_event_msg frame{
        WSLAY_TEXT_FRAME, reinterpret_cast<const std::uint8_t*>(message.data()), message.size()};
    wslay_event_queue_msg(context(), &frame);
}

void WebSocketFraming::queue_close(std::uint16_t code) {
    closing_ = true;
    wslay_event_queue_close(context(), code, nullptr, 0);
}

std::optional<std::string> WebSocketFraming::poll_message() {
    if (messages_.empty()) return std::nullopt;
    return messages_.pop();
}

Bytes WebSocketFraming::take_output() {
    if (context_) wslay_event_send(context_.get());
    rest();
    return std::exchange(output_, {});
}

ssize_t WebSocketFraming::on_receive(wslay_event_context_ptr context, std::uint8_t* buffer,
                                     std::size_t size, int, void* self) {
    const ssize_t count = static_cast<WebSocketFraming*>(self)->consume(buffer, size);
    if (count == 0) {
        wslay_event_set_error(context, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }
    return count;
}

ssize_t WebSocketFraming::consume(std::uint8_t* buffer, std::size_t size) {
    const std::size_t count = std::min(size, input_.size());
    std::copy_n(input_.begin(), count, buffer);
    input_ = input_.subspan(count);
    beyond_frames_ += count;
    return static_cast<ssize_t>(count);
}

ssize_t WebSocketFraming::on_send(wslay_event_context_ptr, const std::uint8_t* data,
                                  std::size_t size, int, void* self) {
    Bytes& output = static_cast<WebSocketFraming*>(self)->output_;
    output.insert(output.end(), data, data + size);
    return static_cast<ssize_t>(size);
}

void WebSocketFraming::on_frame(wslay_event_context_ptr,
                                const wslay_event_on_frame_recv_start_arg* frame, void* self) {
    auto& framing = *static_cast<WebSocketFraming*>(self);
    framing.beyond_frames_ -= frame_length(frame->payload_length);
    if (!wslay_is_ctrl_frame(frame->opcode)) framing.in_message_ = frame->fin == 0;
}

void WebSocketFraming::on_message(wslay_event_context_ptr,
                                  const wslay_event_on_msg_recv_arg* message, void* self) {
    static_cast<WebSocketFraming*>(self)->handle_message(*message);
}

void WebSocketFraming::handle_message(const wslay_event_on_msg_recv_arg& message) {
    const std::string_view bytes(reinterpret_cast<const char*>(message.msg), message.msg_length);
    if (message.opcode == WSLAY_CONNECTION_CLOSE) {
        // The payload starts with the two bytes of the code.
        const std::string_view reason = bytes.size() > 2 ? bytes.substr(2) : std::string_view{};
        ended_ = Error{"websocket_closed", fmt::format("the server closed with code {} \"{}\"",
                                                       message.status_code, reason)};
    } else if (message.opcode == WSLAY_TEXT_FRAME || message.opcode == WSLAY_BINARY_FRAME) {
        messages_.push(std::string(bytes));
    }
}

}  // namespace janus_harness::net
