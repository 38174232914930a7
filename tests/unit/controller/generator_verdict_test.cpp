#include "harness/controller/generator_verdict.h"

#include <doctest/doctest.h>

using namespace janus_harness;
using namespace janus_harness::controller;
using namespace std::chrono_literals;
using reports::GeneratorHealth;

namespace {

// A minute in which everything was in time.
GeneratorHealth healthy() {
    GeneratorHealth generator;
    generator.send_lateness.record(1ms, 60'000);
    generator.loop_lag.record(1ms, 3'000);
    for (std::uint32_t second = 0; second < 60; ++second) {
        generator.seconds.push_back({.second = second,
                                     .loop_lag_max = 3ms,
                                     .send_lateness_max = 3ms,
                                     .run_delay = 20ms,
                                     .packets_refused = 0,
                                     .receive_drops = 0});
    }
    return generator;
}

std::vector<std::string> reasons(GeneratorHealth generator,
                                 const scenario::Generator& limits = {}) {
    judge_generator(limits, generator);
    CHECK(generator.valid == generator.reasons.empty());
    return generator.reasons;
}

}  // namespace

TEST_CASE("a generator in time is valid, and so is one that measured nothing") {
    CHECK(reasons(healthy()).empty());
    CHECK(reasons({}).empty());
    // At its limits, not beyond them.
    auto generator = healthy();
    generator.seconds[3].loop_lag_max = 100ms;
    generator.seconds[3].send_lateness_max = 100ms;
    generator.seconds[3].run_delay = 250ms;
    CHECK(reasons(generator).empty());
}

TEST_CASE("one frozen moment makes the run invalid, whatever the percentiles say") {
    auto generator = healthy();
    generator.loop_lag.record(290ms);
    generator.seconds[17].loop_lag_max = 290ms;
    CHECK(reasons(generator) ==
          std::vector<std::string>{"the harness stood still: a timer fired 290.0 ms late in second "
                                   "17 of the run (limit 100.0 ms)"});
    scenario::Generator patient;
    patient.max_stall = 300ms;
    CHECK(reasons(generator, patient).empty());
}

TEST_CASE("several frozen seconds are counted, and the worst one is named") {
    auto generator = healthy();
    generator.seconds[4].loop_lag_max = 150ms;
    generator.seconds[5].loop_lag_max = 2s;
    generator.seconds[9].loop_lag_max = 200ms;
    CHECK(reasons(generator) ==
          std::vector<std::string>{"the harness stood still: a timer fired 2000.0 ms late in 3 "
                                   "seconds of the run (4 to 9), worst in second 5 (limit 100.0 "
                                   "ms)"});
}

TEST_CASE("a single packet that left much too late makes the run invalid") {
    auto generator = healthy();
    generator.seconds[8].send_lateness_max = 120ms;
    CHECK(reasons(generator) ==
          std::vector<std::string>{
              "an RTP packet left 120.0 ms late in second 8 of the run (limit 100.0 ms)"});
    // Both come of the same stop: once is enough.
    generator.seconds[8].loop_lag_max = 130ms;
    CHECK(reasons(generator).size() == 1);
}

TEST_CASE("a worker that had to wait for a CPU makes the run invalid") {
    auto generator = healthy();
    generator.seconds[30].run_delay = 640ms;
    CHECK(reasons(generator) ==
          std::vector<std::string>{"a worker waited 640.0 ms of a second for a CPU in second 30 "
                                   "of the run (limit 250.0 ms)"});
    scenario::Generator patient;
    patient.max_run_delay = 700ms;
    CHECK(reasons(generator, patient).empty());
}

TEST_CASE("late packets and late timers at the 99th percentile make the run invalid") {
    auto late = healthy();
    late.send_lateness.record(50ms, 1'000);
    CHECK(reasons(late) == std::vector<std::string>{
                               "RTP packets left 50.0 ms late at the 99th percentile (limit 10.0 "
                               "ms)"});
    auto lagging = healthy();
    lagging.loop_lag.record(50ms, 100);
    CHECK(reasons(lagging) ==
          std::vector<std::string>{"timers fired 50.0 ms late at the 99th percentile (limit 10.0 "
                                   "ms)"});
    scenario::Generator patient;
    patient.max_loop_lag = 60ms;
    CHECK(reasons(lagging, patient).empty());
    // Without any audio the timers tell.
    lagging.send_lateness = {};
    CHECK(reasons(lagging).size() == 1);
}

TEST_CASE("packets that this machine lost make the run invalid") {
    auto generator = healthy();
    generator.packets_refused = 12;
    generator.seconds[2].packets_refused = 12;
    generator.receive_drops = 7;
    generator.seconds[5].receive_drops = 3;
    generator.seconds[6].receive_drops = 4;
    CHECK(reasons(generator) ==
          std::vector<std::string>{"this machine refused to send 12 packets, which count as lost, "
                                   "in second 2 of the run",
                                   "7 datagrams, which count as lost, found the harness's receive "
                                   "buffers full, in 2 seconds of the run (5 to 6), worst in "
                                   "second 6"});
}
