#include "rtp/sequence_tracker.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "core/random.h"

using namespace janus_harness;
using namespace janus_harness::rtp;

namespace {

using Kind = Arrival::Kind;

SequenceTracker heard(std::vector<int> numbers) {
    SequenceTracker tracker(static_cast<std::uint16_t>(numbers.front()));
    for (std::size_t i = 1; i < numbers.size(); ++i) {
        tracker.handle(static_cast<std::uint16_t>(numbers[i]));
    }
    return tracker;
}

void run(SequenceTracker& tracker, int from, int to) {
    for (int number = from; number <= to; ++number) {
        tracker.handle(static_cast<std::uint16_t>(number));
    }
}

struct Sent {
    double time;
    std::int64_t number;
};

// A stream with loss, copies and delays of up to `reorder` packets, in order of arrival.
std::vector<Sent> impair(Random& random, std::int64_t first, int packets, double loss,
                         double copies, double reorder) {
    std::vector<Sent> arrivals;
    for (int i = 0; i < packets; ++i) {
        if (random.unit() < loss) continue;
        arrivals.push_back({i + reorder * random.unit(), first + i});
        while (random.unit() < copies) {
            arrivals.push_back({i + reorder * random.unit(), first + i});
        }
    }
    std::stable_sort(arrivals.begin(), arrivals.end(),
                     [](const Sent& left, const Sent& right) { return left.time < right.time; });
    return arrivals;
}

// Counts with unlimited memory and the true numbers.
SequenceCounts oracle(const std::vector<Sent>& arrivals) {
    SequenceCounts counts;
    std::map<std::int64_t, int> copies;
    std::int64_t highest = arrivals.front().number - 1;
    for (const Sent& sent : arrivals) {
        if (copies[sent.number]++ > 0) {
            ++counts.duplicated;
        } else {
            ++counts.received;
            if (sent.number < highest) ++counts.reordered;
        }
        highest = std::max(highest, sent.number);
    }
    counts.expected = static_cast<std::uint64_t>(highest - copies.begin()->first + 1);
    return counts;
}

}  // namespace

TEST_CASE("a stream in order has lost nothing") {
    SequenceTracker tracker(1);
    run(tracker, 2, 500);
    CHECK(tracker.counts() == SequenceCounts{.received = 500, .expected = 500});
    CHECK(tracker.extended_highest() == 500);
}

TEST_CASE("a stream that starts at 65530 wraps without loss") {
    SequenceTracker tracker(65530);
    run(tracker, 65531, 65535);
    run(tracker, 0, 99);
    CHECK(tracker.counts() == SequenceCounts{.received = 106, .expected = 106});
    CHECK(tracker.extended_highest() == (1U << 16) + 99);
}

TEST_CASE("reordering across the wrap and before the first packet heard") {
    SUBCASE("the first packet heard is behind the wrap") {
        const auto counts = heard({1, 65535, 0, 65534, 2}).counts();
        CHECK(counts == SequenceCounts{.received = 5, .reordered = 3, .expected = 5});
    }
    SUBCASE("the first packet heard is ahead of the wrap") {
        const auto counts = heard({65535, 1, 0, 65534, 65535}).counts();
        CHECK(counts ==
              SequenceCounts{.received = 4, .duplicated = 1, .reordered = 2, .expected = 4});
    }
}

TEST_CASE("gaps are expected and lost") {
    const auto counts = heard({10, 11, 15, 16, 2000}).counts();
    CHECK(counts.expected == 1991);
    CHECK(counts.lost() == 1986);
    CHECK(counts.restarts == 0);
}

TEST_CASE("a packet that is late by almost the whole window is still counted") {
    SequenceTracker tracker(0);
    for (int number = 1; number <= 1500; ++number) {
        if (number != 600) tracker.handle(static_cast<std::uint16_t>(number));
    }
    CHECK(tracker.counts().lost() == 1);
    CHECK(tracker.handle(600).kind == Kind::reordered);
    CHECK(tracker.counts().lost() == 0);
    CHECK(tracker.handle(600).kind == Kind::duplicate);
    CHECK(tracker.handle(1500 - 1023).kind == Kind::duplicate);
}

TEST_CASE("a jump counts only when the next packet confirms it (RFC 3550 A.1)") {
    SequenceTracker tracker(100);
    run(tracker, 101, 199);
    CHECK(tracker.handle(40000).kind == Kind::suspect);
    SUBCASE("not confirmed") {
        CHECK(tracker.handle(200).kind == Kind::in_order);
        CHECK(tracker.counts() == SequenceCounts{.received = 101, .expected = 101, .discarded = 1});
    }
    SUBCASE("confirmed") {
        const Arrival restart = tracker.handle(40001);
        CHECK(restart.kind == Kind::restarted);
        CHECK(tracker.handle(40002).extended_sequence == restart.extended_sequence + 1);
        CHECK(tracker.counts() == SequenceCounts{.received = 103, .expected = 103, .restarts = 1});
        CHECK(tracker.extended_highest() == 40002);
    }
}

TEST_CASE("a jump backwards beyond what reordering explains is a restart") {
    SequenceTracker tracker(20000);
    run(tracker, 20001, 25000);
    run(tracker, 1, 50);
    CHECK(tracker.counts() == SequenceCounts{.received = 5051, .expected = 5051, .restarts = 1});
}

TEST_CASE("a sender that starts again at numbers heard a moment ago is not taken for copies") {
    SequenceTracker tracker(1);
    run(tracker, 2, 300);
    SUBCASE("complete") {
        run(tracker, 1, 400);
        CHECK(tracker.counts() == SequenceCounts{.received = 700, .expected = 700, .restarts = 1});
    }
    SUBCASE("with losses") {
        for (int number = 1; number <= 400; ++number) {
            if (number % 5 != 0) tracker.handle(static_cast<std::uint16_t>(number));
        }
        CHECK(tracker.counts() == SequenceCounts{.received = 620, .expected = 699, .restarts = 1});
    }
}

TEST_CASE("copies of a burst are copies") {
    SequenceTracker tracker(1);
    for (int block = 0; block < 50; ++block) {
        run(tracker, 2 + 12 * block, 13 + 12 * block);
        run(tracker, 2 + 12 * block, 13 + 12 * block);
    }
    CHECK(tracker.counts() == SequenceCounts{.received = 601, .duplicated = 600, .expected = 601});
}

TEST_CASE("counts agree with an oracle of unlimited memory, whatever the path does") {
    Random random(42);
    for (int round = 0; round < 400; ++round) {
        const auto first = static_cast<std::int64_t>(65536 + random.below(65536));
        const double loss = round % 4 == 0 ? 0 : random.unit() * 0.6;
        const double copies = round % 3 == 0 ? 0 : random.unit() * 0.4;
        const double reorder = round % 5 == 0 ? 0 : random.unit() * 40;
        auto arrivals = impair(random, first, 3000, loss, copies, reorder);
        if (round % 2 == 0) arrivals.resize(1 + random.below(60));
        SequenceTracker tracker(static_cast<std::uint16_t>(arrivals.front().number));
        for (std::size_t i = 1; i < arrivals.size(); ++i) {
            const Arrival arrival = tracker.handle(static_cast<std::uint16_t>(arrivals[i].number));
            REQUIRE((arrival.extended_sequence - arrivals[i].number) % 65536 == 0);
        }
        CAPTURE(round);
        REQUIRE(tracker.counts() == oracle(arrivals));
    }
}

TEST_CASE("a call of many wraps is counted to the packet") {
    Random random(43);
    const auto arrivals = impair(random, 65536 + 30000, 300000, 0.01, 0.01, 10);
    SequenceTracker tracker(static_cast<std::uint16_t>(arrivals.front().number));
    for (std::size_t i = 1; i < arrivals.size(); ++i) {
        tracker.handle(static_cast<std::uint16_t>(arrivals[i].number));
    }
    CHECK(tracker.counts() == oracle(arrivals));
}

TEST_CASE("any order of numbers keeps the sums consistent") {
    Random random(44);
    SequenceTracker tracker(7);
    std::uint64_t handled = 1;
    std::uint16_t number = 7;
    for (int i = 0; i < 200000; ++i) {
        const std::uint64_t choice = random.below(10);
        if (choice == 0) number = static_cast<std::uint16_t>(random());
        if (choice < 3) number = static_cast<std::uint16_t>(number - random.below(1200));
        tracker.handle(++number);
        ++handled;
        const SequenceCounts counts = tracker.counts();
        REQUIRE(counts.received + counts.duplicated + counts.discarded == handled);
        REQUIRE(counts.received <= counts.expected);
    }
}
