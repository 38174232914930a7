#include "tools/capacity_stub/address_table.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>

#include "core/random.h"

using namespace janus_harness;
using namespace janus_harness::capacity_stub;

namespace {

// Few enough addresses that they meet each other often, of both families.
SocketAddress some_address(Random& random) {
    const auto port = static_cast<std::uint16_t>(1 + random.below(300));
    const auto number = random.below(4);
    const auto ip = random.below(3) == 0 ? fmt::format("2001:db8::{}", number)
                                         : fmt::format("192.0.2.{}", number);
    return SocketAddress::from_ip(ip, port).value();
}

HostIndex some_host(const SocketAddress& address, Random& random) {
    return address.is_ipv6() ? HostIndex{0} : static_cast<HostIndex>(random.below(3));
}

// The table never looks into the calls.
Call* some_call(std::uint64_t number) {
    return reinterpret_cast<Call*>(number * 16 + 16);
}

}  // namespace

TEST_CASE("a table of addresses does what a map does") {
    Random random(7);
    AddressTable table;
    std::map<std::pair<SocketAddress, HostIndex>, Call*> expected;
    for (std::uint64_t step = 0; step < 20000; ++step) {
        const auto address = some_address(random);
        const HostIndex host = some_host(address, random);
        const bool growing = step % 4000 < 2000;
        if (random.below(3) < (growing ? 2U : 1U)) {
            const bool inserted =
                expected.emplace(std::pair(address, host), some_call(step)).second;
            REQUIRE(table.insert(address, host, some_call(step)) == inserted);
        } else {
            expected.erase({address, host});
            table.erase(address, host);
        }
        REQUIRE(table.size() == expected.size());
        const auto asked = some_address(random);
        const HostIndex asked_host = some_host(asked, random);
        const auto found = expected.find({asked, asked_host});
        REQUIRE(table.find(asked, asked_host) ==
                (found == expected.end() ? nullptr : found->second));
    }
    for (const auto& [key, call] : expected) CHECK(table.find(key.first, key.second) == call);
}
