#include "janus/sip_plugin.h"

#include <doctest/doctest.h>

using namespace janus_harness;
using namespace janus_harness::janus;

TEST_CASE("a register request says what is set and nothing else") {
    RegisterRequest request;
    request.username = "sip:alice@example.org";
    CHECK(to_json(request) == R"({"request":"register","username":"sip:alice@example.org"})");
    request.authuser = "al";
    request.display_name = "Al \"the\" Ice";
    request.secret = "s";
    request.proxy = "sip:proxy";
    request.outbound_proxy = "sip:out";
    request.type = "guest";
    request.send_register = false;
    request.force_udp = true;
    request.force_tcp = false;
    request.sips = false;
    request.rfc2543_cancel = true;
    request.register_ttl = 60;
    request.refresh = true;
    request.user_agent = "ua";
    request.master_id = 4294967295;
    request.headers = {{"X-A", "1"}, {"X-B", "2"}};
    request.contact_params = {{"p", "v"}};
    request.incoming_header_prefixes = {"X-", "P-"};
    CHECK(to_json(request) ==
          R"({"request":"register","username":"sip:alice@example.org","authuser":"al",)"
          R"("display_name":"Al \"the\" Ice","secret":"s","proxy":"sip:proxy",)"
          R"("outbound_proxy":"sip:out","type":"guest","send_register":false,"force_udp":true,)"
          R"("force_tcp":false,"sips":false,"rfc2543_cancel":true,"register_ttl":60,)"
          R"("refresh":true,"user_agent":"ua","master_id":4294967295,)"
          R"("headers":{"X-A":"1","X-B":"2"},"contact_params":{"p":"v"},)"
          R"("incoming_header_prefixes":["X-","P-"]})");
}

TEST_CASE("the other requests") {
    CHECK(to_json(UnregisterRequest{}) == R"({"request":"unregister"})");
    CallRequest call;
    call.uri = "sip:bob@example.org";
    call.call_id = "id1";
    call.srtp = "sdes_optional";
    call.srtp_profile = "AES_CM_128_HMAC_SHA1_80";
    call.autoaccept_reinvites = false;
    call.headers = {{"X-A", "1"}};
    CHECK(to_json(call) == R"({"request":"call","uri":"sip:bob@example.org","call_id":"id1",)"
                           R"("srtp":"sdes_optional","srtp_profile":"AES_CM_128_HMAC_SHA1_80",)"
                           R"("autoaccept_reinvites":false,"headers":{"X-A":"1"}})");
    CHECK(to_json(AcceptRequest{}) == R"({"request":"accept"})");
    DeclineRequest decline;
    decline.code = 486;
    CHECK(to_json(decline) == R"({"request":"decline","code":486})");
    HangupRequest hangup;
    hangup.headers = {{"Reason", "SIP;cause=200"}};
    CHECK(to_json(hangup) == R"({"request":"hangup","headers":{"Reason":"SIP;cause=200"}})");
}

TEST_CASE("events: result, error, and one without result") {
    const auto hangup = parse_sip_event(
        R"({"sip":"event","result":{"event":"hangup","code":200,"reason":"Session Terminated",)"
        R"("reason_header":"text","reason_header_protocol":"Q.850","reason_header_cause":"16",)"
        R"("headers":{"X-A":"1","X-Odd":7}},"call_id":"abc"})");
    REQUIRE(hangup.ok());
    CHECK(hangup->name == "hangup");
    CHECK(hangup->call_id == "abc");
    CHECK(hangup->reason_header_protocol == "Q.850");
    CHECK(hangup->reason_header_cause == "16");
    CHECK(hangup->headers == HeaderMap{{"X-A", "1"}});
    // Janus forgets to set the code of some errors.
    const auto zero = parse_sip_event(
        R"j({"sip":"event","error_code":0,"error":"Wrong state (not in a call?)"})j");
    REQUIRE(zero.ok());
    CHECK(zero->name == "error");
    CHECK(zero->error_code == 0);
    const auto bare = parse_sip_event(R"({"sip":"event"})");
    REQUIRE(bare.ok());
    CHECK(bare->name.empty());
}

TEST_CASE("what is wrong with an event is named") {
    const auto error_of = [](std::string_view text) {
        const auto event = parse_sip_event(text);
        REQUIRE_FALSE(event.ok());
        return event.error();
    };
    CHECK(error_of("").code == "sip_event_syntax");
    CHECK(error_of("[]").code == "sip_event_syntax");
    CHECK(error_of("{}").code == "sip_event_syntax");
    CHECK(error_of(R"({"sip":"other"})").code == "sip_event_syntax");
    CHECK(error_of(R"({"sip":1})").code == "sip_event_type");
    const Error code = error_of(R"({"sip":"event","result":{"event":"hangup","code":"486"}})");
    CHECK(code.code == "sip_event_type");
    CHECK(code.message == "\"result.code\" is a string instead of a whole number");
    CHECK(error_of(R"({"sip":"event","result":7})").message ==
          "\"result\" is a number instead of an object");
    CHECK(error_of(R"({"sip":"event","error_code":"x"})").code == "sip_event_type");
}
