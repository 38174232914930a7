#include <doctest/doctest.h>

#include "harness/scenario/walk.h"
#include "support.h"

using namespace janus_harness;
using namespace janus_harness::scenario;
using namespace janus_harness::scenario::test;
using namespace std::chrono_literals;

namespace {

const std::string text = R"({
    "name": "x",
    "variables": { "who": "web", "rounds": 3 },
    "actors": {
        "web": { "kind": "browser", "account": { "username": "${who}-${client}" } },
        "phone": { "kind": "sip", "answer": { "ring_ms": 100 } },
        "other": { "kind": "sip", "codecs": ["PCMA"] },
    },
    "setup": [{ "web": "register", "expect": ["registered"] }],
    "steps": [
        {
            "web": "call", "to": "${other.uri}", "headers": { "X-Iteration": "${iteration}" },
            "expect": ["calling", "ringing?", { "event": "accepted", "code": 200, "ok": true }],
            "capture": { "id": "calling.call_id" }, "within": "5s", "name": "first call",
        },
        { "parallel": [
            { "phone": "answer" },
            [{ "web": "wait_for", "expect": [{ "event": "hangup", "call_id": "${id}" }] },
             { "pause": "250ms" }],
        ] },
        { "repeat": "${rounds}", "steps": [{ "web": "keepalive" }] },
    ],
    "teardown": [{ "web": "destroy" }],
})";

}  // namespace

TEST_CASE("steps are numbered in the order of the file and named after what they do") {
    const Scenario scenario = loaded(text);
    std::vector<std::string> names;
    std::size_t next_id = 0;
    for_each_step(scenario, [&](const CompiledStep& step) {
        CHECK(step.id == next_id++);
        names.push_back(step.name);
    });
    CHECK(names == std::vector<std::string>{"web register", "first call", "parallel",
                                            "phone answer", "web wait_for", "pause", "repeat",
                                            "web keepalive", "web destroy"});
    CHECK(scenario.setup[0].position == "test.json:9");
    CHECK(scenario.steps[0].position == "test.json:11");
}

TEST_CASE("references point at their actor or capture") {
    const Scenario scenario = loaded(text);
    const auto& call = std::get<Call>(scenario.steps[0].action);
    CHECK(call.to.parts[0].kind == TemplatePart::Kind::actor_uri);
    CHECK(call.to.parts[0].index == 2);
    CHECK(call.headers[0].second.parts[0].kind == TemplatePart::Kind::iteration);
    CHECK(scenario.captures == std::vector<std::string>{"id"});
    const auto& parallel = std::get<Parallel>(scenario.steps[1].action);
    REQUIRE(parallel.branches.size() == 2);
    const auto& wanted = parallel.branches[1][0].expectations[0].fields[0];
    CHECK(wanted.field == "call_id");
    CHECK(wanted.value.parts[0].kind == TemplatePart::Kind::capture);
    CHECK(wanted.value.parts[0].index == 0);
    const auto& username = *scenario.actors[0].browser().account.username;
    CHECK(username.parts[0].text == "web-");
    CHECK(username.parts[1].kind == TemplatePart::Kind::client);
}

TEST_CASE("expectations keep their order, options and fields") {
    const Scenario scenario = loaded(text);
    const auto& expectations = scenario.steps[0].expectations;
    REQUIRE(expectations.size() == 3);
    CHECK(expectations[1].event == "ringing");
    CHECK(expectations[1].optional);
    CHECK(expectations[2].fields[0].value.parts[0].text == "200");
    CHECK(expectations[2].fields[1].value.parts[0].text == "true");
    CHECK(scenario.steps[0].captures[0].event == "calling");
    CHECK(scenario.steps[0].captures[0].field == "call_id");
}

TEST_CASE("times and counts have their defaults") {
    const Scenario scenario = loaded(text);
    CHECK(scenario.steps[0].within == Duration{5s});
    CHECK(scenario.setup[0].within == default_within);
    CHECK(std::get<Repeat>(scenario.steps[2].action).count == 3);
    CHECK(scenario.actors[1].sip().answer.ring == Duration{100ms});
    CHECK(std::get<PerClientIterations>(scenario.load.executor).clients == 1);
    CHECK(scenario.janus.transport == Transport::http);
    CHECK(scenario.media.drain == Duration{500ms});
}

TEST_CASE("a phone that a step answers does not answer by itself") {
    const Scenario scenario = loaded(text);
    CHECK_FALSE(scenario.actors[1].sip().answers);
    CHECK(scenario.actors[2].sip().answers);
}

TEST_CASE("an answer takes the codecs of its actor unless it has its own") {
    CHECK(loaded(text).actors[2].sip().answer.codecs == std::vector<Codec>{Codec::pcma});
}

TEST_CASE("a compiled scenario can be copied and outlive its source") {
    Scenario copy;
    {
        const Scenario scenario = loaded(text);
        copy = scenario;
    }
    CHECK(std::get<Parallel>(copy.steps[1].action).branches[1].size() == 2);
}
