#include "net/web_socket_framing.h"

#include <doctest/doctest.h>

#include "core/random.h"
#include "tests/support/web_socket_server_stub.h"

using namespace janus_harness;
using net::WebSocketFraming;

namespace {

std::string frame(std::uint8_t opcode, std::string_view payload, bool fin = true) {
    return test::WebSocketServerStub::frame(opcode, payload, fin);
}

void feed(WebSocketFraming& framing, std::string_view bytes) {
    framing.feed({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

}  // namespace

TEST_CASE("fragments of 2800 bytes, as Janus sends them, are joined, however they are cut") {
    const std::string message(7000, 'm');
    const std::string bytes = frame(1, message.substr(0, 2800), false) +
                              frame(0, message.substr(2800, 2800), false) +
                              frame(0, message.substr(5600));
    for (const std::size_t step : {1UL, 7UL, 2801UL, 100000UL}) {
        WebSocketFraming framing(1 << 20);
        for (std::size_t i = 0; i < bytes.size(); i += step) feed(framing, bytes.substr(i, step));
        CHECK(framing.poll_message() == message);
        CHECK_FALSE(framing.poll_message().has_value());
        CHECK_FALSE(framing.ended().has_value());
    }
}

TEST_CASE("client frames are masked, and a ping is answered with its payload") {
    WebSocketFraming framing(1000);
    feed(framing, frame(9, "are you there"));
    const Bytes out = framing.take_output();
    REQUIRE(out.size() == 2 + 4 + 13);
    CHECK(out[0] == 0x8a);
    CHECK(out[1] == (0x80 | 13));
    CHECK((out[6] ^ out[2]) == 'a');
}

TEST_CASE("the end of a stream is named") {
    const auto end_of = [](const std::string& bytes) {
        WebSocketFraming framing(100);
        feed(framing, bytes);
        REQUIRE(framing.ended().has_value());
        return *framing.ended();
    };
    const Error closed = end_of(frame(8, "\x03\xe9going"));
    CHECK(closed.code == "websocket_closed");
    CHECK(closed.message.find("1001 \"going\"") != std::string::npos);
    CHECK(end_of(frame(1, std::string(101, 'x'))).code == "websocket_message_too_big");
    CHECK(end_of(frame(1, std::string(60, 'x'), false) + frame(0, std::string(60, 'x'))).code ==
          "websocket_message_too_big");
    CHECK(end_of(frame(3, "x")).code == "websocket_protocol");
    CHECK(end_of(frame(0, "x")).code == "websocket_protocol");
    CHECK(end_of(frame(1, "\xff\xfe")).code == "websocket_protocol");
    CHECK(end_of("\x81\x81zzzzz").code == "websocket_protocol");  // a server must not mask
    // A length must be as short as it can be (5.2).
    CHECK(end_of(std::string("\x81\x7e\0\x05hello", 9)).code == "websocket_protocol");
    CHECK(end_of(std::string("\x81\x7f\0\0\0\0\0\0\0\x05hello", 15)).code == "websocket_protocol");
}

// Between frames the framing keeps nothing of wslay's; in the midst of one it must.
TEST_CASE("frames of all lengths follow each other, cut anywhere, with a ping inside a message") {
    std::string bytes;
    std::vector<std::string> messages;
    for (const std::size_t length : {0UL, 1UL, 125UL, 126UL, 4095UL, 65535UL, 65536UL}) {
        messages.emplace_back(length, 'm');
        bytes += frame(1, messages.back());
        messages.push_back(std::string(length, 'f') + "end");
        bytes += frame(1, std::string(length, 'f'), false) + frame(9, "p") + frame(0, "end");
    }
    Random random(20260203);
    for (int round = 0; round < 40; ++round) {
        WebSocketFraming framing(1 << 20);
        const std::size_t longest = round < 20 ? 40 : 70000;
        for (std::size_t i = 0; i < bytes.size();) {
            const std::size_t step = 1 + random.below(longest);
            feed(framing, bytes.substr(i, step));
            framing.queue_text("between");
            framing.take_output();
            i += step;
        }
        for (const std::string& message : messages) REQUIRE(framing.poll_message() == message);
        CHECK_FALSE(framing.poll_message().has_value());
        CHECK_FALSE(framing.ended().has_value());
    }
}

TEST_CASE("framing survives any bytes") {
    Random random(20260131);
    const std::string valid = frame(1, "{\"janus\":\"ack\"}") + frame(9, "p") +
                              frame(1, std::string(300, 'a'), false) + frame(0, "b") +
                              frame(8, "\x03\xe8");
    for (int round = 0; round < 5000; ++round) {
        std::string bytes = valid.substr(0, random.below(valid.size() + 1));
        for (std::uint64_t i = random.below(6); i > 0 && !bytes.empty(); --i) {
            bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
        }
        WebSocketFraming framing(1000);
        const std::size_t step = 1 + random.below(50);
        for (std::size_t i = 0; i < bytes.size(); i += step) feed(framing, bytes.substr(i, step));
        while (framing.poll_message()) continue;
        framing.take_output();
    }
}
