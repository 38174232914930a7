#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "harness/deployment/accounts.h"
#include "harness/scenario/load.h"
#include "harness/scenario/load_shape.h"
#include "harness/worker/worker_group.h"
#include "janus_stub.h"
#include "net/timer.h"

namespace janus_harness::worker::test {

// Workers that carry out a scenario without media.
struct Fixture {
    Fixture(const std::string& sections, const std::string& url, std::uint32_t clients,
            std::uint64_t iterations, std::uint32_t workers = 1,
            reports::EventLog* events = nullptr)
        : Fixture(sections,
                  fmt::format(R"({{ "executor": "per_client_iterations", "clients": {},
                                    "iterations": {}, "start_rate": 1000 }})",
                              clients, iterations),
                  url, workers, events) {}
    Fixture(const std::string& sections, const std::string& load, const std::string& url,
            std::uint32_t workers = 1, reports::EventLog* events = nullptr)
        : loaded(
              scenario::load_text(R"({ "name": "x", "actors": { "web": { "kind": "browser" } },)" +
                                      sections + R"(, "load": )" + load + "}",
                                  "x.json")) {
        REQUIRE_MESSAGE(loaded.scenario.has_value(), json::to_string(loaded.diagnostics));
        deployment.janus_url = url;
        deployment.far_end = scenario::FarEndMode::none;
        deployment.sip_domain = "example.org";
        deployment.accounts = deployment::generate_accounts(
            "web", scenario::clients_at_once(loaded.scenario->load), 1);
        deployment.media_address = SocketAddress::from_ip("127.0.0.1", 0).value();
        group = std::make_unique<WorkerGroup>(loop, http,
                                              GroupOptions{.scenario = *loaded.scenario,
                                                           .deployment = deployment,
                                                           .seed = 1,
                                                           .run_start = net::Loop::now(),
                                                           .workers = workers,
                                                           .events = events});
    }
    // What was measured; calls `look` every few milliseconds meanwhile.
    reports::RunResult run(const std::function<void()>& look = [] {}) {
        REQUIRE(group->prepare().ok());
        net::Timer timer(loop, [&](TimePoint) { look(); });
        timer.start_every(std::chrono::milliseconds{5});
        group->run();
        reports::RunResult result;
        group->take_recorder().fill(result);
        return result;
    }

    net::Loop loop;
    net::HttpClient http{loop};
    scenario::LoadOutcome loaded;
    deployment::Deployment deployment;
    std::unique_ptr<WorkerGroup> group;
};

using Failures = std::map<std::string, std::uint64_t>;

}  // namespace janus_harness::worker::test
