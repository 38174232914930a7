#include "harness/worker/worker.h"

#include <doctest/doctest.h>

#include <thread>

#include "core/balance.h"
#include "harness/executors/per_client_iterations.h"
#include "harness/scenario/load.h"
#include "tests/support/http_server_stub.h"

using namespace janus_harness;
using namespace janus_harness::worker;
using test::HttpServerStub;
using namespace std::chrono_literals;

namespace {

// A Janus on a thread of its own, as the worker has a loop of its own. Long polls stay open.
class JanusStub {
  public:
    // The first `refused` requests of this kind are answered with error 403.
    explicit JanusStub(int refused = 0, std::string refused_verb = "create")
        : refused_(refused),
          refused_verb_(std::move(refused_verb)),
          server_(loop_, [this](auto& connection, const auto& request) {
              if (request.method == "POST") answer(connection, request.body);
          }) {
        url = server_.url("/janus");
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~JanusStub() {
        loop_.post([this] { loop_.stop(); });
        thread_.join();
    }

    std::string url;

  private:
    static std::string member(const std::string& json, const std::string& name) {
        const std::string key = "\"" + name + "\":\"";
        const std::size_t begin = json.find(key);
        if (begin == std::string::npos) return {};
        const std::size_t value = begin + key.size();
        return json.substr(value, json.find('"', value) - value);
    }
    void answer(test::TcpServerStub::Connection& connection, const std::string& body) {
        const std::string verb = member(body, "janus");
        const std::string transaction = member(body, "transaction");
        std::string rest = fmt::format(R"(,"data":{{"id":{}}})", ++ids_);
        std::string kind = "success";
        if (verb == refused_verb_ && asked_++ < refused_) {
            kind = "error";
            rest = R"(,"error":{"code":403,"reason":"Unauthorized"})";
        } else if (verb == "keepalive" || verb == "message") {
            kind = "ack";
            rest.clear();
        }
        HttpServerStub::respond(
            connection, 200,
            fmt::format(R"({{"janus":"{}","transaction":"{}"{}}})", kind, transaction, rest));
    }

    int refused_;
    std::string refused_verb_;
    int asked_ = 0;
    int ids_ = 100;
    net::Loop loop_;
    HttpServerStub server_;
    std::thread thread_;
};

struct Fixture {
    Fixture(const std::string& sections, const std::string& url, std::uint32_t clients,
            std::uint64_t iterations)
        : loaded(scenario::load_text(
              R"({ "name": "x", "actors": { "web": { "kind": "browser" } },)" + sections +
                  R"(, "load": { "executor": "per_client_iterations", "clients": )" +
                  std::to_string(clients) + R"(, "start_rate": 1000 } })",
              "x.json")) {
        REQUIRE(loaded.scenario.has_value());
        deployment.janus_url = url;
        deployment.far_end = scenario::FarEndMode::none;
        deployment.sip_domain = "example.org";
        deployment.accounts = deployment::generate_accounts("web", clients, 1);
        deployment.media_address = SocketAddress::from_ip("127.0.0.1", 0).value();
        executors::PerClientIterationsOptions load;
        load.clients = clients;
        load.iterations = iterations;
        load.start_rate = 1000;
        worker = std::make_unique<Worker>(
            WorkerOptions{.scenario = *loaded.scenario,
                          .deployment = deployment,
                          .seed = 1,
                          .run_start = net::Loop::now(),
                          .executor = std::make_unique<executors::PerClientIterations>(load),
                          .load_duration = std::nullopt,
                          .events = nullptr,
                          .on_load_begun = [this](TimePoint) {
                              if (stop_when_begun)
                                  worker->stop(StopReason::interrupted, "asked to");
                          }});
    }
    const reports::IterationTotals& run() {
        REQUIRE(worker->prepare().ok());
        worker->run();
        return worker->recorder().iterations();
    }

    scenario::LoadOutcome loaded;
    deployment::Deployment deployment;
    bool stop_when_begun = false;
    std::unique_ptr<Worker> worker;
};

using Failures = std::map<std::string, std::uint64_t>;

}  // namespace

TEST_CASE("every client sets itself up once and runs its iterations") {
    JanusStub janus;
    Fixture fixture(R"("setup": [{ "web": "create" }], "steps": [{ "web": "keepalive" }])",
                    janus.url, 3, 4);
    const auto& iterations = fixture.run();
    CHECK(iterations.started == 12);
    CHECK(iterations.completed == 12);
    CHECK(iterations.failed == 0);
    CHECK(iterations.dropped == 0);
    CHECK(fixture.worker->stop_reason() == StopReason::none);
    CHECK(fixture.worker->progress().clients == 0);
    CHECK(fixture.worker->progress().load_begun);
    CHECK(fixture.worker->janus_sessions().size() >= 3);
}

// Its iterations were planned for that client: they are dropped and counted, and no other client
// runs them besides its own.
TEST_CASE("a client whose set-up fails runs nothing, and the others go on") {
    JanusStub janus(1);
    Fixture fixture(R"("setup": [{ "web": "create" }], "steps": [{ "web": "keepalive" }])",
                    janus.url, 3, 4);
    const auto& iterations = fixture.run();
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
    const auto& iterations = fixture.run();
    CHECK(iterations.failures == Failures{{"attach_failed_403", 1}});
    CHECK(iterations.started == 0);
    CHECK(iterations.dropped == 2);
}

TEST_CASE("without a set-up each iteration has a client of its own, whatever became of the last") {
    JanusStub janus(1);
    Fixture fixture(R"("steps": [{ "web": "create" }, { "web": "keepalive" }])", janus.url, 1, 3);
    const auto& iterations = fixture.run();
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
    CHECK(fixture.run().completed == 1);
}

TEST_CASE("a Janus that does not answer ends the run by that name") {
    std::string url;
    {
        JanusStub gone;
        url = gone.url;
    }
    Fixture fixture(R"("steps": [{ "web": "create" }, { "web": "keepalive" }])", url, 2, 5);
    const auto& iterations = fixture.run();
    CHECK(fixture.worker->stop_reason() == StopReason::janus_died);
    CHECK(fixture.worker->stop_text().starts_with("Janus no longer answers: "));
    CHECK(iterations.completed == 0);
    CHECK(iterations.failed >= 1);
    for (const auto& [reason, count] : iterations.failures) CHECK(reason == "janus_died");
}

TEST_CASE("an interrupted run ends its iterations, which are no failures") {
    JanusStub janus;
    Fixture fixture(R"("steps": [{ "web": "create" }, { "pause": "1h" }])", janus.url, 2, 1);
    fixture.stop_when_begun = true;
    const auto& iterations = fixture.run();
    CHECK(fixture.worker->stop_reason() == StopReason::interrupted);
    CHECK(fixture.worker->stop_text() == "asked to");
    CHECK(iterations.completed == 0);
    CHECK(iterations.failed == 0);
}

TEST_CASE("stopped before it began, a worker does nothing") {
    JanusStub janus;
    Fixture fixture(R"("steps": [{ "web": "create" }])", janus.url, 2, 1);
    fixture.worker->stop(StopReason::interrupted, "early");
    CHECK(fixture.run().started == 0);
}

TEST_CASE("nothing of all these clients is left") {
    for (const auto& [kind, count] : Balance::outstanding()) {
        INFO(kind << " " << count);
        CHECK(false);
    }
}
