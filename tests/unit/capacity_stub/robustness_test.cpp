// What clients send can be anything at all.
#include "tests/unit/capacity_stub/stub_fixture.h"
#include "tools/capacity_stub/http_request.h"
#include "tools/capacity_stub/web_socket_frames.h"

using namespace janus_harness;
using namespace janus_harness::capacity_stub;
using namespace janus_harness::capacity_stub::test;

namespace {

std::string mutated(std::string text, Random& random) {
    for (std::uint64_t i = random.below(4); i-- > 0 && !text.empty();) {
        const std::size_t at = random.below(text.size());
        switch (random.below(4)) {
            case 0:
                text[at] = static_cast<char>(random.below(256));
                break;
            case 1:
                text.erase(at, 1 + random.below(20));
                break;
            case 2:
                text.insert(at, text.substr(random.below(text.size()), 30));
                break;
            default:
                text.resize(at);
        }
    }
    return text;
}

}  // namespace

TEST_CASE("requests of any bytes") {
    StubFixture stub;
    Random random(11);
    for (int i = 0; i < 3000; ++i) {
        stub.open_registered();
        const std::string ids = fmt::format(R"("session_id":{},"handle_id":{},"transaction":"x")",
                                            stub.session, stub.handle);
        for (const std::string& request :
             {fmt::format(
                  R"({{"janus":"message",{},"body":{},"jsep":{{"type":"offer","sdp":{}}}}})", ids,
                  call_body, json_quote(stub.offer(40000))),
              fmt::format(R"({{"janus":"message",{},"body":{{"request":"register"}}}})", ids),
              fmt::format(
                  R"({{"janus":"trickle",{},"candidates":[{{"candidate":"candidate:1 1 udp 1 )"
                  R"(127.0.0.1 4 typ host"}},null]}})",
                  ids)}) {
            const std::string reply =
                stub.api->handle_request(stub.now, mutated(request, random), {}, 0);
            StubFixture::parsed(reply);
        }
        while (const auto notice = stub.api->poll_notice()) StubFixture::parsed(notice->json);
        stub.ask(R"("janus":"destroy")", {stub.session, 0});
    }
    CHECK(stub.counters.sessions == 0);
    CHECK(stub.counters.active_calls == 0);
}

TEST_CASE("JSON nested without end") {
    StubFixture stub;
    for (const char bracket : {'[', '{'}) {
        std::string text(500000, bracket);
        StubFixture::parsed(stub.api->handle_request(stub.now, text, {}, 0));
    }
    std::string nested = R"({"transaction":"t","janus":"info","x":)";
    nested += std::string(200000, '[') + std::string(200000, ']') + "}";
    CHECK(text(StubFixture::parsed(stub.api->handle_request(stub.now, nested, {}, 0))["janus"]) ==
          "server_info");
}

TEST_CASE("HTTP of any bytes") {
    Random random(12);
    const std::string good =
        "POST /janus/1/2 HTTP/1.1\r\nContent-Length: 5\r\nUpgrade: websocket\r\n\r\nhello";
    for (int i = 0; i < 20000; ++i) {
        const std::string text = mutated(good, random);
        const auto request = parse_http_request(text);
        if (request && request->ok()) CHECK(request->value().size <= text.size());
    }
}

TEST_CASE("WebSocket frames of any bytes") {
    Random random(13);
    for (int i = 0; i < 5000; ++i) {
        WebSocketFrames frames;
        std::vector<std::string> messages;
        std::string output;
        std::string stream("\x81\x83\x01\x02\x03\x04xyz\x89\x80\x01\x02\x03\x04", 15);
        for (int part = 0; part < 3; ++part) {
            if (!frames.feed(mutated(stream, random), messages, output)) break;
        }
    }
}

TEST_CASE("datagrams of any bytes") {
    StubFixture stub;
    stub.open_registered();
    const auto socket = MediaSocket::open(SocketAddress::from_ip("127.0.0.1", 0).value()).value();
    stub.ask_plugin(call_body, stub.offer(socket->address().port()));
    for (const char* name : {"calling", "ringing", "proceeding"}) CHECK(stub.event() == name);
    const auto accepted = stub.notice();
    const std::string sdp = accepted["jsep"]["sdp"].GetString();
    const auto answer = sdp::SessionDescription::parse(sdp).value();
    const auto section = answer.first_active("audio").value();
    const auto target = section.candidates().front().socket_address().value();
    ice::ConnectivityCheck check;
    check.username = fmt::format("{}:abcd", section.ice_ufrag());
    const Bytes good = ice::encode_check(check, section.ice_pwd());
    Random random(14);
    std::uint64_t sent = 0;
    for (int i = 0; i < 5000; ++i) {
        const std::string text = mutated(std::string(good.begin(), good.end()), random);
        if (text.empty()) continue;
        std::vector<std::uint8_t> bytes(text.begin(), text.end());
        if (random.below(3) == 0) bytes[0] = static_cast<std::uint8_t>(random.below(256));
        sent += socket->send(target, bytes) ? 1 : 0;
        if (i % 50 == 0) stub.media->receive(stub.now);
    }
    CHECK(sent > 4000);
    socket->send(target, good);
    const auto before = stub.counters.stun_requests;
    stub.media->receive(stub.now);
    CHECK(stub.counters.stun_requests > before);
}
