// A browser's PeerConnection against the stub's end of a call, over real sockets on loopback but
// with the test's own time.
#include <array>
#include <set>

#include "tests/unit/capacity_stub/stub_fixture.h"
#include "webrtc/peer_connection.h"

using namespace janus_harness;
using namespace janus_harness::capacity_stub;
using namespace janus_harness::capacity_stub::test;

namespace {

// A browser with a socket of its own.
struct Browser {
    explicit Browser(std::shared_ptr<const dtls::Context> context)
        : socket(MediaSocket::open(SocketAddress::from_ip("127.0.0.1", 0).value()).value()) {
        webrtc::PeerConnectionConfig config;
        config.dtls_context = std::move(context);
        config.local_address = socket->address();
        config.ssrc = 77;
        config.cname = "c";
        connection = std::make_unique<webrtc::PeerConnection>(config, random);
    }

    void send_waiting() {
        while (const auto datagram = connection->poll_transmit()) {
            socket->send(datagram->remote, datagram->bytes);
        }
        while (const auto event = connection->poll_event()) {
            if (std::holds_alternative<webrtc::Failed>(*event)) failed = true;
        }
    }
    void receive(TimePoint now) {
        const std::size_t count = batch->receive(socket->descriptor());
        for (std::size_t i = 0; i < count; ++i) {
            const auto bytes = batch->buffer(i).first(batch->length(i));
            const auto received = connection->handle_datagram(
                now, SocketAddress::from_sockaddr(batch->remote(i)), bytes);
            sources.insert(SocketAddress::from_sockaddr(batch->remote(i)).ip());
            if (received.kind == webrtc::Received::Kind::rtp) {
                packets.emplace_back(bytes.begin(),
                                     bytes.begin() + static_cast<std::ptrdiff_t>(received.length));
            }
        }
        send_waiting();
    }
    void send_packet(std::uint16_t sequence) {
        std::array<std::uint8_t, 300> packet{0x80,
                                             0x80,
                                             static_cast<std::uint8_t>(sequence >> 8),
                                             static_cast<std::uint8_t>(sequence & 0xff),
                                             0,
                                             0,
                                             0,
                                             9,
                                             0,
                                             0,
                                             0,
                                             77,
                                             1,
                                             2,
                                             3};
        std::size_t length = 15;
        REQUIRE(connection->protect_rtp(packet, length));
        socket->send(connection->remote(), ByteView(packet).first(length));
    }

    Random random{3};
    std::unique_ptr<MediaSocket> socket;
    std::unique_ptr<PacketBatch> batch = std::make_unique<PacketBatch>();
    std::unique_ptr<webrtc::PeerConnection> connection;
    std::vector<Bytes> packets;
    std::set<std::string> sources;  // of all that came
    bool failed = false;
};

struct CallFixture : StubFixture {
    // `earlier`: calls from the browser's own address that never connect.
    explicit CallFixture(const Options& options = {}, int earlier = 0)
        : StubFixture(options),
          browser(dtls::Context::create(dtls::Certificate::generate().value()).value()) {
        for (int i = 0; i < earlier; ++i) {
            open_registered();
            ask_plugin(call_body, offer(browser.socket->address().port()));
            while (api->poll_notice()) {
            }
        }
        open_registered();
        ask_plugin(call_body, browser.connection->create_offer());
        for (const char* name : {"calling", "ringing", "proceeding"}) CHECK(event() == name);
        const auto accepted = notice();
        REQUIRE(browser.connection->set_remote_answer(now, accepted["jsep"]["sdp"].GetString()));
        browser.send_waiting();
    }

    // Loopback delivers at once, so that a few rounds are all it takes.
    void exchange(int rounds) {
        for (int i = 0; i < rounds; ++i) {
            media->receive(now);
            while (const auto event = media->poll_event()) api->handle_media(*event);
            browser.receive(now);
        }
    }

    Browser browser;
};

}  // namespace

TEST_CASE("a call connects, its packets come back once each") {
    CallFixture call;
    call.exchange(10);
    REQUIRE(call.browser.connection->media_up());
    CHECK_FALSE(call.browser.failed);
    CHECK(call.event() == "webrtcup");
    for (std::uint16_t i = 0; i < 200; ++i) {
        call.browser.send_packet(i);
        if (i % 50 == 49) call.exchange(1);
    }
    call.exchange(2);
    CHECK(call.event() == "media");
    CHECK_FALSE(call.api->poll_notice().has_value());
    REQUIRE(call.browser.packets.size() == 200);
    const Bytes& packet = call.browser.packets[150];
    REQUIRE(packet.size() == 15);
    CHECK(packet[1] == 0x80);  // marker and payload type are kept
    CHECK(packet[3] == 150);   // and so is the sequence number
    CHECK(packet[7] == 9);
    CHECK(packet[11] != 77);  // the source is the stub's
    CHECK(Bytes(packet.begin() + 12, packet.end()) == Bytes{1, 2, 3});
    CHECK(call.counters.rtp_received == 200);
    CHECK(call.counters.rtp_authenticated == 200);
    CHECK(call.counters.rtp_reflected == 200);
    CHECK(call.counters.unknown_datagrams == 0);
}

TEST_CASE("a call on another host of the loopback has its packets from there") {
    CallFixture call({}, 3);
    call.exchange(10);
    REQUIRE(call.browser.connection->media_up());
    CHECK(call.browser.connection->remote().ip() == "127.0.0.4");
    for (std::uint16_t i = 0; i < 10; ++i) call.browser.send_packet(i);
    call.exchange(2);
    CHECK(call.browser.packets.size() == 10);
    CHECK(call.browser.sources == std::set<std::string>{call.browser.connection->remote().ip()});
}

TEST_CASE("packets of a call that is over go nowhere") {
    CallFixture call;
    call.exchange(10);
    call.browser.send_packet(1);
    call.ask_plugin(R"({"request":"hangup"})");
    call.exchange(2);
    CHECK(call.browser.packets.empty());
    CHECK(call.counters.unknown_datagrams == 1);
    CHECK(call.counters.active_calls == 0);
}

TEST_CASE("every n-th packet is dropped on purpose") {
    Options options;
    options.faults.drop_every = 3;
    CallFixture call(options);
    call.exchange(10);
    for (std::uint16_t i = 0; i < 10; ++i) call.browser.send_packet(i);
    call.exchange(3);
    CHECK(call.browser.packets.size() == 7);
    CHECK(call.counters.rtp_dropped_on_purpose == 3);
    CHECK(call.counters.rtp_reflected == 7);
}

TEST_CASE("altered and repeated packets do not come back") {
    CallFixture call;
    call.exchange(10);
    std::array<std::uint8_t, 300> packet{0x80, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, 77};
    std::size_t length = 20;
    REQUIRE(call.browser.connection->protect_rtp(packet, length));
    const auto send = [&] {
        call.browser.socket->send(call.browser.connection->remote(),
                                  ByteView(packet).first(length));
    };
    packet[length - 1] ^= 1;
    send();
    packet[length - 1] ^= 1;
    send();
    send();
    call.exchange(3);
    CHECK(call.browser.packets.size() == 1);
    CHECK(call.counters.rtp_received == 3);
    CHECK(call.counters.rtp_authenticated == 1);
}
