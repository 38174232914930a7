#include "net/loop.h"

#include <doctest/doctest.h>

#include <memory>
#include <thread>
#include <vector>

#include "core/balance.h"
#include "net/timer.h"
#include "tests/support/tcp_server_stub.h"

using namespace janus_harness;
using test::run_with_watchdog;

TEST_CASE("tasks posted from another thread run in order on the loop's thread") {
    net::Loop loop;
    std::vector<int> order;
    std::thread::id ran_on;
    std::thread other([&] {
        for (int i = 0; i < 100; ++i) loop.post([&order, i] { order.push_back(i); });
        loop.post([&] {
            ran_on = std::this_thread::get_id();
            loop.stop();
        });
    });
    CHECK(run_with_watchdog(loop));
    other.join();
    REQUIRE(order.size() == 100);
    for (int i = 0; i < 100; ++i) CHECK(order[static_cast<std::size_t>(i)] == i);
    CHECK(ran_on == std::this_thread::get_id());
}

TEST_CASE("deferred tasks run after the callbacks of their turn, nested ones a turn later") {
    net::Loop loop;
    std::vector<std::string> order;
    net::Timer second(loop, [&](TimePoint) { order.emplace_back("second timer"); });
    net::Timer first(loop, [&](TimePoint) {
        loop.defer([&] {
            order.emplace_back("deferred");
            loop.defer([&] {
                order.emplace_back("nested");
                loop.stop();
            });
        });
        order.emplace_back("first timer");
    });
    first.start_at(TimePoint{});
    second.start_at(TimePoint{});
    CHECK(run_with_watchdog(loop));
    // Timers that are due together run in the order in which they were started.
    CHECK(order == std::vector<std::string>{"first timer", "second timer", "deferred", "nested"});
}

TEST_CASE("a timer never fires early, and fires once for the last time it was armed for") {
    net::Loop loop;
    int fired = 0;
    const TimePoint due = net::Loop::now() + std::chrono::microseconds(3300);
    net::Timer timer(loop, [&](TimePoint now) {
        ++fired;
        CHECK(now >= due);
        loop.stop();
    });
    timer.start_at(net::Loop::now());
    timer.start_at(due);
    CHECK(timer.active());
    CHECK(run_with_watchdog(loop));
    CHECK(fired == 1);
    CHECK_FALSE(timer.active());
}

TEST_CASE("a timer may be destroyed by its own callback") {
    net::Loop loop;
    std::unique_ptr<net::Timer> timer;
    const std::string captured(100, 'x');
    timer = std::make_unique<net::Timer>(loop, [&loop, &timer, captured](TimePoint) {
        timer.reset();
        CHECK(captured.size() == 100);  // the callback itself must still be alive
        loop.stop();
    });
    timer->start_every(std::chrono::milliseconds(1));
    CHECK(run_with_watchdog(loop));
}

TEST_CASE("open handles are named, and none is left when all owners are gone") {
    {
        net::Loop loop;
        CHECK(loop.open_handles().empty());
        const net::Timer timer(loop, [](TimePoint) {});
        CHECK(loop.open_handles() == std::vector<std::string>{"timer"});
        CHECK(Balance::outstanding()["uv.handle"] > 0);
    }
    CHECK_FALSE(Balance::outstanding().contains("uv.handle"));
}
