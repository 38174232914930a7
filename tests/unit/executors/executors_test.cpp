#include <doctest/doctest.h>

#include <vector>

#include "harness/executors/constant_arrival_rate.h"
#include "harness/executors/per_client_iterations.h"

using namespace janus_harness;
using namespace janus_harness::executors;
using namespace std::chrono_literals;

namespace {

const TimePoint zero{1000s};

}  // namespace

TEST_CASE("constant arrival rate plans k / rate, and a late worker sees the planned times") {
    ConstantArrivalRate executor({.rate = 4, .duration = 1s, .iterations = {}, .max_clients = 2});
    executor.begin(zero);
    CHECK(executor.planned_total() == 4);
    CHECK(executor.next_timeout() == zero);
    std::vector<TimePoint> planned;
    while (const auto start = executor.poll_start(zero + 600ms)) planned.push_back(start->planned);
    CHECK(planned == std::vector<TimePoint>{zero, zero + 250ms, zero + 500ms});
    CHECK(executor.next_timeout() == zero + 750ms);
    CHECK_FALSE(executor.exhausted());
    CHECK(executor.poll_start(zero + 750ms).has_value());
    CHECK(executor.exhausted());
    CHECK_FALSE(executor.next_timeout().has_value());
}

TEST_CASE("the duration's end is not a start, whatever the rounding") {
    const auto total = [](double rate, Duration duration) {
        return ConstantArrivalRate(
                   {.rate = rate, .duration = duration, .iterations = {}, .max_clients = 1})
            .planned_total();
    };
    CHECK(total(10, 100ms) == 1);
    CHECK(total(10, 101ms) == 2);
    CHECK(total(3, 1s) == 3);
    CHECK(total(0.5, 10s) == 5);
}

TEST_CASE("iterations limit the arrivals, stop ends them") {
    ConstantArrivalRate executor({.rate = 10, .duration = {}, .iterations = 3, .max_clients = 1});
    executor.begin(zero);
    CHECK(executor.planned_total() == 3);
    CHECK(executor.poll_start(zero).has_value());
    executor.stop();
    CHECK_FALSE(executor.poll_start(zero + 10s).has_value());
    CHECK(executor.exhausted());
}

TEST_CASE("per-client iterations ramp clients and then follow each client's own pace") {
    PerClientIterations executor(
        {.clients = 2, .iterations = 2, .start_rate = 10, .max_duration = {}});
    executor.begin(zero);
    CHECK(executor.planned_total() == 4);
    CHECK(executor.poll_start(zero)->client == 0U);
    CHECK_FALSE(executor.poll_start(zero + 99ms).has_value());
    CHECK(executor.poll_start(zero + 100ms)->client == 1U);
    CHECK(executor.exhausted());
    executor.iteration_finished(zero + 3s, 1);
    CHECK_FALSE(executor.exhausted());
    const auto again = executor.poll_start(zero + 3s);
    REQUIRE(again.has_value());
    CHECK(again->client == 1U);
    CHECK(again->planned == zero + 3s);
    executor.iteration_finished(zero + 4s, 1);
    CHECK_FALSE(executor.poll_start(zero + 5s).has_value());
}

TEST_CASE("no client starts after the maximum duration") {
    PerClientIterations executor(
        {.clients = 100, .iterations = 5, .start_rate = 1, .max_duration = 2500ms});
    executor.begin(zero);
    int started = 0;
    while (executor.poll_start(zero + 60s)) ++started;
    CHECK(started == 3);
    executor.iteration_finished(zero + 3s, 0);
    CHECK(executor.exhausted());
}
