#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/support/tcp_server_stub.h"
#include "transport/janus_transport.h"

namespace janus_harness::test {

// A session on a transport, with everything it told. The loop stops with every activity.
struct TransportClient {
    TransportClient(net::Loop& owning_loop, const std::string& url,
                    transport::JanusTransportOptions options = {})
        : loop(owning_loop), http(loop), session({}, Random(5)) {
        auto made = transport::make_janus_transport(loop, http, url, std::move(options), session,
                                                    [this](TimePoint) { drain(); });
        REQUIRE(made.ok());
        transport = std::move(made).value();
        transport->connect();
    }
    void drain() {
        while (auto event = session.poll_event()) events.push_back(std::move(*event));
        loop.stop();
    }
    // Runs until a T has been told; the first one.
    template <typename T>
    T wait() {
        transport->flush();
        for (;;) {
            for (const auto& event : events) {
                if (const auto* found = std::get_if<T>(&event)) return *found;
            }
            REQUIRE(run_with_watchdog(loop));
        }
    }
    // The transaction that the stub saw in a request.
    static std::string transaction_of(const std::string& json) {
        constexpr std::string_view name = "\"transaction\":\"";
        const std::size_t start = json.find(name) + name.size();
        return json.substr(start, json.find('"', start) - start);
    }

    net::Loop& loop;
    net::HttpClient http;
    janus::Session session;
    std::vector<janus::Event> events;
    std::unique_ptr<transport::JanusTransport> transport;
};

}  // namespace janus_harness::test
