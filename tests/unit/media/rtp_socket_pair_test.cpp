#include "harness/media/rtp_socket_pair.h"

#include <doctest/doctest.h>

#include <set>
#include <vector>

#include "core/balance.h"
#include "tests/support/tcp_server_stub.h"

using namespace janus_harness;
using namespace janus_harness::media;

namespace {

const SocketAddress loopback = SocketAddress::from_ip("127.0.0.1", 0).value();

Result<RtpSocketPair> bind(net::Loop& loop, net::UdpSocket::PortRange range, Random& random) {
    const auto ignore = [](TimePoint, const SocketAddress&, std::span<std::uint8_t>) {};
    return RtpSocketPair::bind(loop, loopback, range, random, ignore, ignore);
}

}  // namespace

TEST_CASE("RTP has an even port and RTCP the next one") {
    net::Loop loop;
    Random random(1);
    for (int i = 0; i < 50; ++i) {
        const auto pair = bind(loop, {}, random);
        REQUIRE(pair.ok());
        const std::uint16_t port = pair->rtp->local_address().port();
        CHECK(port % 2 == 0);
        CHECK(port >= 16384);
        CHECK(port < 32767);
        CHECK(pair->rtcp->local_address().port() == port + 1);
        CHECK(pair->rtp->local_address().ip() == "127.0.0.1");
    }
}

TEST_CASE("a range gives all its pairs and then says that it is used up") {
    // Two pairs, odd ports at both ends.
    for (std::uint16_t first = 20001; first < 30000;
         first = static_cast<std::uint16_t>(first + 100)) {
        net::Loop loop;
        Random random(first);
        const net::UdpSocket::PortRange range{first, static_cast<std::uint16_t>(first + 5)};
        std::vector<RtpSocketPair> pairs;
        for (int i = 0; i < 2; ++i) {
            auto pair = bind(loop, range, random);
            if (pair) pairs.push_back(std::move(pair).value());
        }
        if (pairs.size() < 2) continue;  // somebody else has one of these ports: the next range
        std::set<std::uint16_t> ports;
        for (const auto& pair : pairs) ports.insert(pair.rtp->local_address().port());
        CHECK(ports == std::set<std::uint16_t>{static_cast<std::uint16_t>(first + 1),
                                               static_cast<std::uint16_t>(first + 3)});
        const auto none = bind(loop, range, random);
        REQUIRE_FALSE(none.ok());
        CHECK(none.error().code == "udp_ports_exhausted");
        CHECK(none.error().message.find(std::to_string(first)) != std::string::npos);
        return;
    }
    FAIL("no free range of ports on this machine");
}

TEST_CASE("a range without a pair is refused") {
    net::Loop loop;
    Random random(1);
    const auto pair = bind(loop, {20000, 20000}, random);
    REQUIRE_FALSE(pair.ok());
    CHECK(pair.error().code == "udp_ports_exhausted");
}

TEST_CASE("what arrives is told apart by its socket") {
    net::Loop loop;
    Random random(2);
    std::vector<std::string> seen;
    const auto note = [&](const char* name) {
        return
            [&seen, &loop, name](TimePoint, const SocketAddress&, std::span<std::uint8_t> bytes) {
                seen.push_back(name + std::to_string(bytes.size()));
                if (seen.size() == 2) loop.stop();
            };
    };
    auto pair = RtpSocketPair::bind(loop, loopback, {}, random, note("rtp"), note("rtcp"));
    REQUIRE(pair.ok());
    auto sender = bind(loop, {}, random);
    REQUIRE(sender.ok());
    CHECK(sender->rtp->send_now(pair->rtp->local_address(), Bytes(5)));
    CHECK(sender->rtcp->send_now(pair->rtcp->local_address(), Bytes(7)));
    CHECK(janus_harness::test::run_with_watchdog(loop));
    std::sort(seen.begin(), seen.end());
    CHECK(seen == std::vector<std::string>{"rtcp7", "rtp5"});
}

TEST_CASE("nothing of the legs and sockets is left") {
    for (const auto& [kind, count] : Balance::outstanding()) {
        INFO(kind << " " << count);
        CHECK(false);
    }
}
