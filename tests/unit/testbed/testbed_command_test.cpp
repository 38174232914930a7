#include "harness/testbed/testbed_command.h"

#include <doctest/doctest.h>

#include <map>

using namespace janus_harness::testbed;

TEST_CASE("the command's environment names Janus and the registrar") {
    TestbedCommandOptions options;
    options.janus.http_port = 9000;
    options.sip_port = 5080;
    const auto pairs = testbed_environment(options);
    const std::map<std::string, std::string> environment(pairs.begin(), pairs.end());
    CHECK(environment.at("JANUS_URL") == "http://10.99.0.1:9000/janus");
    CHECK(environment.at("JANUS_WS_URL") == "ws://10.99.0.1:8188");
    CHECK(environment.at("JANUS_ADMIN_URL") == "http://10.99.0.1:7088/admin");
    CHECK(environment.at("JANUS_ADMIN_SECRET") == "janusoverlord");
    CHECK(environment.at("SIP_PROXY") == "sip:10.99.0.3:5080");
    CHECK(environment.at("SIP_DOMAIN") == "10.99.0.3");
    CHECK(environment.at("BROWSER_ADDRESS") == "10.99.0.2");
    CHECK(environment.at("FAR_END_ADDRESS") == "10.99.0.3");
    options.sip_domain = "sip.example";
    CHECK(testbed_environment(options)[5].second == "sip.example");
}
