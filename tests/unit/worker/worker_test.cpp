#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "core/balance.h"
#include "worker_fixture.h"

using namespace janus_harness;
using namespace janus_harness::worker;
using namespace janus_harness::worker::test;
using namespace std::chrono_literals;

TEST_CASE("every client sets itself up once and runs its iterations") {
    JanusStub janus;
    Fixture fixture(R"("setup": [{ "web": "create" }], "steps": [{ "web": "keepalive" }])",
                    janus.url, 3, 4);
    const auto iterations = fixture.run().iterations;
    CHECK(iterations.started == 12);
    CHECK(iterations.completed == 12);
    CHECK(iterations.failed == 0);
    CHECK(iterations.dropped == 0);
    CHECK(fixture.group->stop_reason() == StopReason::none);
    CHECK(fixture.group->progress().clients == 0);
    CHECK(fixture.group->progress().load_begun);
    CHECK(fixture.group->janus_sessions().size() >= 3);
}

// Its iterations were planned for that client: they are dropped and counted, and no other client
// runs them besides its own.
TEST_CASE("a client whose set-up fails runs nothing, and the others go on") {
    JanusStub janus(1);
    Fixture fixture(R"("setup": [{ "web": "create" }], "steps": [{ "web": "keepalive" }])",
                    janus.url, 3, 4);
    const auto iterations = fixture.run().iterations;
    CHECK(iterations.failures == Failures{{"create_failed_403", 1}});
    CHECK(iterations.started == 8);
    CHECK(iterations.completed == 8);
    CHECK(iterations.dropped == 4);
}

// It is still destroying its session when its first iteration is due.
TEST_CASE("a client whose set-up failed is not started while it closes") {
    JanusStub janus(1, "attach");
    Fixture fixture(
        R"("setup": [{ "web": "create" }, { "web": "attach" }], "steps": [{ "web": "keepalive" }])",
        janus.url, 1, 2);
    const auto iterations = fixture.run().iterations;
    CHECK(iterations.failures == Failures{{"attach_failed_403", 1}});
    CHECK(iterations.started == 0);
    CHECK(iterations.dropped == 2);
}

TEST_CASE("without a set-up each iteration has a client of its own, whatever became of the last") {
    JanusStub janus(1);
    Fixture fixture(R"("steps": [{ "web": "create" }, { "web": "keepalive" }])", janus.url, 1, 3);
    const auto iterations = fixture.run().iterations;
    CHECK(iterations.started == 3);
    CHECK(iterations.completed == 2);
    CHECK(iterations.failures == Failures{{"create_failed_403", 1}});
}

TEST_CASE("a step that needs a handle makes one, again after a detach") {
    JanusStub janus;
    Fixture fixture(
        R"("steps": [{ "web": "register" }, { "web": "detach" },
                     { "web": "register", "within": "2s" }])",
        janus.url, 1, 1);
    CHECK(fixture.run().iterations.completed == 1);
}

TEST_CASE("a Janus that does not answer ends the run by that name") {
    std::string url;
    {
        JanusStub gone;
        url = gone.url;
    }
    Fixture fixture(R"("steps": [{ "web": "create" }, { "web": "keepalive" }])", url, 2, 5);
    const auto iterations = fixture.run().iterations;
    CHECK(fixture.group->stop_reason() == StopReason::janus_died);
    CHECK(fixture.group->stop_text().starts_with("Janus no longer answers: "));
    CHECK(iterations.completed == 0);
    CHECK(iterations.failed >= 1);
    for (const auto& [reason, count] : iterations.failures) CHECK(reason == "janus_died");
}

TEST_CASE("an interrupted run ends its iterations, which are no failures") {
    JanusStub janus;
    Fixture fixture(R"("steps": [{ "web": "create" }, { "pause": "1h" }])", janus.url, 2, 1);
    const auto iterations = fixture
                                .run([&] {
                                    const bool begun = fixture.group->progress().load_begun;
                                    if (begun && fixture.group->stop_reason() == StopReason::none)
                                        fixture.group->stop(StopReason::interrupted, "asked to");
                                })
                                .iterations;
    CHECK(fixture.group->stop_reason() == StopReason::interrupted);
    CHECK(fixture.group->stop_text() == "asked to");
    CHECK(iterations.completed == 0);
    CHECK(iterations.failed == 0);
    CHECK(iterations.interrupted == iterations.started);
}

TEST_CASE("stopped before it began, a worker does nothing") {
    JanusStub janus;
    Fixture fixture(R"("steps": [{ "web": "create" }])", janus.url, 2, 1);
    fixture.group->stop(StopReason::interrupted, "early");
    CHECK(fixture.run().iterations.started == 0);
}

TEST_CASE("several workers carry out the plan of one") {
    for (const std::uint32_t workers : {1U, 2U, 3U}) {
        INFO(workers << " workers");
        JanusStub janus;
        Fixture fixture(
            R"("setup": [{ "web": "create" }], "steps": [{ "web": "keepalive" }, { "pause": "20ms" }])",
            janus.url, 5, 3, workers);
        const auto result = fixture.run();
        CHECK(fixture.group->size() == workers);
        CHECK(result.iterations.started == 15);
        CHECK(result.iterations.completed == 15);
        CHECK(result.latency.at("create").corrected.count() == 5);
        std::set<std::uint64_t> sessions;
        for (const auto session : fixture.group->janus_sessions()) sessions.insert(session);
        CHECK(sessions.size() == 5);
        CHECK_FALSE(result.generator.loop_lag.empty());
        CHECK_FALSE(result.generator.seconds.empty());
    }
}

TEST_CASE("an interrupt ends all workers") {
    JanusStub janus;
    Fixture fixture(R"("steps": [{ "web": "create" }, { "pause": "1h" }])", janus.url, 4, 1, 2);
    const auto result = fixture.run([&] {
        const bool begun = fixture.group->progress().load_begun;
        if (begun && fixture.group->stop_reason() == StopReason::none)
            fixture.group->stop(StopReason::interrupted, "asked to");
    });
    CHECK(result.iterations.completed == 0);
    CHECK(result.iterations.interrupted == result.iterations.started);
}

TEST_CASE("the death of Janus ends all workers") {
    std::string url;
    {
        JanusStub gone;
        url = gone.url;
    }
    Fixture fixture(R"("steps": [{ "web": "create" }, { "web": "keepalive" }])", url, 4, 5, 2);
    const auto result = fixture.run();
    CHECK(fixture.group->stop_reason() == StopReason::janus_died);
    CHECK(result.iterations.completed == 0);
    for (const auto& [reason, count] : result.iterations.failures) CHECK(reason == "janus_died");
}

TEST_CASE("the events of several workers are whole lines in one file") {
    const std::string path = fmt::format("/tmp/janus_harness_worker_test_{}.jsonl", getpid());
    {
        auto log = reports::EventLog::open(path);
        REQUIRE(log.ok());
        JanusStub janus;
        Fixture fixture(R"("steps": [{ "web": "create" }, { "web": "attach" }])", janus.url, 6, 5,
                        2, &log.value());
        CHECK(fixture.run([&] { log->tick(net::Loop::now()); }).iterations.completed == 30);
    }
    std::ifstream file(path);
    std::set<std::string> iterations;
    for (std::string line; std::getline(file, line);) {
        CHECK(line.starts_with("{\"time\":"));
        CHECK(line.ends_with("}"));
        const std::size_t number = line.find("\"iteration\":");
        if (number != std::string::npos) {
            iterations.insert(line.substr(number, line.find(',', number) - number));
        }
    }
    CHECK(iterations.size() == 30);
    std::filesystem::remove(path);
}

TEST_CASE("what is random comes from the seed, the client and the iteration, not from the worker") {
    std::vector<std::set<std::string>> transactions;
    for (const std::uint32_t workers : {1U, 2U, 4U}) {
        JanusStub janus;
        Fixture fixture(R"("setup": [{ "web": "create" }], "steps": [{ "web": "keepalive" }])",
                        janus.url, 4, 3, workers);
        CHECK(fixture.run().iterations.completed == 12);
        transactions.push_back(janus.transactions());
    }
    // At least create, keepalives and destroy of each client.
    CHECK(transactions[0].size() >= 4 + 12 + 4);
    CHECK(transactions[0] == transactions[1]);
    CHECK(transactions[0] == transactions[2]);
}

TEST_CASE("nothing of all these clients is left") {
    for (const auto& [kind, count] : Balance::outstanding()) {
        INFO(kind << " " << count);
        CHECK(false);
    }
}
