#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidjson/document.h>

#include <deque>
#include <memory>
#include <string>

#include "sdp/browser_offer.h"
#include "tools/capacity_stub/api.h"
#include "tools/capacity_stub/api_messages.h"

namespace janus_harness::capacity_stub::test {

// RapidJSON's own comparisons with other types call themselves for ever in C++20.
inline std::string text(const rapidjson::Value& value) {
    return value.IsString() ? value.GetString() : "no string";
}

// The API and the media of a stub on loopback, without a loop, and one client of it.
struct StubFixture {
    explicit StubFixture(Options options = {}) {
        options.media_sockets = 2;
        media = Media::create(options, counters, Random(1)).value();
        api = std::make_unique<Api>(options, *media, counters, Random(2));
    }

    // The reply to a request with these members besides the transaction "t".
    rapidjson::Document ask(const std::string& members, PathIds path = {}) {
        return parsed(
            api->handle_request(now, fmt::format(R"({{"transaction":"t",{}}})", members), path, 0));
    }
    rapidjson::Document ask_plugin(const std::string& body, const std::string& sdp = {}) {
        std::string members = fmt::format(R"("janus":"message","body":{})", body);
        if (!sdp.empty()) {
            members += fmt::format(R"(,"jsep":{{"type":"offer","sdp":{}}})", json_quote(sdp));
        }
        return ask(members, {session, handle});
    }
    void open() {
        session = ask(R"("janus":"create")")["data"]["id"].GetUint64();
        const auto attached = ask(R"("janus":"attach","plugin":"janus.plugin.sip")", {session, 0});
        handle = attached["data"]["id"].GetUint64();
    }
    void open_registered() {
        open();
        ask_plugin(R"({"request":"register","username":"sip:alice@example.org","secret":"s"})");
        while (api->poll_notice()) {
        }
    }
    rapidjson::Document notice() {
        const auto next = api->poll_notice();
        REQUIRE(next.has_value());
        return parsed(next->json);
    }
    // The name of the next notice: the plugin's event, or what the core says.
    std::string event() {
        const auto message = notice();
        const std::string kind = message["janus"].GetString();
        if (kind != "event") return kind;
        const auto& data = message["plugindata"]["data"];
        return data.HasMember("result") ? data["result"]["event"].GetString()
                                        : std::to_string(data["error_code"].GetInt());
    }
    static rapidjson::Document parsed(const std::string& json) {
        rapidjson::Document document;
        document.Parse(json.data(), json.size());
        REQUIRE_FALSE(document.HasParseError());
        return document;
    }
    static std::string offer(std::uint16_t port, bool with_candidate = true) {
        sdp::OfferOptions options;
        options.ice_ufrag = "abcd";
        options.ice_pwd = "abcdefghijklmnopqrstuv";
        options.fingerprint =
            "7A:59:CD:7A:79:8A:3C:E4:A0:2D:D7:59:63:3D:17:FD:85:F1:5D:8D:94:3C:60:C3:82:52:63:B2:"
            "96:"
            "BC:91:FB";
        options.cname = "c";
        if (with_candidate) {
            options.candidates = {
                sdp::Candidate::host(SocketAddress::from_ip("127.0.0.1", port).value())};
        }
        return sdp::make_offer(options);
    }

    Counters counters;
    std::unique_ptr<Media> media;
    std::unique_ptr<Api> api;
    TimePoint now{std::chrono::seconds(100)};
    std::uint64_t session = 0;
    std::uint64_t handle = 0;
};

inline constexpr const char* call_body = R"({"request":"call","uri":"sip:bob@example.org"})";

}  // namespace janus_harness::capacity_stub::test
