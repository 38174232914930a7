#include "harness/worker/generator_watch.h"

#include <doctest/doctest.h>

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

using namespace janus_harness;
using namespace janus_harness::worker;
using namespace std::chrono_literals;

namespace {

// Runs a watch for `time`; `disturb` is called once, on the loop's thread.
reports::GeneratorHealth watch(Duration time, const std::function<void()>& disturb,
                               int* seconds = nullptr) {
    net::Loop loop;
    const TimePoint start = net::Loop::now();
    run::Recorder recorder(start);
    GeneratorWatch watch(loop, recorder, [&](TimePoint) {
        if (seconds != nullptr) ++*seconds;
    });
    watch.start(start);
    net::Timer disturber(loop, [&](TimePoint) { disturb(); });
    disturber.start_at(start + 50ms);
    net::Timer end(loop, [&](TimePoint now) {
        watch.stop(now);
        loop.stop();
    });
    end.start_at(start + time);
    loop.run();
    reports::RunResult result;
    recorder.fill(result);
    return result.generator;
}

void block(Duration time) {
    const TimePoint end = net::Loop::now() + time;
    while (net::Loop::now() < end) continue;
}

}  // namespace

TEST_CASE("a loop that is held up shows in its second and in the percentiles") {
    const auto generator = watch(400ms, [] { block(200ms); });
    REQUIRE_FALSE(generator.seconds.empty());
    // Held up from 50 ms on, at most 20 ms after the timer was last armed.
    CHECK(generator.seconds[0].loop_lag_max.value_or(0ms) >= 175ms);
    CHECK(generator.loop_lag.max() >= 175ms);
    // Ten looks were missed meanwhile, of at most 20 in all: the median knows of it.
    CHECK(generator.loop_lag.count() >= 9);
    CHECK(generator.loop_lag.quantile(0.6) >= 20ms);
}

TEST_CASE("what holds the loop up until the end is not forgotten") {
    const auto generator = watch(60ms, [] { block(200ms); });
    CHECK(generator.loop_lag.max() >= 175ms);
}

TEST_CASE("every second is looked at, and the last part of one") {
    int seconds = 0;
    const auto generator = watch(
        1100ms, [] {}, &seconds);
    CHECK(seconds >= 2);
    REQUIRE(generator.seconds.size() >= 2);
    CHECK(generator.seconds[0].loop_lag_max.has_value());
}

TEST_CASE("the wait of a thread is known from its first moment on") {
    std::optional<Duration> first;
    std::optional<Duration> second;
    std::thread thread([&] {
        const RunDelayMeter meter;
        first = meter.read();
        std::this_thread::yield();
        second = meter.read();
    });
    thread.join();
    CHECK(first.has_value() == second.has_value());
    if (first) CHECK(*first <= *second);
}

TEST_CASE("a thread that shares its CPU with others waits for it") {
    const RunDelayMeter alone;
    if (!alone.read()) return;  // this kernel keeps no account
    std::atomic<bool> done{false};
    std::vector<std::thread> rivals;
    for (unsigned i = 0; i < 2 * std::thread::hardware_concurrency() + 2; ++i) {
        rivals.emplace_back([&] {
            while (!done) continue;
        });
    }
    const auto generator = watch(600ms, [] { block(400ms); });
    done = true;
    for (auto& rival : rivals) rival.join();
    REQUIRE_FALSE(generator.seconds.empty());
    REQUIRE(generator.seconds[0].run_delay.has_value());
    CHECK(*generator.seconds[0].run_delay > 20ms);
}
