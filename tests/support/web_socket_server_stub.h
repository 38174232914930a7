#pragma once

#include <fmt/format.h>

#include <functional>
#include <string>

#include "net/web_socket_upgrade.h"
#include "tests/support/tcp_server_stub.h"

namespace janus_harness::test {

// The server's side of RFC 6455, without checks: the test says what it answers.
class WebSocketServerStub : public TcpServerStub {
  public:
    struct Frame {
        std::uint8_t opcode = 0;
        bool masked = false;
        std::string payload;
    };
    using FrameHandler = std::function<void(Connection&, const Frame&)>;
    using UpgradeHandler = std::function<void(Connection&, const std::string& key)>;

    WebSocketServerStub(net::Loop& loop, FrameHandler on_frame)
        : TcpServerStub(loop, [this](Connection& connection) { take(connection); }),
          on_frame_(std::move(on_frame)),
          on_upgrade_([](Connection& connection, const std::string& key) {
              connection.write(accept_response(key));
          }) {}

    void set_upgrade_handler(UpgradeHandler handler) { on_upgrade_ = std::move(handler); }
    std::string url() const { return fmt::format("ws://127.0.0.1:{}/", port()); }

    static std::string accept_response(const std::string& key) {
        return fmt::format(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: {}\r\nSec-WebSocket-Protocol: janus-protocol\r\n\r\n",
            net::web_socket_accept(key));
    }
    static std::string frame(std::uint8_t opcode, std::string_view payload, bool fin = true) {
        std::string bytes(1, static_cast<char>((fin ? 0x80U : 0U) | opcode));
        if (payload.size() < 126) {
            bytes += static_cast<char>(payload.size());
        } else if (payload.size() < 65536) {
            bytes += '\x7e';
            bytes += static_cast<char>(payload.size() >> 8);
            bytes += static_cast<char>(payload.size() & 0xff);
        } else {
            bytes += '\x7f';
            for (int shift = 56; shift >= 0; shift -= 8) {
                bytes += static_cast<char>(payload.size() >> shift & 0xff);
            }
        }
        return bytes.append(payload);
    }

  private:
    void take(Connection& connection) {
        if (!connection.upgraded) {
            const std::size_t end = connection.received.find("\r\n\r\n");
            if (end == std::string::npos) return;
            constexpr std::string_view name = "Sec-WebSocket-Key: ";
            const std::size_t key = connection.received.find(name) + name.size();
            const std::string value =
                connection.received.substr(key, connection.received.find('\r', key) - key);
            connection.received.erase(0, end + 4);
            connection.upgraded = true;
            on_upgrade_(connection, value);
        }
        Frame frame;
        while (!connection.closed() && take_frame(connection.received, frame)) {
            on_frame_(connection, frame);
        }
    }

    static bool take_frame(std::string& bytes, Frame& frame) {
        const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
        if (bytes.size() < 2) return false;
        frame.opcode = byte(0) & 0x0f;
        frame.masked = (byte(1) & 0x80) != 0;
        std::size_t length = byte(1) & 0x7f;
        std::size_t position = 2;
        const std::size_t extra = length == 126 ? 2 : length == 127 ? 8 : 0;
        if (bytes.size() < position + extra) return false;
        if (extra != 0) length = 0;
        for (std::size_t i = 0; i < extra; ++i) length = length << 8 | byte(position++);
        const std::size_t mask = position;
        if (frame.masked) position += 4;
        if (bytes.size() < position + length) return false;
        frame.payload = bytes.substr(position, length);
        for (std::size_t i = 0; frame.masked && i < length; ++i) {
            frame.payload[i] = static_cast<char>(frame.payload[i] ^ bytes[mask + i % 4]);
        }
        bytes.erase(0, position + length);
        return true;
    }

    FrameHandler on_frame_;
    UpgradeHandler on_upgrade_;
};

}  // namespace janus_harness::test
