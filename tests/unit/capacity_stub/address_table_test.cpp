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

// The table never looks into the calls.
Call* some_call(std::uint64_t number) {
    return reinterpret_cast<Call*>(number * 16 + 16);
}

}  // namespace

TEST_CASE("a table of addresses does what a map does") {
    Random random(7);
    AddressTable table;
    std::map<SocketAddress, Call*> expected;
    for (std::uint64_t step = 0; step < 20000; ++step) {
        const auto address = some_address(random);
        const bool growing = step % 4000 < 2000;
        if (random.below(3) < (growing ? 2U : 1U)) {
            const bool inserted = expected.emplace(address, some_call(step)).second;
            REQUIRE(table.insert(address, some_call(step)) == inserted);
        } else {
            expected.erase(address);
            table.erase(address);
        }
        REQUIRE(table.size() == expected.size());
        const auto asked = some_address(random);
        const auto found = expected.find(asked);
        REQUIRE(table.find(asked) == (found == expected.end() ? nullptr : found->second));
    }
    for (const auto& [address, call] : expected) CHECK(table.find(address) == call);
}
