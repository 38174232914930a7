#include "harness/worker/slot_pool.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "core/random.h"

using janus_harness::Random;
using janus_harness::worker::SlotPool;

TEST_CASE("the lowest free slot is given, up to the size") {
    SlotPool pool(3);
    for (const std::uint32_t number : {0U, 1U, 2U}) {
        CHECK(pool.lowest_free() == number);
        CHECK(pool.lowest_free() == number);
        pool.occupy(number);
    }
    CHECK_FALSE(pool.lowest_free().has_value());
    pool.release(2);
    pool.release(0);
    CHECK(pool.lowest_free() == 0U);
    pool.occupy(0);
    CHECK(pool.lowest_free() == 2U);
}

TEST_CASE("a slot out of the row leaves those before it free") {
    SlotPool pool(10);
    pool.occupy(3);
    CHECK(pool.occupied() == 1);
    CHECK_FALSE(pool.occupied(2));
    CHECK(pool.occupied(3));
    for (const std::uint32_t number : {0U, 1U, 2U, 4U}) {
        CHECK(pool.lowest_free() == number);
        pool.occupy(number);
    }
}

TEST_CASE("the one that has been idle longest is taken first, and any other by its number") {
    SlotPool pool(5);
    for (const std::uint32_t number : {0U, 1U, 2U, 3U, 4U}) pool.occupy(number);
    for (const std::uint32_t number : {3U, 1U, 4U, 0U}) pool.make_idle(number);
    pool.make_idle(1);
    CHECK(pool.idle() == 4);
    CHECK(pool.take_idle(4));
    CHECK_FALSE(pool.take_idle(4));
    CHECK_FALSE(pool.take_idle(2));
    CHECK(pool.take_idle() == 3U);
    CHECK(pool.take_idle() == 1U);
    CHECK(pool.take_idle() == 0U);
    CHECK_FALSE(pool.take_idle().has_value());
    CHECK(pool.idle() == 0);
    CHECK(pool.occupied() == 5);
}

TEST_CASE("what is released is not idle, and what is free cannot be") {
    SlotPool pool(2);
    pool.occupy(0);
    pool.make_idle(0);
    pool.make_idle(1);
    CHECK(pool.idle() == 1);
    pool.release(0);
    pool.release(0);
    CHECK(pool.idle() == 0);
    CHECK(pool.occupied() == 0);
    CHECK_FALSE(pool.take_idle().has_value());
    CHECK_FALSE(pool.take_idle(1));
}

TEST_CASE("a long random life keeps what a plain account of it keeps") {
    constexpr std::uint32_t size = 40;
    SlotPool pool(size);
    std::set<std::uint32_t> occupied;
    std::vector<std::uint32_t> idle;  // longest first
    Random random(7);
    const auto forget = [&](std::uint32_t number) { std::erase(idle, number); };
    for (int step = 0; step < 20'000; ++step) {
        const auto number = static_cast<std::uint32_t>(random.below(size));
        switch (random.below(5)) {
            case 0:
                pool.occupy(number);
                occupied.insert(number);
                break;
            case 1:
                pool.release(number);
                occupied.erase(number);
                forget(number);
                break;
            case 2:
                pool.make_idle(number);
                if (occupied.contains(number) && std::count(idle.begin(), idle.end(), number) == 0)
                    idle.push_back(number);
                break;
            case 3:
                CHECK(pool.take_idle(number) == (std::count(idle.begin(), idle.end(), number) > 0));
                forget(number);
                break;
            default: {
                const auto taken = pool.take_idle();
                REQUIRE(taken.has_value() == !idle.empty());
                if (taken) CHECK(*taken == idle.front());
                if (taken) forget(*taken);
            }
        }
        std::uint32_t lowest = 0;
        while (occupied.contains(lowest)) ++lowest;
        REQUIRE(pool.lowest_free().value_or(size) == lowest);
        REQUIRE(pool.occupied() == occupied.size());
        REQUIRE(pool.idle() == idle.size());
    }
}
