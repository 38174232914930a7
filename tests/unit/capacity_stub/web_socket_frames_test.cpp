#include "tools/capacity_stub/web_socket_frames.h"

#include <doctest/doctest.h>

using namespace janus_harness::capacity_stub;

namespace {

// A client's frame; the mask is 1, 2, 3, 4.
std::string masked(std::uint8_t first, const std::string& text) {
    std::string frame{static_cast<char>(first), static_cast<char>(0x80 | text.size()), 1, 2, 3, 4};
    for (std::size_t i = 0; i < text.size(); ++i) {
        frame += static_cast<char>(text[i] ^ static_cast<char>(1 + i % 4));
    }
    return frame;
}

}  // namespace

TEST_CASE("messages come in fragments and in bytes") {
    WebSocketFrames frames;
    std::vector<std::string> messages;
    std::string output;
    const std::string stream = masked(0x81, "one") + masked(0x01, "t") + masked(0x80, "wo");
    for (const char byte : stream) CHECK(frames.feed({&byte, 1}, messages, output));
    CHECK(messages == std::vector<std::string>{"one", "two"});
    CHECK(output.empty());
}

TEST_CASE("a ping is answered, a close ends it") {
    WebSocketFrames frames;
    std::vector<std::string> messages;
    std::string output;
    CHECK(frames.feed(masked(0x89, "hi"), messages, output));
    CHECK(output == std::string("\x8a\x02hi"));
    output.clear();
    CHECK_FALSE(frames.feed(masked(0x88, "\x03\xe8"), messages, output));
    CHECK(output == std::string("\x88\x02\x03\xe8"));
    CHECK_FALSE(frames.feed(masked(0x81, "late"), messages, output));
    CHECK(messages.empty());
}

TEST_CASE("frames of the server have the shortest length that fits") {
    const auto header = [](std::size_t size) {
        std::string output;
        WebSocketFrames::append_text(std::string(size, 'x'), output);
        return output.substr(0, output.size() - size);
    };
    CHECK(header(125) == std::string("\x81\x7d"));
    CHECK(header(126) == std::string("\x81\x7e\x00\x7e", 4));
    CHECK(header(65535) == std::string("\x81\x7e\xff\xff"));
    CHECK(header(65536) == std::string("\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10));
}

TEST_CASE("a breach of the protocol ends the stream") {
    WebSocketFrames frames;
    std::vector<std::string> messages;
    std::string output;
    CHECK_FALSE(frames.feed("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", messages, output));
}
