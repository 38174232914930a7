#include "janus/mask_secrets.h"

#include <doctest/doctest.h>

#include "core/random.h"
#include "janus/session.h"
#include "janus/sip_plugin.h"

using namespace janus_harness;
using janus::mask_secrets;

TEST_CASE("secrets of a request are masked, the rest stays byte for byte") {
    CHECK(mask_secrets(R"({"janus":"message","apisecret":"a1","token":"t\"2","body":{)"
                       R"("username":"sip:alice@x","secret" : "p3","ha1_secret":"h4"}})") ==
          R"({"janus":"message","apisecret":"***","token":"***","body":{)"
          R"("username":"sip:alice@x","secret" : "***","ha1_secret":"***"}})");
    CHECK(mask_secrets(R"({"admin_secret":7,"a":1})") == R"({"admin_secret":***,"a":1})");
}

TEST_CASE("secrets in SDP, SIP and URLs are masked") {
    CHECK(mask_secrets(R"("a=ice-ufrag:uf\r\na=ice-pwd:pw123\r\na=mid:0\r\n")") ==
          R"("a=ice-ufrag:uf\r\na=ice-pwd:***\r\na=mid:0\r\n")");
    CHECK(
        mask_secrets("a=ice-pwd:pw123\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:KEY|2^20\r\n") ==
        "a=ice-pwd:***\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:***|2^20\r\n");
    CHECK(mask_secrets("Authorization: Digest username=\"a\", response=\"deadbeef\", uri=\"u\"") ==
          "Authorization: Digest username=\"a\", response=\"***\", uri=\"u\"");
    CHECK(mask_secrets(R"("sip":"Digest response=\"deadbeef\", uri=\"u\"")") ==
          R"("sip":"Digest response=\"***\", uri=\"u\"")");
    CHECK(mask_secrets("GET /janus/1?maxev=10&apisecret=s1&token=t2 HTTP/1.1") ==
          "GET /janus/1?maxev=10&apisecret=***&token=*** HTTP/1.1");
}

TEST_CASE("what is not a secret stays as it is, and each kind is found where it stands alone") {
    for (const std::string plain :
         {"", "registered", "sip:alice@example.org", "486 Busy Here: token, response, inline",
          "outline:x y", "INVITE sip:secret@x", "a:i:t:r:=\"\"="}) {
        CHECK(mask_secrets(plain) == plain);
    }
    CHECK(mask_secrets("InLine:KEY") == "InLine:***");
    CHECK(mask_secrets("key=inline:K") == "key=inline:***");
    CHECK(mask_secrets("TOKEN=t") == "TOKEN=***");
    CHECK(mask_secrets("\"secret\":1") == "\"secret\":***");
}

TEST_CASE("no secret of a real request survives, cut anywhere") {
    janus::Session session({.apisecret = "SECRETapi", .token = "SECRETtoken"}, Random(1));
    session.create(TimePoint{});
    janus::RegisterRequest request;
    request.username = "sip:alice@x";
    request.secret = "SECRETsip";
    request.ha1_secret = "SECRETha1";
    const std::string text = session.poll_transmit()->json + janus::to_json(request);
    REQUIRE(text.find("SECRET") != std::string::npos);
    for (std::size_t length = 0; length <= text.size(); ++length) {
        CHECK(mask_secrets(text.substr(0, length)).find("SECRET") == std::string::npos);
    }
}
