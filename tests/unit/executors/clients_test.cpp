// The closed models that go by time: constant_clients and ramping_clients.
#include <doctest/doctest.h>

#include "plan.h"

using namespace janus_harness;
using namespace janus_harness::executors;
using namespace janus_harness::executors::test;
using namespace std::chrono_literals;

namespace {

scenario::Load constant(std::uint32_t clients, Duration duration, double start_rate = 10) {
    return {.executor = scenario::ConstantClients{clients, duration, start_rate}};
}

scenario::Load ramping(std::uint32_t start_clients, std::vector<scenario::Stage> stages,
                       Duration graceful = 30s) {
    return {.executor = scenario::RampingClients{.start_clients = start_clients,
                                                 .stages = std::move(stages),
                                                 .graceful_ramp_down = graceful}};
}

}  // namespace

TEST_CASE("constant clients begin on the ramp and go round until the time is over") {
    const std::vector<Start> wanted{
        {0ms, 0, 0}, {500ms, 1, 1}, {1s, 2, 0}, {1500ms, 3, 1}, {2s, 4, 0},
    };
    CHECK(whole_plan(constant(2, 2500ms, 2), 1s) == wanted);
}

TEST_CASE("constant clients do not know how many iterations they will make") {
    const auto executor = make_executor(constant(3, 10s));
    CHECK_FALSE(executor->planned_total().has_value());
    CHECK(executor->max_clients() == 3);
    CHECK(executor->clients_before_load() == 3);
    CHECK_FALSE(executor->drops_when_busy());
    executor->begin(zero);
    CHECK(executor->poll_start(zero)->client == 0U);
    CHECK(executor->iteration_finished(zero + 50ms, 0));
    CHECK(executor->poll_start(zero + 50ms)->number == 3);
    // A client that is gone plans nothing and is never asked for.
    CHECK(executor->give_up(1) == 1);
    CHECK(executor->give_up(1) == 0);
    CHECK(executor->next_timeout() == zero + 200ms);
    CHECK(executor->poll_start(zero + 1s)->client == 2U);
    CHECK_FALSE(executor->poll_start(zero + 1s).has_value());
    CHECK(executor->exhausted());
    CHECK_FALSE(executor->iteration_finished(zero + 10s, 0));
}

TEST_CASE("stop ends constant clients") {
    const auto executor = make_executor(constant(1, 10s));
    executor->begin(zero);
    executor->poll_start(zero);
    executor->stop();
    CHECK_FALSE(executor->iteration_finished(zero + 1s, 0));
    CHECK(executor->exhausted());
    CHECK_FALSE(executor->poll_start(zero + 1s).has_value());
}

TEST_CASE("a client that is given up loses the iterations that it had left") {
    const auto executor = make_executor({.executor = scenario::PerClientIterations{
                                             .clients = 2, .iterations = 5, .max_duration = {}}});
    executor->begin(zero);
    executor->poll_start(zero);
    CHECK(executor->give_up(0) == 4);
    CHECK(executor->give_up(1) == 5);
    CHECK(executor->give_up(1) == 0);
    CHECK(executor->exhausted());
    CHECK_FALSE(executor->poll_start(zero + 1s).has_value());
}

TEST_CASE("clients are added evenly within a stage") {
    const std::vector<Start> wanted{{0s, 0, 0}, {1s, 1, 1}, {2s, 2, 2}};
    CHECK(whole_plan(ramping(0, {{3, 3s}, {3, 60s}}), 1h) == wanted);
    // The last one too, where nothing comes after the rise.
    CHECK(whole_plan(ramping(0, {{3, 3s}}), 1h) == wanted);
    CHECK(whole_plan(ramping(0, {{1, 10s}}), 1h) == std::vector<Start>{{0s, 0, 0}});
}

TEST_CASE("start_clients begin at once, and so do those of a stage without a duration") {
    const std::vector<Start> wanted{
        {0s, 0, 0},
        {0s, 1, 1},
        {5s, 2, 2},
        {5s, 3, 3},
    };
    CHECK(whole_plan(ramping(2, {{2, 5s}, {4, 0s}, {4, 5s}}), 1h) == wanted);
    const auto executor = make_executor(ramping(2, {{2, 5s}, {4, 0s}, {4, 5s}}));
    CHECK(executor->clients_before_load() == 2);
    CHECK(executor->max_clients() == 4);
    CHECK_FALSE(executor->planned_total().has_value());
}

TEST_CASE("clients go round while they have a place; the highest slot leaves first") {
    // Two clients; from 2 s to 4 s they become none: slot 1 leaves at 3 s, slot 0 at 4 s.
    const std::vector<Start> wanted{
        {0s, 0, 0},     {0s, 1, 1},     {1200ms, 2, 0}, {1200ms, 3, 1},
        {2400ms, 4, 0}, {2400ms, 5, 1}, {3600ms, 6, 0},
    };
    CHECK(whole_plan(ramping(2, {{2, 2s}, {0, 2s}, {0, 10s}}), 1200ms) == wanted);
}

TEST_CASE("a client that leaves is overdue when graceful_ramp_down is over, once") {
    const auto executor = make_executor(ramping(2, {{2, 1s}, {0, 0s}, {0, 60s}}, 5s));
    executor->begin(zero);
    CHECK(executor->poll_start(zero)->client == 0U);
    CHECK(executor->poll_start(zero)->client == 1U);
    CHECK_FALSE(executor->iteration_finished(zero + 3s, 0));
    CHECK(executor->next_timeout() == zero + 6s);
    CHECK_FALSE(executor->poll_overdue(zero + 5999ms).has_value());
    CHECK(executor->poll_overdue(zero + 6s) == 1U);
    CHECK_FALSE(executor->poll_overdue(zero + 60s).has_value());
    CHECK_FALSE(executor->iteration_finished(zero + 7s, 1));
    CHECK(executor->exhausted());
}

TEST_CASE("a client that is added again before it has left just goes on") {
    // Slot 1 leaves at 1 s and is back at 3 s, while its iteration lasts until 4 s.
    const auto load = ramping(2, {{2, 1s}, {1, 0s}, {1, 2s}, {2, 0s}, {2, 10s}}, 30s);
    const auto executor = make_executor(load);
    executor->begin(zero);
    executor->poll_start(zero);
    executor->poll_start(zero);
    CHECK_FALSE(executor->poll_start(zero + 3s).has_value());
    CHECK(executor->iteration_finished(zero + 4s, 1));
    const auto again = executor->poll_start(zero + 4s);
    REQUIRE(again.has_value());
    CHECK(as_start(*again) == Start{4s, 3, 1});
    CHECK_FALSE(executor->poll_overdue(zero + 60s).has_value());
}

TEST_CASE("a client that has left comes back in its slot when the level rises again") {
    const std::vector<Start> wanted{{0s, 0, 0}, {0s, 1, 1}, {5s, 3, 1}};
    CHECK(whole_plan(ramping(2, {{2, 1s}, {1, 0s}, {1, 4s}, {2, 0s}, {2, 1s}}), 2s, 1h).size() ==
          5);
    const auto executor = make_executor(ramping(2, {{2, 1s}, {1, 0s}, {1, 4s}, {2, 0s}, {2, 1s}}));
    executor->begin(zero);
    std::vector<Start> starts{as_start(*executor->poll_start(zero)),
                              as_start(*executor->poll_start(zero))};
    CHECK_FALSE(executor->iteration_finished(zero + 2s, 1));
    CHECK(executor->next_timeout() == zero + 5s);
    starts.push_back(as_start(*executor->poll_start(zero + 5s)));
    CHECK(starts == wanted);
}

TEST_CASE("a client is not told to hurry by the end of the plan") {
    const auto executor = make_executor(ramping(1, {{0, 10s}}, 1s));
    executor->begin(zero);
    executor->poll_start(zero);
    CHECK_FALSE(executor->poll_overdue(zero + 1h).has_value());
    CHECK_FALSE(executor->iteration_finished(zero + 10s, 0));
}

TEST_CASE("a stage that goes up and down at once adds nobody") {
    CHECK(whole_plan(ramping(0, {{5, 0s}, {0, 0s}, {1, 1s}, {1, 1s}}), 1h) ==
          std::vector<Start>{{0s, 0, 0}});
}

TEST_CASE("stop and give_up end ramping clients") {
    const auto executor = make_executor(ramping(2, {{2, 2s}, {4, 4s}, {4, 1s}}));
    executor->begin(zero);
    executor->poll_start(zero);
    executor->poll_start(zero);
    CHECK(executor->give_up(0) == 0);
    CHECK_FALSE(executor->iteration_finished(zero + 1s, 0));
    CHECK(executor->iteration_finished(zero + 1s, 1));
    CHECK(executor->give_up(2) == 1);
    CHECK(executor->give_up(2) == 0);
    CHECK(executor->poll_start(zero + 2s)->client == 1U);
    CHECK_FALSE(executor->poll_start(zero + 3s).has_value());
    CHECK_FALSE(executor->exhausted());
    executor->stop();
    CHECK(executor->exhausted());
    CHECK_FALSE(executor->poll_start(zero + 4s).has_value());
    CHECK_FALSE(executor->next_timeout().has_value());
}
