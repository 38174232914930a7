#include "netem/network_emulator.h"

#include <doctest/doctest.h>

#include <cmath>

namespace janus_harness::netem {
namespace {

using namespace std::chrono_literals;

const SocketAddress kAlice = SocketAddress::parse("192.0.2.1:1000").value();
const SocketAddress kBob = SocketAddress::parse("192.0.2.2:2000").value();
constexpr TimePoint kStart{1s};

Bytes numbered(std::uint16_t number) {
    return {static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)};
}

int number_of(const Packet& packet) {
    return packet.bytes[0] << 8 | packet.bytes[1];
}

// Sends `count` numbered packets 20 ms apart and gives what came out, in order.
std::vector<int> carry(NetworkEmulator& network, int count) {
    for (int i = 0; i < count; ++i) {
        network.send(kStart + 20ms * i, kAlice, kBob, numbered(static_cast<std::uint16_t>(i)));
    }
    std::vector<int> arrived;
    while (const auto due = network.next_timeout()) {
        while (const auto packet = network.poll_deliver(*due))
            arrived.push_back(number_of(*packet));
    }
    return arrived;
}

TEST_CASE("a perfect network delivers everything at once, in order") {
    NetworkEmulator network({}, 1);
    network.send(kStart, kAlice, kBob, numbered(7));
    network.send(kStart, kBob, kAlice, numbered(8));
    REQUIRE(network.next_timeout() == kStart);
    const auto first = network.poll_deliver(kStart);
    REQUIRE(first);
    CHECK(first->from == kAlice);
    CHECK(first->to == kBob);
    CHECK(number_of(*first) == 7);
    CHECK(number_of(network.poll_deliver(kStart).value()) == 8);
    CHECK_FALSE(network.poll_deliver(kStart));
    CHECK_FALSE(network.next_timeout());
}

TEST_CASE("a packet does not arrive before its delay") {
    NetworkEmulator network({.delay = 30ms}, 1);
    network.send(kStart, kAlice, kBob, numbered(1));
    CHECK_FALSE(network.poll_deliver(kStart + 30ms - 1ns));
    CHECK(network.next_timeout() == kStart + 30ms);
    CHECK(network.poll_deliver(kStart + 30ms));
}

TEST_CASE("loss has the ratio asked for and repeats with the seed") {
    NetworkEmulator network({.loss = 0.2}, 42);
    NetworkEmulator same({.loss = 0.2}, 42);
    NetworkEmulator other({.loss = 0.2}, 43);
    const auto arrived = carry(network, 10000);
    // 5 standard deviations of the binomial distribution.
    CHECK(std::abs(static_cast<double>(arrived.size()) - 8000.0) < 5 * std::sqrt(1600.0));
    CHECK(arrived == carry(same, 10000));
    CHECK(arrived != carry(other, 10000));
    CHECK(network.statistics().sent == 10000);
    CHECK(network.statistics().dropped + network.statistics().delivered == 10000);
}

TEST_CASE("named packets are dropped, and only they") {
    NetworkEmulator network({.drop = {0, 3}}, 1);
    CHECK(carry(network, 5) == std::vector<int>{1, 2, 4});
}

TEST_CASE("a drop list does not change the fate of the other packets") {
    NetworkEmulator plain({.loss = 0.5}, 5);
    NetworkEmulator listed({.loss = 0.5, .drop = {0}}, 5);
    auto expected = carry(plain, 100);
    std::erase(expected, 0);
    CHECK(carry(listed, 100) == expected);
}

TEST_CASE("a predicate sees number and content") {
    NetworkEmulator network({}, 1);
    network.set_impairment({.drop_if = [](std::uint64_t number, const Packet& packet) {
        return number == 1 || number_of(packet) == 3;
    }});
    CHECK(carry(network, 5) == std::vector<int>{0, 2, 4});
}

TEST_CASE("duplicates come twice") {
    NetworkEmulator network({.duplication = 1}, 1);
    CHECK(carry(network, 2) == std::vector<int>{0, 0, 1, 1});
    CHECK(network.statistics().duplicated == 2);
}

TEST_CASE("reordered packets are overtaken by later ones") {
    NetworkEmulator network({.reordering = 0.1, .reorder_delay = 50ms}, 3);
    const auto arrived = carry(network, 1000);
    CHECK(arrived.size() == 1000);
    CHECK_FALSE(std::is_sorted(arrived.begin(), arrived.end()));
}

TEST_CASE("jitter stays within its bound") {
    NetworkEmulator network({.delay = 10ms, .jitter = 5ms}, 9);
    for (int i = 0; i < 200; ++i) {
        network.send(kStart, kAlice, kBob, numbered(0));
        const auto due = network.next_timeout();
        REQUIRE(due);
        CHECK(*due >= kStart + 10ms);
        CHECK(*due <= kStart + 15ms);
        REQUIRE(network.poll_deliver(*due));
    }
}

}  // namespace
}  // namespace janus_harness::netem
