#include <doctest/doctest.h>

#include <cmath>

#include "harness/scenario/load_shape.h"
#include "plan.h"

using namespace janus_harness;
using namespace janus_harness::executors;
using namespace janus_harness::executors::test;
using namespace std::chrono_literals;

namespace {

scenario::Load ramping(double start_rate, std::vector<scenario::Stage> stages) {
    return {.executor = scenario::RampingArrivalRate{
                .start_rate = start_rate, .stages = std::move(stages), .max_clients = 5}};
}

std::vector<double> seconds_of(const scenario::Load& load) {
    std::vector<double> seconds;
    for (const auto& [offset, number, client] : whole_plan(load)) {
        CHECK(number == seconds.size());
        CHECK_FALSE(client.has_value());
        seconds.push_back(to_seconds(offset));
    }
    return seconds;
}

void check_times(const std::vector<double>& found, const std::vector<double>& wanted) {
    REQUIRE(found.size() == wanted.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        CHECK(found[i] == doctest::Approx(wanted[i]).epsilon(1e-8));
    }
}

}  // namespace

TEST_CASE("a ramp from nothing starts iteration k when the area below it is k + 1") {
    // Rate 2 t: area t^2.
    check_times(seconds_of(ramping(0, {{6, 3s}})), {1, std::sqrt(2), std::sqrt(3), 2, std::sqrt(5),
                                                    std::sqrt(6), std::sqrt(7), std::sqrt(8), 3});
}

TEST_CASE("a ramp down thins the starts out, the last one at its very end") {
    // Rate 4 - 2 t: area 4 t - t^2 = 4 after 2 s.
    check_times(seconds_of(ramping(4, {{0, 2s}})), {2 - std::sqrt(3), 2 - std::sqrt(2), 1, 2});
}

TEST_CASE("a level stage starts at its steady rate") {
    check_times(seconds_of(ramping(4, {{4, 1s}})), {0.25, 0.5, 0.75, 1});
}

TEST_CASE("stages follow each other, and one without a duration is a jump") {
    // 1/s for 2 s; at once 4/s for 1 s; at once 0 for 10 s; at once 2/s for 1 s.
    check_times(
        seconds_of(ramping(1, {{1, 2s}, {4, 0s}, {4, 1s}, {0, 0s}, {0, 10s}, {2, 0s}, {2, 1s}})),
        {1, 2, 2.25, 2.5, 2.75, 3, 13.5, 14});
}

TEST_CASE("what one stage leaves of a start is finished by the next") {
    // Half a start in the first second, the other half comes at 2/s.
    check_times(seconds_of(ramping(0.5, {{0.5, 1s}, {2, 0s}, {2, 1s}})), {1.25, 1.75});
}

TEST_CASE("the number of starts is the whole part of the area") {
    CHECK(scenario::arrivals({.start_rate = 0, .stages = {{10, 10s}}}) == 50);
    CHECK(scenario::arrivals({.start_rate = 0, .stages = {{0.9, 2s}}}) == 0);
    // 0.57 * 100 comes to less than 57 in binary; the last start must not get lost by that.
    const auto steady = ramping(0.57, {{0.57, 100s}});
    CHECK(std::get<Duration>(whole_plan(steady).back()) == 100s);
    CHECK(seconds_of(steady).size() == 57);
    const auto load = ramping(3.7, {{91.3, 17s}, {20, 5s}, {0, 3s}});
    CHECK(seconds_of(load).size() == make_executor(load)->planned_total());
}

TEST_CASE("a late worker sees the planned times, and stop ends the plan") {
    const auto executor = make_executor(ramping(10, {{10, 1s}}));
    executor->begin(zero);
    CHECK(executor->drops_when_busy());
    CHECK(executor->max_clients() == 5);
    CHECK(executor->next_timeout() == zero + 100ms);
    CHECK_FALSE(executor->poll_start(zero + 99ms).has_value());
    CHECK(executor->poll_start(zero + 450ms)->planned == zero + 100ms);
    CHECK(executor->poll_start(zero + 450ms)->planned == zero + 200ms);
    CHECK(executor->iteration_finished(zero + 460ms, 0));
    executor->stop();
    CHECK(executor->exhausted());
    CHECK_FALSE(executor->iteration_finished(zero + 470ms, 0));
    CHECK_FALSE(executor->next_timeout().has_value());
    CHECK_FALSE(executor->poll_start(zero + 2s).has_value());
}

TEST_CASE("a long ramp is exact to its end") {
    // 0 to 1000/s in 100 s: 50,000 starts, the last one at the end.
    const auto plan = whole_plan(ramping(0, {{1000, 100s}}));
    REQUIRE(plan.size() == 50'000);
    CHECK(std::get<Duration>(plan.back()) == 100s);
    CHECK(std::get<Duration>(plan[12'499]) == 50s);
    for (std::size_t i = 1; i < plan.size(); ++i) {
        REQUIRE(std::get<Duration>(plan[i]) > std::get<Duration>(plan[i - 1]));
    }
}
