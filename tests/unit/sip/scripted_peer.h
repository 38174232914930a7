#pragma once

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/socket_address.h"
#include "sip/endpoint.h"
#include "sip/message.h"
#include "sip/message_parser.h"

namespace janus_harness::sip {

inline constexpr Duration ms(std::int64_t count) {
    return std::chrono::milliseconds(count);
}

inline SocketAddress address(const char* text) {
    return SocketAddress::parse(text).value();
}

inline EndpointConfig test_config() {
    EndpointConfig config;
    config.local = address("127.0.0.1:5060");
    config.domain = "127.0.0.1";
    config.realm = "harness";
    config.seed = 7;
    return config;
}

// An endpoint in virtual time, its peer played by the test.
struct ScriptedPeer {
    explicit ScriptedPeer(EndpointConfig config = test_config()) : endpoint(std::move(config)) {}

    void receive(const std::string& text, const char* from = "127.0.0.2:41234") {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
        endpoint.handle_datagram(now, address(from), ByteView(bytes, text.size()));
    }
    void receive(const Message& message, const char* from = "127.0.0.2:41234") {
        receive(message.to_string(), from);
    }
    // What was sent since the last call, with the destination of each message.
    std::vector<std::pair<SocketAddress, Message>> sent() {
        std::vector<std::pair<SocketAddress, Message>> out;
        while (auto datagram = endpoint.poll_transmit()) {
            auto parsed = parse_message(datagram->bytes);
            REQUIRE(parsed.ok());
            CHECK(parsed->defect == "");
            out.emplace_back(datagram->remote, std::move(parsed).value());
        }
        return out;
    }
    // The one message sent since the last call.
    Message sent_one() {
        auto all = sent();
        REQUIRE(all.size() == 1);
        return all.front().second;
    }
    template <typename T>
    T event() {
        auto next = endpoint.poll_event();
        REQUIRE(next.has_value());
        REQUIRE(std::holds_alternative<T>(*next));
        return std::get<T>(*next);
    }
    bool no_event() { return !endpoint.poll_event().has_value(); }
    // Lets time pass, with every timer served when it is due.
    void advance(Duration duration) {
        const TimePoint end = now + duration;
        while (const auto next = endpoint.next_timeout()) {
            if (*next > end) break;
            now = std::max(now, *next);
            endpoint.handle_timeout(now);
        }
        now = end;
    }

    Endpoint endpoint;
    TimePoint now{std::chrono::hours(1)};
};

}  // namespace janus_harness::sip
