#include "harness/media/pacer.h"

#include <doctest/doctest.h>

#include <functional>
#include <vector>

using namespace janus_harness;
using namespace janus_harness::media;
using namespace std::chrono_literals;

namespace {

const TimePoint zero{1000s};

struct RecordingSource final : PacedSource {
    std::vector<TimePoint> planned;
    std::function<void()> on_send;
    void send_packet(TimePoint time, TimePoint) override {
        planned.push_back(time);
        if (on_send) on_send();
    }
};

}  // namespace

TEST_CASE("a source is sent on the next tick and then every 20 ms") {
    Pacer pacer;
    RecordingSource source;
    CHECK_FALSE(pacer.next_timeout().has_value());
    pacer.add(source, zero + 300us);
    CHECK(pacer.next_timeout() == zero + 1ms);
    for (Duration t{}; t <= 50ms; t += 1ms) pacer.tick(zero + t);
    CHECK(source.planned == std::vector<TimePoint>{zero + 1ms, zero + 21ms, zero + 41ms});
    pacer.remove(source);
    CHECK(pacer.size() == 0);
}

TEST_CASE("a stall sends the missed packets late and says how late") {
    Pacer pacer;
    RecordingSource source;
    pacer.add(source, zero);
    CHECK(pacer.tick(zero + 1ms).packets == 1);
    const auto report = pacer.tick(zero + 101ms);
    CHECK(report.packets == 5);
    CHECK(report.worst_lateness == 80ms);
    CHECK(source.planned.back() == zero + 101ms);
}

TEST_CASE("sources may remove themselves, others, and add new ones while a slot is sent") {
    Pacer pacer;
    RecordingSource first;
    RecordingSource second;
    RecordingSource late;
    pacer.add(first, zero);
    pacer.add(second, zero);
    first.on_send = [&] {
        pacer.remove(first);
        pacer.remove(second);
        pacer.add(late, zero + 1ms);
    };
    pacer.tick(zero + 1ms);
    CHECK(first.planned.size() == 1);
    CHECK(second.planned.empty());
    CHECK(pacer.size() == 1);
    for (Duration t = 2ms; t <= 30ms; t += 1ms) pacer.tick(zero + t);
    CHECK(late.planned.size() == 2);
    CHECK(first.planned.size() == 1);
    pacer.remove(late);
}

TEST_CASE("an idle pacer starts again from now, without a backlog") {
    Pacer pacer;
    RecordingSource source;
    pacer.add(source, zero);
    pacer.tick(zero + 1ms);
    pacer.remove(source);
    pacer.add(source, zero + 10s);
    const auto report = pacer.tick(zero + 10s + 1ms);
    CHECK(report.packets == 1);
    CHECK(report.worst_lateness == 0ms);
    pacer.remove(source);
}
