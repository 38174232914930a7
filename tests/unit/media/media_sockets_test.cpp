#include "harness/media/media_sockets.h"

#include <doctest/doctest.h>

#include <vector>

#include "harness/media/pacer.h"
#include "ice/stun_message.h"
#include "tests/support/tcp_server_stub.h"

using namespace janus_harness;
using namespace janus_harness::media;
using test::run_with_watchdog;

namespace {

const SocketAddress loopback = SocketAddress::from_ip("127.0.0.1", 0).value();

struct Receiver final : DatagramReceiver {
    void receive(TimePoint arrival, const SocketAddress& remote,
                 std::span<std::uint8_t> bytes) override {
        arrivals.push_back(arrival);
        remotes.push_back(remote);
        first_bytes.push_back(bytes[0]);
        if (--wanted == 0) loop->stop();
    }
    net::Loop* loop = nullptr;
    int wanted = -1;
    std::vector<TimePoint> arrivals;
    std::vector<SocketAddress> remotes;
    std::vector<std::uint8_t> first_bytes;
};

// Somebody else's socket, that of a Janus.
std::unique_ptr<net::UdpSocket> peer(net::Loop& loop, SocketAddress at = loopback) {
    auto socket = net::UdpSocket::bind(
        loop, at, [](TimePoint, const SocketAddress&, std::span<std::uint8_t>) {});
    REQUIRE(socket.ok());
    return std::move(socket).value();
}

struct Fixture {
    explicit Fixture(bool shared = true)
        : sockets(loop, random,
                  {.browser_address = loopback,
                   .phone_address = loopback,
                   .browser_ports = {},
                   .phone_ports = {},
                   .shared = shared}) {}

    net::Loop loop;
    Random random{1};
    MediaSockets sockets;
};

const Bytes rtp{0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1};

}  // namespace

TEST_CASE("calls that share a socket get what comes from their own peers") {
    Fixture f;
    Receiver one, two;
    auto first = f.sockets.open_browser_port(one);
    auto second = f.sockets.open_browser_port(two);
    REQUIRE((first.ok() && second.ok()));
    CHECK(f.sockets.size() == 1);
    CHECK(first.value()->local_address() == second.value()->local_address());
    const auto a = peer(f.loop);
    const auto b = peer(f.loop);
    CHECK(first.value()->claim(a->local_address()));
    CHECK(first.value()->claim(a->local_address()));  // again is no conflict
    CHECK(second.value()->claim(b->local_address()));
    CHECK_FALSE(second.value()->claim(a->local_address()));
    a->send_now(first.value()->local_address(), rtp);
    b->send_now(first.value()->local_address(), rtp);
    b->send_now(first.value()->local_address(), rtp);
    two.loop = &f.loop;
    two.wanted = 2;
    CHECK(run_with_watchdog(f.loop));
    CHECK(one.remotes == std::vector{a->local_address()});
    CHECK(two.remotes == std::vector{b->local_address(), b->local_address()});
    // Of a call that is over another may take what still came to it.
    second.value()->retire();
    CHECK(first.value()->claim(b->local_address()));
    second.value().reset();
    b->send_now(first.value()->local_address(), rtp);
    one.loop = &f.loop;
    one.wanted = 1;
    CHECK(run_with_watchdog(f.loop));
    CHECK(one.remotes.back() == b->local_address());
    second = f.sockets.open_browser_port(two);
    REQUIRE(second.ok());
    // What a call gives back another may claim.
    first.value()->release();
    CHECK(second.value()->claim(a->local_address()));
}

TEST_CASE("a check that names a call claims its source for it") {
    Fixture f;
    Receiver one, two;
    auto first = f.sockets.open_browser_port(one);
    auto second = f.sockets.open_browser_port(two);
    REQUIRE((first.ok() && second.ok()));
    first.value()->claim_user_name("first");
    second.value()->claim_user_name("second");
    const auto janus = peer(f.loop);
    const Bytes check = ice::encode_check({.username = "second:janus"}, "password");
    janus->send_now(first.value()->local_address(), check);
    janus->send_now(first.value()->local_address(), rtp);
    two.loop = &f.loop;
    two.wanted = 2;
    CHECK(run_with_watchdog(f.loop));
    CHECK(one.remotes.empty());
    CHECK(two.first_bytes == std::vector<std::uint8_t>{0x00, 0x80});
}

TEST_CASE("audio that overtakes the SDP waits for the call that it belongs to") {
    Fixture f;
    Receiver rtp_one, rtcp_one, rtp_two, rtcp_two;
    auto first = f.sockets.open_phone_ports(rtp_one, rtcp_one);
    auto second = f.sockets.open_phone_ports(rtp_two, rtcp_two);
    REQUIRE((first.ok() && second.ok()));
    CHECK(f.sockets.size() == 2);
    CHECK(first.value().rtp->local_address().port() % 2 == 0);
    CHECK(first.value().rtcp->local_address().port() ==
          first.value().rtp->local_address().port() + 1);
    const auto janus = peer(f.loop);
    const auto other = peer(f.loop);
    janus->send_now(first.value().rtp->local_address(), rtp);
    // Nothing else in this turn tells that it has been read.
    REQUIRE(second.value().rtp->claim(other->local_address()));
    other->send_now(second.value().rtp->local_address(), rtp);
    rtp_two.loop = &f.loop;
    rtp_two.wanted = 1;
    CHECK(run_with_watchdog(f.loop));
    CHECK(rtp_one.remotes.empty());
    REQUIRE(first.value().rtp->claim(janus->local_address()));
    first.value().rtp->receive_early();
    CHECK(rtp_one.remotes == std::vector{janus->local_address()});
    CHECK(rtp_one.arrivals.front() <= rtp_two.arrivals.front());
    CHECK(rtp_two.remotes.size() == 1);
}

TEST_CASE("audio from another address than announced is told by its port") {
    Fixture f;
    Receiver audio, reports;
    auto ports = f.sockets.open_phone_ports(audio, reports);
    REQUIRE(ports.ok());
    const auto janus = peer(f.loop, SocketAddress::from_ip("127.0.0.2", 0).value());
    SocketAddress announced = loopback;
    announced.set_port(janus->local_address().port());
    REQUIRE(ports.value().rtp->claim(announced));
    janus->send_now(ports.value().rtp->local_address(), rtp);
    audio.loop = &f.loop;
    audio.wanted = 1;
    CHECK(run_with_watchdog(f.loop));
    CHECK(audio.remotes == std::vector{janus->local_address()});
}

TEST_CASE("a call with a socket of its own gets whatever comes") {
    Fixture f(false);
    Receiver one, two;
    auto first = f.sockets.open_browser_port(one);
    auto second = f.sockets.open_browser_port(two);
    REQUIRE((first.ok() && second.ok()));
    CHECK(first.value()->local_address() != second.value()->local_address());
    const auto stranger = peer(f.loop);
    stranger->send_now(second.value()->local_address(), rtp);
    two.loop = &f.loop;
    two.wanted = 1;
    CHECK(run_with_watchdog(f.loop));
    CHECK(one.remotes.empty());
    // Its socket goes with it.
    first.value().reset();
    auto third = f.sockets.open_browser_port(one);
    REQUIRE(third.ok());
    CHECK(f.sockets.size() == 2);
    CHECK(f.sockets.statistics().received == 1);
}

TEST_CASE("polled sockets are read when asked, with the kernel's time of arrival") {
    Fixture f;
    Receiver one;
    auto port = f.sockets.open_browser_port(one);
    REQUIRE(port.ok());
    const auto janus = peer(f.loop);
    REQUIRE(port.value()->claim(janus->local_address()));
    f.sockets.set_polled(true);
    const TimePoint before = net::Loop::now();
    janus->send_now(port.value()->local_address(), rtp);
    const TimePoint after = net::Loop::now();
    // The loop has nothing to wake for: it only does what is posted.
    f.loop.post([&] { f.loop.stop(); });
    CHECK(run_with_watchdog(f.loop));
    CHECK(one.remotes.empty());
    f.sockets.receive(net::Loop::now() + media::Pacer::kTick);
    REQUIRE(one.arrivals.size() == 1);
    CHECK(one.arrivals[0] >= before - std::chrono::milliseconds{1});
    CHECK(one.arrivals[0] <= after + std::chrono::milliseconds{1});
    // An urgent port wakes the loop again.
    port.value()->set_urgent(true);
    janus->send_now(port.value()->local_address(), rtp);
    one.loop = &f.loop;
    one.wanted = 1;
    CHECK(run_with_watchdog(f.loop));
}

TEST_CASE("what is committed is sent by flush(), and what is refused is counted") {
    Fixture f;
    Receiver one, two;
    auto from = f.sockets.open_browser_port(one);
    REQUIRE(from.ok());
    Receiver rtcp;
    auto to = f.sockets.open_phone_ports(two, rtcp);
    REQUIRE(to.ok());
    const SocketAddress target = to.value().rtp->local_address();
    REQUIRE(to.value().rtp->claim(from.value()->local_address()));
    // More than one batch, and one datagram in it that no route leads to.
    const SocketAddress nowhere = SocketAddress::from_ip("255.255.255.255", 9).value();
    for (std::uint8_t i = 0; i < 70; ++i) {
        const auto buffer = from.value()->reserve();
        buffer[0] = i;
        from.value()->commit(i == 5 ? nowhere : target, 200);
    }
    f.sockets.flush();
    two.loop = &f.loop;
    two.wanted = 69;
    CHECK(run_with_watchdog(f.loop));
    CHECK(f.sockets.statistics().sent == 69);
    CHECK(f.sockets.statistics().send_errors == 1);
    CHECK(two.first_bytes.front() == 0);
    CHECK(two.first_bytes.back() == 69);
    CHECK(f.sockets.statistics().receive_drops == 0);
}

TEST_CASE("datagrams that a full receive buffer made the kernel drop are counted") {
    Fixture f;
    Receiver one;
    auto port = f.sockets.open_browser_port(one);
    REQUIRE(port.ok());
    const auto janus = peer(f.loop);
    REQUIRE(port.value()->claim(janus->local_address()));
    const Bytes large(60000, 0x80);
    std::uint64_t sent = 0;
    for (int i = 0; i < 400; ++i) sent += janus->send_now(port.value()->local_address(), large);
    const std::uint64_t drops = f.sockets.statistics().receive_drops;
    CHECK(drops > 0);
    one.loop = &f.loop;
    one.wanted = static_cast<int>(sent - drops);
    CHECK(run_with_watchdog(f.loop));
    CHECK(one.remotes.size() == sent - drops);
}
