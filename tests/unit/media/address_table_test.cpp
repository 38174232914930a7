#include "harness/media/address_table.h"

#include <doctest/doctest.h>

#include <map>

#include "core/random.h"

using namespace janus_harness;
using media::AddressTable;

namespace {

SocketAddress address(std::uint16_t port) {
    return SocketAddress::from_ip(port % 3 == 0 ? "192.0.2.1" : "10.0.0.7", port).value();
}

}  // namespace

TEST_CASE("an address table holds what was inserted and not erased, whatever the order") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        std::array<int, 64> values{};
        AddressTable<int> table;
        std::map<SocketAddress, int*> model;
        for (int step = 0; step < 2000; ++step) {
            const SocketAddress key = address(static_cast<std::uint16_t>(random.below(200)));
            if (random.below(2) == 0) {
                int& value = values[random.below(values.size())];
                table.insert(key, value);
                model[key] = &value;
            } else {
                table.erase(key);
                model.erase(key);
            }
            REQUIRE(table.size() == model.size());
            const SocketAddress other = address(static_cast<std::uint16_t>(random.below(200)));
            const auto found = model.find(other);
            REQUIRE(table.find(other) == (found == model.end() ? nullptr : found->second));
        }
        for (const auto& [key, value] : model) CHECK(table.find(key) == value);
    }
}

TEST_CASE("an empty table finds and erases nothing") {
    AddressTable<int> table;
    CHECK(table.find(address(1)) == nullptr);
    table.erase(address(1));
    CHECK(table.size() == 0);
}
