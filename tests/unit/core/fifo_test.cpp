#include "core/fifo.h"

#include <doctest/doctest.h>

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "core/random.h"
#include "core/time.h"

using namespace janus_harness;

TEST_CASE("a queue gives what came first, whatever is pushed and taken in between") {
    Fifo<std::string> queue;
    std::deque<std::string> model;
    Random random(20260202);
    for (int round = 0; round < 20000; ++round) {
        const auto dice = random.below(10);
        if (dice < 5 || model.empty()) {
            queue.push(std::to_string(round));
            model.push_back(std::to_string(round));
        } else if (dice < 9) {
            REQUIRE(queue.pop() == model.front());
            model.pop_front();
        } else {
            const auto index = static_cast<std::ptrdiff_t>(random.below(model.size()));
            const auto next = queue.erase(queue.begin() + index);
            const auto model_next = model.erase(model.begin() + index);
            REQUIRE((next == queue.end()) == (model_next == model.end()));
            if (next != queue.end()) REQUIRE(*next == *model_next);
        }
        REQUIRE(queue.size() == model.size());
        REQUIRE(queue.empty() == model.empty());
        REQUIRE(std::equal(queue.begin(), queue.end(), model.begin(), model.end()));
    }
    queue.clear();
    CHECK(queue.empty());
    CHECK(queue.begin() == queue.end());
}

TEST_CASE("what was taken out of a queue is gone from it") {
    Fifo<std::shared_ptr<int>> queue;
    const auto value = std::make_shared<int>(7);
    queue.push(value);
    queue.push(value);
    CHECK(queue.pop() == value);
    CHECK(value.use_count() == 2);
    queue.pop();
    CHECK(value.use_count() == 1);
}

TEST_CASE("the first of some deadlines is the earliest that is set") {
    const TimePoint one{Duration{1}};
    const TimePoint two{Duration{2}};
    const std::optional<TimePoint> none;
    CHECK(earliest(none, none) == std::nullopt);
    CHECK(earliest(none, two) == two);
    CHECK(earliest(two, none) == two);
    CHECK(earliest(two, one) == one);
    CHECK(earliest(none, two, none, one, two) == one);
}
