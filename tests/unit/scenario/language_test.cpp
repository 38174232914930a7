#include <doctest/doctest.h>
#include <fmt/format.h>

#include "support.h"

using namespace janus_harness;
using namespace janus_harness::scenario;
using namespace janus_harness::scenario::test;
using namespace std::chrono_literals;

namespace {

std::string with(const std::string& sections) {
    return R"({"name": "x", "actors": {"web": {"kind": "browser"}},
               "steps": [{"web": "register"}], )" +
           sections + "}";
}

std::string with_step(const std::string& step) {
    return R"({"name": "x", "actors": {"web": {"kind": "browser"}, "phone": {"kind": "sip"}},
               "steps": [)" +
           step + "]}";
}

}  // namespace

TEST_CASE("the settings of all sections arrive") {
    const Scenario scenario = loaded(with(R"(
        "janus": {"request_timeout": "3s", "maxev": 5, "keepalive": "20s", "token": "t"},
        "transport": "ws",
        "sip": {"domain": "example.org", "proxy": "sip:10.0.0.1", "accounts": "a.csv"},
        "far_end": {"mode": "listen", "address": "10.0.0.2:5080", "record_route": true,
                    "digest": "sha-256"},
        "testbed": {"kill_janus_after": "5s", "full_trickle": true, "proxy": "kamailio"},
        "media": {"drain": "1s", "dtls": "passive", "srtp": "libsrtp2", "sockets": "per_call"},
        "impairments": [{"direction": "to_browser", "drop_every": 20},
                        {"direction": "from_far_end", "drop_probability": 0.01}],
        "load": {"executor": "per_client_iterations", "clients": 5, "iterations": 3,
                 "start_rate": 2, "max_duration": "1m", "graceful_stop": "5s"},
        "generator": {"max_send_lateness": "20ms", "max_loop_lag": "30ms", "max_stall": "1s",
                      "max_run_delay": "500ms", "workers": 3})"));
    CHECK(scenario.janus.transport == Transport::websocket);
    CHECK(scenario.janus.maxev == 5);
    CHECK(scenario.janus.request_timeout == Duration{3s});
    CHECK(scenario.sip.domain == "example.org");
    CHECK(scenario.far_end.mode == FarEndMode::listen);
    CHECK(scenario.far_end.digest == DigestAlgorithm::sha256);
    CHECK(scenario.testbed.kill_janus_after == Duration{5s});
    CHECK(scenario.testbed.proxy == ProxyKind::kamailio);
    CHECK(scenario.media.dtls == DtlsSetup::passive);
    CHECK(scenario.media.srtp == SrtpImplementation::libsrtp2);
    CHECK(scenario.media.sockets == MediaSockets::per_call);
    CHECK(scenario.impairments[0].drop_every == 20u);
    CHECK(scenario.impairments[1].drop_probability == 0.01);
    CHECK(std::get<PerClientIterations>(scenario.load.executor).max_duration == Duration{1min});
    CHECK(scenario.load.graceful_stop == Duration{5s});
    CHECK(scenario.generator.max_send_lateness == Duration{20ms});
    CHECK(scenario.generator.max_loop_lag == Duration{30ms});
    CHECK(scenario.generator.max_stall == Duration{1s});
    CHECK(scenario.generator.max_run_delay == Duration{500ms});
    CHECK(scenario.generator.workers == 3);
}

TEST_CASE("variables may use the ones before them, and run-time references") {
    const Scenario scenario = loaded(R"({
        "name": "${greeting}", "variables": {"word": "hello", "greeting": "${word} world",
                                             "user": "u-${client}", "n": 3, "yes": true},
        "actors": {"web": {"kind": "browser", "account": {"username": "${user}"}}},
        "steps": [{"repeat": "${n}", "steps": [{"web": "register", "refresh": "${yes}"}]}]})");
    CHECK(scenario.name == "hello world");
    CHECK(scenario.actors[0].browser().account.username->parts.size() == 2);
    const auto& repeat = std::get<Repeat>(scenario.steps[0].action);
    CHECK(repeat.count == 3);
    CHECK(std::get<Register>(repeat.steps[0].action).refresh);
    CHECK(errors_of(R"({"name": "x", "variables": {"a": "${b}", "b": "1"},
                        "actors": {"web": {"kind": "browser"}}, "steps": [{"pause": "1s"}]})")
              .find("unknown variable \"b\"") != std::string::npos);
}

TEST_CASE("every action has its parameters") {
    for (const char* step :
         {R"({"web": "call", "to": "sip:a@b", "srtp": "sdes_mandatory",
              "srtp_profile": "AEAD_AES_128_GCM", "autoaccept_reinvites": false})",
          R"({"web": "accept", "headers": {"X-A": "b"}, "srtp": "sdes_optional"})",
          R"({"web": "decline", "code": 603})", R"({"web": "register", "secret": "wrong"})",
          R"({"web": "attach", "plugin": "janus.plugin.echotest"})", R"({"web": "create"})",
          R"({"web": "detach"})", R"({"web": "info"})", R"({"web": "pause", "for": "1s"})",
          R"({"web": "talk", "for": "1s", "audio": "silence", "within": "3s"})",
          R"({"phone": "call", "to": "${web.uri}", "expect": ["ringing?", "answered"]})",
          R"({"phone": "reject", "code": 480, "reason": "Gone"})", R"({"phone": "ring"})",
          R"({"phone": "hangup"})", R"({"phone": "wait_for", "expect": ["bye"]})"})
        CHECK_MESSAGE(errors_of(with_step(step)).empty(), errors_of(with_step(step)));
}

TEST_CASE("an action refuses the parameters of others") {
    for (const char* step :
         {R"({"web": "hangup", "to": "sip:a@b"})", R"({"web": "talk", "for": "1s", "code": 603})",
          R"({"web": "decline", "code": 200})", R"({"web": "wait_for"})", R"({"web": "talk"})",
          R"({"phone": "talk", "for": "1s"})", R"({"pause": "1s", "within": "2s"})",
          R"({"parallel": [{"pause": "1s"}], "expect": ["hangup"]})",
          R"({"repeat": 0, "steps": [{"pause": "1s"}]})",
          R"({"web": "accept", "srtp_profile": "AEAD_AES_128_GCM"})",
          R"({"phone": "wait_for", "expect": ["incomingcall"]})"})
        CHECK_MESSAGE(!errors_of(with_step(step)).empty(), step);
}

TEST_CASE("a broken actor is told once, not again by its steps") {
    const std::string errors = errors_of(R"({"name": "x", "actors": {"web": {"kind": "broser"}},
        "steps": [{"web": "register"}, {"web": "call", "to": "${web.uri}"}]})");
    CHECK(std::count(errors.begin(), errors.end(), '\n') == 0);
    CHECK(errors.find("did you mean \"browser\"?") != std::string::npos);
}

TEST_CASE("the number of a capture's event may be left out where there is only one") {
    const Scenario scenario = loaded(with_step(
        R"({"web": "wait_for", "expect": ["incomingcall"], "capture": {"id": "call_id"}},
           {"web": "accept", "headers": {"X-Id": "${id}"}})"));
    CHECK(scenario.steps[0].captures[0].event == "incomingcall");
    CHECK(errors_of(with_step(R"({"web": "wait_for", "expect": ["calling", "accepted"],
                                  "capture": {"id": "call_id"}})"))
              .find("does not say which event") != std::string::npos);
}
