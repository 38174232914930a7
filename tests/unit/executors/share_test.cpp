#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "harness/scenario/load_shape.h"
#include "plan.h"

using namespace janus_harness;
using namespace janus_harness::executors;
using namespace janus_harness::executors::test;
using namespace std::chrono_literals;

namespace {

struct Shape {
    const char* name;
    scenario::Load load;
};

std::vector<Shape> shapes() {
    using namespace scenario;
    return {
        {"per_client_iterations",
         {.executor =
              PerClientIterations{
                  .clients = 7, .iterations = 3, .start_rate = 4, .max_duration = {}}}},
        {"constant_arrival_rate",
         {.executor = ConstantArrivalRate{.rate = 7, .duration = 3s, .iterations = {}}}},
        {"ramping_arrival_rate",
         {.executor = RampingArrivalRate{.start_rate = 3, .stages = {{20, 4s}, {0, 3s}}}}},
        {"constant_clients", {.executor = ConstantClients{11, 9s, 5}}},
        {"ramping_clients",
         {.executor =
              RampingClients{.start_clients = 3, .stages = {{13, 5s}, {2, 4s}, {8, 0s}, {8, 6s}}}}},
    };
}

}  // namespace

TEST_CASE("the shares of up to five workers together are the whole plan") {
    for (const Shape& shape : shapes()) {
        auto whole = whole_plan(shape.load, 1300ms);
        REQUIRE(whole.size() > 10);
        std::sort(whole.begin(), whole.end());
        for (std::uint32_t count = 1; count <= 5; ++count) {
            CAPTURE(std::string(shape.name));
            CAPTURE(count);
            std::vector<Start> together;
            for (std::uint32_t index = 0; index < count; ++index) {
                const auto part = whole_plan(shape.load, 1300ms, 1h, {index, count});
                for (const auto& [at, number, client] : part) {
                    CHECK((client ? *client : number) % count == index);
                }
                together.insert(together.end(), part.begin(), part.end());
            }
            std::sort(together.begin(), together.end());
            CHECK(together == whole);
        }
    }
}

TEST_CASE("clients and iterations of the shares add up exactly") {
    for (const Shape& shape : shapes()) {
        const auto whole = make_executor(shape.load);
        for (std::uint32_t count = 1; count <= 5; ++count) {
            CAPTURE(std::string(shape.name));
            CAPTURE(count);
            std::uint64_t clients = 0, before = 0, planned = 0;
            for (std::uint32_t index = 0; index < count; ++index) {
                const auto part = make_executor(shape.load, {index, count});
                clients += part->max_clients();
                before += part->clients_before_load();
                planned += part->planned_total().value_or(0);
                CHECK(part->slot(2) == 2 * count + index);
            }
            CHECK(clients == whole->max_clients());
            CHECK(before == whole->clients_before_load());
            CHECK(planned == whole->planned_total().value_or(0));
        }
    }
}

TEST_CASE("every iteration of a plan has a number of its own") {
    for (const Shape& shape : shapes()) {
        CAPTURE(std::string(shape.name));
        std::vector<std::uint64_t> numbers;
        for (const auto& [at, number, client] : whole_plan(shape.load, 700ms)) {
            numbers.push_back(number);
        }
        std::sort(numbers.begin(), numbers.end());
        CHECK(std::adjacent_find(numbers.begin(), numbers.end()) == numbers.end());
    }
}

TEST_CASE("as many clients are needed as the plan has slots") {
    for (const Shape& shape : shapes()) {
        CAPTURE(std::string(shape.name));
        const std::uint64_t at_once = scenario::clients_at_once(shape.load);
        for (const auto& [at, number, client] : whole_plan(shape.load, 700ms)) {
            if (client) CHECK(*client < at_once);
        }
        CHECK(make_executor(shape.load)->clients_before_load() <= at_once);
    }
}

TEST_CASE("a share without clients has nothing to do") {
    const auto executor = make_executor(
        {.executor =
             scenario::PerClientIterations{.clients = 2, .iterations = 9, .max_duration = {}}},
        {2, 3});
    CHECK(executor->planned_total() == 0);
    executor->begin(zero);
    CHECK(executor->exhausted());
    CHECK_FALSE(executor->next_timeout().has_value());
}
