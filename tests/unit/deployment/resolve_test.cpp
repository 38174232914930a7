#include "harness/deployment/resolve.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "harness/scenario/load.h"

using namespace janus_harness;
using namespace janus_harness::deployment;
using scenario::FarEndMode;

namespace {

constexpr const char* both = R"("web": { "kind": "browser" }, "phone": { "kind": "sip" })";
constexpr const char* alone = R"("web": { "kind": "browser" })";

// `sections` stand beside the actors, the one step and the load.
scenario::Scenario scenario_of(
    const std::string& actors, const std::string& sections = "",
    const std::string& load = R"("executor": "per_client_iterations", "clients": 3)") {
    const auto loaded = scenario::load_text(
        R"({ "name": "x", "actors": {)" + actors + R"(}, "steps": [{ "web": "register" }],)" +
            (sections.empty() ? "" : sections + ",") + R"("load": {)" + load + "} }",
        "x.json");
    std::string problems;
    for (const auto& diagnostic : loaded.diagnostics) problems += diagnostic.message + "\n";
    REQUIRE_MESSAGE(loaded.scenario.has_value(), problems);
    return *loaded.scenario;
}

// Account files of one test, gone with it.
class Accounts {
  public:
    Accounts() {
        std::filesystem::create_directories(directory_);
        write("three.csv", 3);
        write("two.csv", 2);
        write("five.csv", 5);
    }
    ~Accounts() { std::filesystem::remove_all(directory_); }
    std::string operator()(const std::string& name) const { return (directory_ / name).string(); }

  private:
    void write(const std::string& name, int rows) const {
        std::ofstream file(directory_ / name);
        file << "username,secret\n";
        for (int i = 0; i < rows; ++i) file << name.substr(0, name.find('.')) << i << ",s\n";
    }
    std::filesystem::path directory_ =
        std::filesystem::temp_directory_path() / ("resolve_test_" + std::to_string(::getpid()));
};

// Somebody's deployment on this machine's loopback, complete for --far-end none.
Options foreign(const Accounts& accounts) {
    Options options;
    options.url = "http://127.0.0.1:8088/janus";
    options.media_address = "127.0.0.9";
    options.sip_proxy = "sip:127.0.0.1:5060";
    options.accounts = accounts("three.csv");
    options.far_end = "none";
    options.callee = "sip:1000@127.0.0.1";
    return options;
}

const TestbedPlaces testbed{.http_url = "http://127.0.0.1:8088/janus",
                            .ws_url = "ws://127.0.0.1:8188",
                            .admin_url = "http://127.0.0.1:7088/admin",
                            .admin_secret = "adm",
                            .browser_address = "127.0.0.2",
                            .far_end_address = "127.0.0.3",
                            .proxy_address = "127.0.0.4"};

std::string problem(const scenario::Scenario& scenario, const Options& options,
                    const TestbedPlaces* places = nullptr) {
    const auto result = resolve(scenario, options, places, 1);
    return result.ok() ? "resolved" : result.error().message;
}

Deployment resolved(const scenario::Scenario& scenario, const Options& options,
                    const TestbedPlaces* places = nullptr) {
    auto result = resolve(scenario, options, places, 1);
    REQUIRE_MESSAGE(result.ok(), (result.ok() ? "" : result.error().message));
    return std::move(result).value();
}

}  // namespace

TEST_CASE("the testbed provides everything, over either transport") {
    const auto http = resolved(scenario_of(both), {}, &testbed);
    CHECK(http.janus_url == "http://127.0.0.1:8088/janus");
    CHECK(http.admin_url == "http://127.0.0.1:7088/admin");
    CHECK(http.admin_secret == "adm");
    CHECK(http.far_end == FarEndMode::builtin);
    CHECK(http.far_end_address.to_string() == "127.0.0.3:5060");
    CHECK(http.media_address.to_string() == "127.0.0.2:0");
    CHECK(http.phone_media_address.to_string() == "127.0.0.3:0");
    CHECK(http.sip_domain.empty());
    CHECK_FALSE(http.phone_proxy.has_value());
    REQUIRE(http.accounts.size() == 3);
    CHECK(http.accounts[0].username == "web-0001");
    CHECK_FALSE(http.accounts[0].secret.empty());
    CHECK(http.accounts[0].secret != http.accounts[1].secret);
    const auto ws = resolved(scenario_of(both, R"("janus": { "transport": "ws" })"), {}, &testbed);
    CHECK(ws.janus_url == "ws://127.0.0.1:8188");
}

TEST_CASE("behind the testbed's Kamailio the phones are its accounts") {
    const std::string kamailio = R"("testbed": { "proxy": "kamailio" })";
    const auto phones = resolved(scenario_of(both, kamailio), {}, &testbed);
    CHECK(phones.far_end == FarEndMode::register_there);
    CHECK(phones.sip_domain == "127.0.0.4");
    CHECK(phones.sip_proxy == "sip:127.0.0.4:5060");
    REQUIRE(phones.phone_proxy.has_value());
    CHECK(phones.phone_proxy->to_string() == "127.0.0.4:5060");
    CHECK_FALSE(phones.outbound_proxy);
    REQUIRE(phones.far_end_accounts.size() == 3);
    CHECK(phones.far_end_accounts[2].username == "phone-0003");
    CHECK(phones.far_end_accounts[0].secret != phones.accounts[0].secret);
    const auto browsers = resolved(
        scenario_of(R"("web": { "kind": "browser" }, "other": { "kind": "browser" })", kamailio),
        {}, &testbed);
    CHECK(browsers.far_end == FarEndMode::none);
    CHECK(browsers.accounts.size() == 6);
}

TEST_CASE("a builtin far end serves a foreign Janus too") {
    Options options;
    options.url = "ws://127.0.0.1:8188";
    options.media_address = "127.0.0.9";
    options.far_end_address = "127.0.0.8:5080";
    options.admin_url = "http://127.0.0.1:7088/admin";
    options.admin_secret = "s";
    options.api_secret = "a";
    options.token = "t";
    options.ca_file = "/ca.pem";
    options.insecure = true;
    options.browser_ports = "20000-20100";
    options.far_end_ports = "30000-30000";
    const auto deployment = resolved(scenario_of(both), options);
    CHECK(deployment.janus_url == "ws://127.0.0.1:8188");
    CHECK(deployment.far_end == FarEndMode::builtin);
    CHECK(deployment.far_end_address.to_string() == "127.0.0.8:5080");
    CHECK(deployment.phone_media_address.to_string() == "127.0.0.8:0");
    CHECK(deployment.media_address.to_string() == "127.0.0.9:0");
    CHECK(deployment.admin_secret == "s");
    CHECK(deployment.api_secret == "a");
    CHECK(deployment.token == "t");
    CHECK(deployment.tls.ca_file == "/ca.pem");
    CHECK_FALSE(deployment.tls.verify);
    CHECK(deployment.browser_ports.first == 20000);
    CHECK(deployment.browser_ports.last == 20100);
    CHECK(deployment.phone_ports.last == 30000);
    CHECK(deployment.accounts.size() == 3);
}

TEST_CASE("phones that register at a foreign proxy") {
    const Accounts accounts;
    auto options = foreign(accounts);
    options.far_end = "register";
    options.callee.clear();
    options.far_end_accounts = accounts("five.csv");
    const auto deployment = resolved(scenario_of(both), options);
    CHECK(deployment.far_end == FarEndMode::register_there);
    CHECK(deployment.phone_proxy->to_string() == "127.0.0.1:5060");
    CHECK(deployment.sip_domain == "127.0.0.1");
    // No more phones are registered than there are clients.
    REQUIRE(deployment.far_end_accounts.size() == 3);
    CHECK(deployment.far_end_accounts[0].username == "five0");
    CHECK(deployment.accounts[0].username == "three0");
    CHECK(deployment.far_end_address.port() == 0);
    // Without phones in the scenario nothing has to register.
    options.far_end_accounts.clear();
    CHECK(resolved(scenario_of(alone), options).far_end_accounts.empty());
}

TEST_CASE("phones that listen where a foreign proxy sends the calls") {
    const Accounts accounts;
    auto options = foreign(accounts);
    options.far_end = "listen";
    options.far_end_address = "127.0.0.7:5090";
    const auto deployment = resolved(scenario_of(both), options);
    CHECK(deployment.far_end == FarEndMode::listen);
    CHECK(deployment.far_end_address.to_string() == "127.0.0.7:5090");
    CHECK(deployment.phone_media_address.to_string() == "127.0.0.7:0");
    CHECK(deployment.callee == "sip:1000@127.0.0.1");
    CHECK(deployment.phone_proxy->to_string() == "127.0.0.1:5060");
}

TEST_CASE("somebody else's phones") {
    const Accounts accounts;
    const auto deployment = resolved(scenario_of(both), foreign(accounts));
    CHECK(deployment.far_end == FarEndMode::none);
    CHECK(deployment.callee == "sip:1000@127.0.0.1");
    CHECK(deployment.accounts.size() == 3);
    CHECK(deployment.far_end_accounts.empty());
    // Browsers that call nobody need no number.
    auto options = foreign(accounts);
    options.callee.clear();
    CHECK(resolved(scenario_of(alone), options).callee.empty());
}

TEST_CASE("domain and proxy follow from one another") {
    const Accounts accounts;
    auto options = foreign(accounts);
    const auto of = [&](const std::string& domain, const std::string& proxy) {
        options.sip_domain = domain;
        options.sip_proxy = proxy;
        const auto deployment = resolved(scenario_of(both), options);
        return deployment.sip_domain + " " + deployment.sip_proxy +
               (deployment.outbound_proxy ? " outbound" : "");
    };
    CHECK(of("", "127.0.0.1:5060") == "127.0.0.1 sip:127.0.0.1:5060");
    CHECK(of("", "sip:127.0.0.1:5070;transport=udp") ==
          "127.0.0.1:5070 sip:127.0.0.1:5070;transport=udp");
    CHECK(of("example.org", "sip:127.0.0.1") == "example.org sip:127.0.0.1 outbound");
    CHECK(of("127.0.0.1", "sip:127.0.0.1:5060") == "127.0.0.1 sip:127.0.0.1:5060");
    CHECK(of("127.0.0.1", "") == "127.0.0.1 ");
    CHECK(of("", "sip.example.org") == "sip.example.org sip:sip.example.org");
    CHECK(of("", "sips:sip.example.org") == "sip.example.org sips:sip.example.org");
}

TEST_CASE("options win over the scenario") {
    const Accounts accounts;
    const auto scenario = scenario_of(both, R"(
        "janus": { "url": "http://127.0.0.5/janus", "token": "scenario", "request_timeout": "3s",
                   "maxev": 1, "keepalive": "7s" },
        "sip": { "domain": "127.0.0.6", "accounts": "/nowhere.csv" },
        "far_end": { "mode": "none", "callee": "sip:scenario@127.0.0.1" })");
    Options options;
    options.media_address = "127.0.0.9";
    options.accounts = accounts("three.csv");
    const auto plain = resolved(scenario, options);
    CHECK(plain.janus_url == "http://127.0.0.5/janus");
    CHECK(plain.token == "scenario");
    CHECK(plain.sip_domain == "127.0.0.6");
    CHECK(plain.callee == "sip:scenario@127.0.0.1");
    CHECK(plain.request_timeout == std::chrono::seconds(3));
    CHECK(plain.keepalive == std::chrono::seconds(7));
    CHECK(plain.maxev == 1);
    options.url = "https://127.0.0.1/janus";
    options.token = "option";
    options.sip_domain = "127.0.0.1";
    options.callee = "sip:option@127.0.0.1";
    const auto overridden = resolved(scenario, options);
    CHECK(overridden.janus_url == "https://127.0.0.1/janus");
    CHECK(overridden.token == "option");
    CHECK(overridden.sip_domain == "127.0.0.1");
    CHECK(overridden.callee == "sip:option@127.0.0.1");
}

TEST_CASE("settings that do not fit together are refused with what to do") {
    const Accounts accounts;
    const auto calls = scenario_of(both);
    const auto with = [&](auto change) {
        auto options = foreign(accounts);
        change(options);
        return problem(calls, options);
    };
    CHECK(with([](Options&) {}) == "resolved");
    CHECK(with([](Options& o) { o.url = "127.0.0.1:8088"; }) ==
          "--url: \"127.0.0.1:8088\" does not begin with http://, https://, ws:// or wss://");
    CHECK(with([](Options& o) { o.media_address = "localhost"; }).starts_with("--media-address: "));
    CHECK(with([](Options& o) { o.far_end = "both"; }) ==
          "--far-end: \"both\" is none of builtin, register, listen, none");
    CHECK(with([](Options& o) { o.far_end = "builtin"; }) ==
          "--sip-domain and --sip-proxy name a SIP proxy that is not ours: say what answers the "
          "calls with --far-end register, listen or none");
    CHECK(with([](Options& o) { o.sip_proxy.clear(); }) ==
          "--far-end register, listen and none need --sip-proxy, the registrar and proxy of the "
          "accounts");
    CHECK(with([](Options& o) { o.callee.clear(); }) ==
          "--far-end none needs --callee URI: the number that is called");
    CHECK(with([](Options& o) { o.accounts.clear(); }) ==
          "--accounts FILE.csv is missing: at a registrar that is not ours the browsers need "
          "accounts");
    CHECK(with([&](Options& o) { o.accounts = accounts("two.csv"); }) ==
          "--accounts: " + accounts("two.csv") +
              " has 2 accounts; up to 3 browser clients at once need one each");
    CHECK(with([](Options& o) { o.accounts = "/no/such.csv"; }).find("/no/such.csv") !=
          std::string::npos);
    CHECK(with([](Options& o) { o.far_end = "register"; }) ==
          "--far-end register needs --far-end-accounts FILE.csv: the accounts of our phones");
    CHECK(with([&](Options& o) {
              o.far_end = "register";
              o.far_end_accounts = accounts("two.csv");
          }) == "--far-end-accounts: " + accounts("two.csv") +
                    " has 2 accounts; up to 3 phone clients at once need one each");
    CHECK(with([](Options& o) { o.far_end = "listen"; }) ==
          "--far-end listen needs --far-end-address HOST:PORT, the address that the proxy routes "
          "calls to");
    CHECK(with([](Options& o) {
              o.far_end = "listen";
              o.far_end_address = "127.0.0.1:x";
          }).starts_with("--far-end-address: "));
    for (const char* ports : {"20000", "20100-20000", "0-5", "1-65536", "a-b", "1-2-3", "-"}) {
        CAPTURE(ports);
        const std::string rest =
            std::string(": \"") + ports + "\" is not FIRST-LAST with ports from 1 to 65535";
        CHECK(with([&](Options& o) { o.browser_ports = ports; }) == "--browser-ports" + rest);
        CHECK(with([&](Options& o) { o.far_end_ports = ports; }) == "--far-end-ports" + rest);
    }
}

TEST_CASE("how many clients and accounts a load needs") {
    const auto clients = [](const std::string& load) {
        return needs_of(scenario_of(both, "", load)).clients;
    };
    CHECK(clients(R"("executor": "per_client_iterations", "clients": 7, "iterations": 9)") == 7);
    const std::string rate = R"("executor": "constant_arrival_rate", "rate": 2, )";
    CHECK(clients(rate + R"("duration": "10s", "max_clients": 50)") == 21);
    CHECK(clients(rate + R"("duration": "10s", "max_clients": 5)") == 5);
    CHECK(clients(rate + R"("iterations": 8)") == 8);
    CHECK(clients(rate + R"("iterations": 1000)") == 100);
    const auto needs = needs_of(scenario_of(
        R"("web": { "kind": "browser" }, "b": { "kind": "browser" }, "p": { "kind": "sip" })"));
    CHECK(needs.browsers == 2);
    CHECK(needs.phones == 1);
}
