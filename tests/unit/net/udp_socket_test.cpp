#include "net/udp_socket.h"

#include <doctest/doctest.h>

#include <set>
#include <utility>

#include "core/balance.h"
#include "tests/support/tcp_server_stub.h"

using namespace janus_harness;
using net::UdpSocket;
using test::run_with_watchdog;

namespace {

const SocketAddress loopback = SocketAddress::from_ip("127.0.0.1", 0).value();

}  // namespace

TEST_CASE("many datagrams arrive whole, in order and with their sender, in one buffer") {
    net::Loop loop;
    std::vector<std::size_t> sizes;
    SocketAddress sender_address;
    auto receiver = UdpSocket::bind(
        loop, loopback, [&](TimePoint, const SocketAddress& remote, std::span<std::uint8_t> bytes) {
            CHECK(remote == sender_address);
            for (std::uint8_t& byte : bytes) byte ^= 0xff;
            CHECK(bytes[0] == (0xff ^ sizes.size() % 256));
            sizes.push_back(bytes.size());
            if (sizes.size() == 50) loop.stop();
        });
    REQUIRE(receiver.ok());
    auto sender = UdpSocket::bind(loop, loopback,
                                  [](TimePoint, const SocketAddress&, std::span<std::uint8_t>) {});
    REQUIRE(sender.ok());
    sender_address = sender.value()->local_address();
    for (std::size_t i = 0; i < 50; ++i) {
        const Bytes bytes(i + 1, static_cast<std::uint8_t>(i));
        CHECK(sender.value()->send_now(receiver.value()->local_address(), bytes));
    }
    CHECK(run_with_watchdog(loop));
    REQUIRE(sizes.size() == 50);
    for (std::size_t i = 0; i < 50; ++i) CHECK(sizes[i] == i + 1);
    CHECK(sender.value()->statistics().datagrams_sent == 50);
    CHECK(receiver.value()->statistics().datagrams_received == 50);
}

TEST_CASE("the largest datagram UDP has arrives whole") {
    net::Loop loop;
    std::size_t size = 0;
    auto socket = UdpSocket::bind(
        loop, loopback, [&](TimePoint, const SocketAddress&, std::span<std::uint8_t> bytes) {
            size = bytes.size();
            loop.stop();
        });
    REQUIRE(socket.ok());
    CHECK(socket.value()->send_now(socket.value()->local_address(), Bytes(65507)));
    CHECK(run_with_watchdog(loop));
    CHECK(size == 65507);
}

TEST_CASE("a refused send is counted, not hidden") {
    net::Loop loop;
    auto socket = UdpSocket::bind(loop, loopback,
                                  [](TimePoint, const SocketAddress&, std::span<std::uint8_t>) {});
    REQUIRE(socket.ok());
    CHECK_FALSE(socket.value()->send_now(socket.value()->local_address(), Bytes(70000)));
    CHECK(socket.value()->statistics().send_errors == 1);
    CHECK(socket.value()->statistics().datagrams_sent == 0);
}

TEST_CASE("a socket may be destroyed by its own callback, in the middle of a batch") {
    net::Loop loop;
    int received = 0;
    std::unique_ptr<UdpSocket> socket;
    auto bound = UdpSocket::bind(loop, loopback,
                                 [&](TimePoint, const SocketAddress&, std::span<std::uint8_t>) {
                                     ++received;
                                     socket.reset();
                                     loop.stop();
                                 });
    REQUIRE(bound.ok());
    socket = std::move(bound).value();
    for (int i = 0; i < 5; ++i) socket->send_now(socket->local_address(), Bytes(10));
    CHECK(run_with_watchdog(loop));
    CHECK(received == 1);
}

TEST_CASE("a port range is used to its last port, then named as exhausted") {
    net::Loop loop;
    Random random(7);
    const auto ignore = [](TimePoint, const SocketAddress&, std::span<std::uint8_t>) {};
    // Ports that the system just gave and that are next to each other are likely free.
    std::uint16_t first = 0;
    {
        auto probe = UdpSocket::bind(loop, loopback, ignore);
        REQUIRE(probe.ok());
        first = std::min<std::uint16_t>(probe.value()->local_address().port(), 65000);
    }
    const UdpSocket::PortRange range{first, static_cast<std::uint16_t>(first + 3)};
    std::vector<std::unique_ptr<UdpSocket>> sockets;
    std::set<std::uint16_t> ports;
    for (;;) {
        auto socket = UdpSocket::bind_in_range(loop, loopback, range, random, ignore);
        if (!socket) {
            CHECK(socket.error().code == "udp_ports_exhausted");
            break;
        }
        const std::uint16_t port = socket.value()->local_address().port();
        CHECK(port >= range.first);
        CHECK(port <= range.last);
        CHECK(ports.insert(port).second);
        sockets.push_back(std::move(socket).value());
    }
    CHECK(ports.size() >= 1);
    CHECK(ports.size() <= 4);
    auto taken = UdpSocket::bind(loop, sockets.front()->local_address(), ignore);
    REQUIRE_FALSE(taken.ok());
    CHECK(taken.error().code == "udp_port_taken");
    auto foreign = UdpSocket::bind(loop, SocketAddress::from_ip("192.0.2.1", 0).value(), ignore);
    REQUIRE_FALSE(foreign.ok());
    CHECK(foreign.error().code == "udp_bind");
}

TEST_CASE("no handle of a UDP socket is left") {
    CHECK_FALSE(Balance::outstanding().contains("uv.handle"));
}
