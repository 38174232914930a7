#include <doctest/doctest.h>

#include "support.h"

using namespace janus_harness;
using namespace janus_harness::scenario;
using namespace janus_harness::scenario::test;
using namespace std::chrono_literals;

namespace {

const std::string text = R"({
    "name": "x",
    "variables": { "calls": 2, "talk": "1s", "user": "1000" },
    "actors": { "web": { "kind": "browser" }, "phone": { "kind": "sip", "user": "${user}" } },
    "steps": [{ "web": "talk", "for": "${talk}" }],
    "load": { "executor": "constant_arrival_rate", "rate": 5, "iterations": "${calls}",
              "max_clients": 1 },
    "thresholds": ["calls.failed == 0"],
})";

const ConstantArrivalRate& rate_of(const Scenario& scenario) {
    return std::get<ConstantArrivalRate>(scenario.load.executor);
}

}  // namespace

TEST_CASE("a declared variable is set") {
    const Scenario scenario = loaded(text, {{"calls", "7"}, {"talk", "250ms"}});
    CHECK(rate_of(scenario).iterations == 7u);
    CHECK(std::get<Talk>(scenario.steps[0].action).duration == Duration{250ms});
    CHECK(scenario.variables[0] == std::pair<std::string, std::string>{"calls", "7"});
}

TEST_CASE("a variable that is text stays text") {
    const Scenario scenario = loaded(text, {{"user", "2000"}});
    CHECK(scenario.actors[1].sip().user->parts[0].text == "2000");
}

TEST_CASE("a dotted path reaches into the file, also where it has no such key yet") {
    const Scenario scenario = loaded(text, {{"load.rate", "0.5"},
                                            {"actors.phone.answer.status", "486"},
                                            {"transport", "ws"},
                                            {"thresholds.0", "calls.failed < 3"},
                                            {"steps.0.within", "3s"},
                                            {"testbed.proxy", "kamailio"}});
    CHECK(rate_of(scenario).rate == 0.5);
    CHECK(scenario.actors[1].sip().answer.status == 486);
    CHECK(scenario.janus.transport == Transport::websocket);
    CHECK(scenario.thresholds[0].comparison == Comparison::less);
    CHECK(scenario.steps[0].within == Duration{3s});
    CHECK(scenario.testbed.proxy == ProxyKind::kamailio);
}

TEST_CASE("the last of two options wins") {
    CHECK(rate_of(loaded(text, {{"calls", "3"}, {"calls", "4"}})).iterations == 4u);
}

TEST_CASE("an option overrides janus.transport as well") {
    std::string with_transport = text;
    with_transport.insert(1, "\"transport\": \"http\",");
    CHECK(
        loaded(with_transport, {{"janus.transport", "ws"}, {"transport", "ws"}}).janus.transport ==
        Transport::websocket);
}

TEST_CASE("errors name the option") {
    CHECK(errors_of(text, {{"load.rate", "abc"}}) ==
          "--set load.rate=abc: \"rate\" must be a number, not \"abc\"");
    CHECK(errors_of(text, {{"load.rte", "5"}})
              .starts_with("--set load.rte=5: unknown key \"rte\" in load with "
                           "constant_arrival_rate, did you mean \"rate\"?; allowed: "));
    CHECK(errors_of(text, {{"tlak", "5s"}})
              .starts_with("--set tlak=5s: \"tlak\" is neither a variable of this scenario nor a "
                           "path into it, did you mean \"talk\"?; allowed: \"calls\", \"talk\""));
    CHECK(errors_of(text, {{"calls", "many"}}) ==
          "--set calls=many: variable \"calls\" is a number");
    // The value fits the variable, but not where it is used.
    CHECK(errors_of(text, {{"talk", "10"}})
              .starts_with("--set talk=10: \"for\" must be a duration, not \"10\""));
    CHECK(errors_of(text, {{"name.x", "1"}}) ==
          "--set name.x=1: \"/name\" is a string, so it has no \"x\"");
    CHECK(errors_of(text, {{"steps.9.for", "1s"}})
              .starts_with("--set steps.9.for=1s: \"9\" is no "
                           "element of \"/steps\""));
    CHECK(
        errors_of(text, {{"load..x", "1"}}).starts_with("--set load..x=1: the path has an empty"));
    CHECK(errors_of(text, {{"actors.fone.answer.status", "486"}})
              .starts_with("--set actors.fone.answer.status=486: actor \"fone\" has no \"kind\""));
}

TEST_CASE("an option is NAME=VALUE") {
    CHECK(parse_override("a=b=c").value().value == "b=c");
    CHECK(parse_override("a=").value().value.empty());
    CHECK(parse_override("a").error().code == "override_syntax");
    CHECK(parse_override("=a").error().code == "override_syntax");
}
