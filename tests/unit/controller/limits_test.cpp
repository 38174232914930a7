#include "harness/controller/limits.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include "harness/scenario/load.h"

using namespace janus_harness;
using namespace janus_harness::controller;

namespace {

constexpr const char* phone_call = R"([{ "web": "call", "to": "${phone.uri}" }])";

scenario::Scenario scenario_of(const std::string& steps, const std::string& sections = "") {
    auto loaded = scenario::load_text(
        R"({ "name": "x", "actors": { "web": { "kind": "browser" }, "phone": { "kind": "sip" } },
             "steps": )" +
            steps + R"(, "load": { "executor": "per_client_iterations", "clients": 1000 })" +
            sections + "}",
        "x.json");
    REQUIRE(loaded.scenario.has_value());
    return *loaded.scenario;
}

deployment::Deployment deployment_of(const std::string& url) {
    deployment::Deployment deployment;
    deployment.janus_url = url;
    deployment.media_address = SocketAddress::from_ip("10.0.0.1", 0).value();
    deployment.phone_media_address = SocketAddress::from_ip("10.0.0.2", 0).value();
    return deployment;
}

std::string complaint(const ResourceNeeds& needs, const ResourceLimits& limits,
                      const deployment::Deployment& deployment) {
    const auto checked = check_limits(needs, limits, deployment);
    if (checked) return {};
    CHECK(checked.error().code == "limits");
    return checked.error().message;
}

}  // namespace

TEST_CASE("a client takes one connection over WebSocket and two over HTTP") {
    const auto scenario = scenario_of(R"([{ "web": "register" }])");
    CHECK(resource_needs(scenario, deployment_of("ws://x"), 1).connections == 1000);
    CHECK(resource_needs(scenario, deployment_of("wss://x"), 1).connections == 1000);
    CHECK(resource_needs(scenario, deployment_of("http://x"), 1).connections == 2000);
    CHECK(resource_needs(scenario, deployment_of("https://x"), 1).connections == 2000);
}

TEST_CASE("without a call there is no audio and nothing to count for it") {
    const auto needs =
        resource_needs(scenario_of(R"([{ "web": "register" }])"), deployment_of("ws://x"), 1);
    CHECK(needs.browser_ports == 0);
    CHECK(needs.phone_ports == 0);
}

TEST_CASE("calls share sockets, evenly on the workers, or have their own") {
    const auto deployment = deployment_of("ws://x");
    const auto shared = scenario_of(phone_call);
    // 1,000 calls, 16 a socket; a phone's is a pair.
    CHECK(resource_needs(shared, deployment, 1).browser_ports == 63);
    CHECK(resource_needs(shared, deployment, 1).phone_ports == 126);
    // 334 of them on each of three workers: 21 sockets each.
    CHECK(resource_needs(shared, deployment, 3).browser_ports == 63);
    CHECK(resource_needs(shared, deployment, 4).browser_ports == 64);
    const auto own = scenario_of(phone_call, R"(, "media": { "sockets": "per_call" })");
    CHECK(resource_needs(own, deployment, 1).browser_ports == 1000);
    CHECK(resource_needs(own, deployment, 1).phone_ports == 2000);
}

TEST_CASE("phones of others take nothing of ours") {
    auto deployment = deployment_of("ws://x");
    deployment.far_end = scenario::FarEndMode::none;
    CHECK(resource_needs(scenario_of(phone_call), deployment, 1).phone_ports == 0);
}

TEST_CASE("what is needed fits, or is told with what there is and what to do") {
    const auto deployment = deployment_of("http://x");
    const auto needs = resource_needs(scenario_of(phone_call), deployment, 1);
    CHECK(needs.descriptors() > 2000 + 63 + 126);
    CHECK(needs.descriptors() < 2400);
    CHECK(complaint(needs, {.descriptors = needs.descriptors(), .ephemeral_ports = 2000},
                    deployment) == "");
    const std::string few =
        complaint(needs, {.descriptors = 1024, .ephemeral_ports = 28'000}, deployment);
    CHECK(few.find("1000 clients at once need " + std::to_string(needs.descriptors()) +
                   " file descriptors, and there are 1024: raise the limit (ulimit -n") == 0);
    CHECK(few.find('\n') == std::string::npos);
    const std::string both =
        complaint(needs, {.descriptors = 1024, .ephemeral_ports = 1999}, deployment);
    CHECK(both.find("\n1000 clients at once need 2000 local TCP ports for their connections to "
                    "Janus, and there are 1999: widen net.ipv4.ip_local_port_range") !=
          std::string::npos);
    // What is not known is not checked.
    CHECK(complaint(needs, {}, deployment) == "");
}

TEST_CASE("a range of ports that was given must hold the plan") {
    auto deployment = deployment_of("ws://x");
    const auto needs = resource_needs(
        scenario_of(phone_call, R"(, "media": { "sockets": "per_call" })"), deployment, 1);
    const ResourceLimits plenty{.descriptors = 100'000, .ephemeral_ports = 28'000};
    deployment.browser_ports = {20'000, 20'999};
    deployment.phone_ports = {30'000, 31'999};
    CHECK(complaint(needs, plenty, deployment) == "");
    deployment.browser_ports.last = 20'998;
    CHECK(complaint(needs, plenty, deployment) ==
          "1000 clients at once need 1000 UDP ports of --browser-ports, and there are 999: give a "
          "wider range");
    deployment.browser_ports.last = 20'999;
    deployment.phone_ports.last = 31'000;
    // 1,001 ports are 500 pairs.
    CHECK(complaint(needs, plenty, deployment)
              .find("2000 UDP ports, in pairs of an even one and the next, for the far end, and "
                    "there are 1000") != std::string::npos);
}

TEST_CASE("browsers take the kernel's ports, phones those below them") {
    auto deployment = deployment_of("ws://x");
    auto needs = resource_needs(scenario_of(phone_call, R"(, "media": { "sockets": "per_call" })"),
                                deployment, 1);
    ResourceLimits limits{.descriptors = 100'000, .ephemeral_ports = 1000};
    CHECK(complaint(needs, limits, deployment) == "");
    needs.browser_ports = 1001;
    CHECK(complaint(needs, limits, deployment).find("need 1001 local UDP ports") !=
          std::string::npos);
    deployment.browser_ports = {20'000, 29'999};
    CHECK(complaint(needs, limits, deployment) == "");
    needs.phone_ports = 16'386;
    CHECK(complaint(needs, limits, deployment).find("and there are 16384") != std::string::npos);
}

TEST_CASE("over HTTP each group of clients needs descriptors of libcurl's") {
    const auto over = [](const char* url) {
        return resource_needs(scenario_of(phone_call), deployment_of(url), 2);
    };
    CHECK(over("http://x").lanes == 1000 / 64 + 2);
    CHECK(over("ws://x").lanes == 0);
}

TEST_CASE("the soft limit of descriptors is raised to the hard one") {
    rlimit before{};
    REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
    rlimit low = before;
    low.rlim_cur = std::min<rlim_t>(before.rlim_max, 256);
    REQUIRE(setrlimit(RLIMIT_NOFILE, &low) == 0);
    const ResourceLimits limits = resource_limits();
    CHECK(limits.descriptors == before.rlim_max);
    CHECK(limits.ephemeral_ports > 0);
    rlimit after{};
    REQUIRE(getrlimit(RLIMIT_NOFILE, &after) == 0);
    CHECK(after.rlim_cur == before.rlim_max);
    REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
}
