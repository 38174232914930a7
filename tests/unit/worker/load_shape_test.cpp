// What becomes of clients in the shapes of load that the executors plan.
#include <atomic>

#include "worker_fixture.h"

using namespace janus_harness;
using namespace janus_harness::worker;
using namespace janus_harness::worker::test;
using namespace std::chrono_literals;

namespace {

const std::string registered_once =
    R"("setup": [{ "web": "create" }], "steps": [{ "web": "keepalive" }, { "pause": "20ms" }])";
const std::string stays_for_ever =
    R"("setup": [{ "web": "create" }], "steps": [{ "pause": "1h" }])";

}  // namespace

TEST_CASE("a client with a set-up that fails is replaced in its slot, which then goes on") {
    JanusStub janus(1, "keepalive");
    Fixture fixture(registered_once, janus.url, 1, 3);
    const auto result = fixture.run();
    CHECK(result.iterations.started == 3);
    CHECK(result.iterations.failed == 1);
    CHECK(result.iterations.completed == 2);
    CHECK(result.iterations.dropped == 0);
    // The second one set itself up as the first did.
    CHECK(result.latency.at("create").corrected.count() == 2);
}

TEST_CASE("arrivals find the client that replaced one that failed, and nothing is caught up") {
    JanusStub janus(1, "keepalive");
    Fixture fixture(registered_once,
                    R"({ "executor": "constant_arrival_rate", "rate": 20, "iterations": 10,
                         "max_clients": 1 })",
                    janus.url);
    const auto result = fixture.run();
    CHECK(result.iterations.failed == 1);
    CHECK(result.iterations.completed >= 1);
    CHECK(result.iterations.started + result.iterations.dropped == 10);
    CHECK(result.latency.at("create").corrected.count() == 2);
}

TEST_CASE("constant clients go round for their time, but for one whose set-up failed") {
    JanusStub janus(1);
    Fixture fixture(registered_once,
                    R"({ "executor": "constant_clients", "clients": 2, "duration": "300ms",
                         "start_rate": 1000 })",
                    janus.url);
    const auto result = fixture.run();
    CHECK(result.iterations.failures == Failures{{"create_failed_403", 1}});
    CHECK(result.iterations.completed >= 2);
    CHECK(result.iterations.completed == result.iterations.started);
    CHECK(result.iterations.dropped == 1);
}

TEST_CASE("ramping clients set themselves up as they are added, and leave again") {
    JanusStub janus;
    Fixture fixture(registered_once,
                    R"({ "executor": "ramping_clients", "start_clients": 1, "setup_rate": 1000,
                         "stages": [{ "target": 3, "duration": "150ms" },
                                    { "target": 3, "duration": "200ms" },
                                    { "target": 1, "duration": "0s" },
                                    { "target": 1, "duration": "400ms" }] })",
                    janus.url, 2);
    std::uint64_t most = 0;
    bool left = false;
    const auto result = fixture.run([&] {
        const std::uint64_t clients = fixture.group->progress().clients;
        left = left || (most == 3 && clients == 1);
        most = std::max(most, clients);
    });
    CHECK(most == 3);
    CHECK(left);
    CHECK(result.latency.at("create").corrected.count() == 3);
    CHECK(result.iterations.completed == result.iterations.started);
    CHECK(result.iterations.started > 3);
}

TEST_CASE("a client that does not leave in time is cut off, and comes back when it is added") {
    JanusStub janus;
    Fixture fixture(stays_for_ever,
                    R"({ "executor": "ramping_clients", "start_clients": 2, "setup_rate": 1000,
                         "graceful_ramp_down": "50ms", "graceful_stop": "0s",
                         "stages": [{ "target": 2, "duration": "200ms" },
                                    { "target": 1, "duration": "0s" },
                                    { "target": 1, "duration": "400ms" },
                                    { "target": 2, "duration": "0s" },
                                    { "target": 2, "duration": "300ms" }] })",
                    janus.url);
    const auto result = fixture.run();
    CHECK(result.iterations.failed == 0);
    CHECK(result.iterations.started == 3);
    CHECK(result.iterations.interrupted == 3);
    CHECK(result.latency.at("create").corrected.count() == 3);
}

TEST_CASE("what is planned in the warm-up is in no number") {
    JanusStub janus;
    Fixture fixture(R"("steps": [{ "web": "create" }, { "pause": "30ms" }])",
                    R"({ "executor": "constant_clients", "clients": 2, "duration": "500ms",
                         "start_rate": 1000, "warm_up": "250ms" })",
                    janus.url);
    const auto result = fixture.run();
    CHECK(result.iterations.warm_up >= 2);
    CHECK(result.iterations.started >= 2);
    CHECK(result.iterations.completed == result.iterations.started);
    CHECK(result.latency.at("create").corrected.count() == result.iterations.started);
}
