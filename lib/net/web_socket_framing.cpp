#include "net/web_socket_framing.h"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstdlib>

namespace janus_harness::net {
namespace {

int make_mask(wslay_event_context_ptr, std::uint8_t* buffer, std::size_t size, void*) {
    return RAND_bytes(buffer, static_cast<int>(size)) == 1 ? 0 : -1;
}

}  // namespace

WebSocketFraming::WebSocketFraming(std::size_t max_message) : max_message_(max_message) {
    wslay_event_callbacks callbacks{};
    callbacks.recv_callback = &WebSocketFraming::on_receive;
    callbacks.send_callback = &WebSocketFraming::on_send;
    callbacks.genmask_callback = &make_mask;
    callbacks.on_msg_recv_callback = &WebSocketFraming::on_message;
    if (wslay_event_context_client_init(&context_, &callbacks, this) != 0) std::abort();
    wslay_event_config_set_max_recv_msg_length(context_, max_message);
}

WebSocketFraming::~WebSocketFraming() {
    wslay_event_context_free(context_);
}

void WebSocketFraming::feed(ByteView bytes) {
    input_ = bytes;
    while (!input_.empty() && !ended_) {
        const int status = wslay_event_recv(context_);
        if (!ended_ && (status != 0 || wslay_event_get_read_enabled(context_) == 0)) {
            name_breach(status);
        }
    }
    input_ = {};
}

void WebSocketFraming::name_breach(int status) {
    output();  // the close frame that says what was wrong
    const std::uint16_t code = wslay_event_get_status_code_sent(context_);
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
    wslay_event_queue_msg(context_, &frame);
}

void WebSocketFraming::queue_close(std::uint16_t code) {
    wslay_event_queue_close(context_, code, nullptr, 0);
}

std::optional<std::string> WebSocketFraming::poll_message() {
    if (messages_.empty()) return std::nullopt;
    std::string message = std::move(messages_.front());
    messages_.pop_front();
    return message;
}

Bytes& WebSocketFraming::output() {
    wslay_event_send(context_);
    return output_;
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
    return static_cast<ssize_t>(count);
}

ssize_t WebSocketFraming::on_send(wslay_event_context_ptr, const std::uint8_t* data,
                                  std::size_t size, int, void* self) {
    Bytes& output = static_cast<WebSocketFraming*>(self)->output_;
    output.insert(output.end(), data, data + size);
    return static_cast<ssize_t>(size);
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
        messages_.emplace_back(bytes);
    }
}

}  // namespace janus_harness::net
