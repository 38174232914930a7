#include "sdp/explain.h"

#include "fixtures.h"
#include "sdp/seed_offer.h"

using namespace janus_harness;
using namespace janus_harness::sdp;

namespace {

std::string explained(std::string_view line) {
    const auto lines = explain(line);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].text == line);
    return lines[0].explanation;
}

}  // namespace

TEST_CASE("every line of every fixture is explained with its RFC") {
    std::vector<std::string> texts{std::string(seed_offer), make_offer(test_offer(Persona::chrome)),
                                   make_offer(test_offer(Persona::firefox))};
    for (const auto* name : {"rfc8866_5.sdp", "rfc4566_5.sdp", "janus_1_1_2_answer_pcmu.sdp",
                             "janus_1_1_2_offer.sdp"}) {
        texts.push_back(golden(name));
    }
    for (const auto& text : texts) {
        for (const auto& line : explain(text)) {
            CAPTURE(line.text);
            CAPTURE(line.explanation);
            CHECK((line.explanation.find("RFC ") != std::string::npos));
            CHECK(line.explanation.find("not known here") == std::string::npos);
            CHECK(line.explanation.find("broken") == std::string::npos);
            CHECK(line.explanation.find("{}") == std::string::npos);
        }
    }
    CHECK(explain(seed_offer).size() == 27);
}

TEST_CASE("explanations name the values") {
    CHECK(explained("o=mozilla 1931 4 IN IP4 0.0.0.0") ==
          "who made this: user 'mozilla', session 1931, version 4 (grows with each change), from "
          "IP4 address 0.0.0.0 (RFC 8866 5.2)");
    CHECK(explained("m=audio 9 UDP/TLS/RTP/SAVPF 109 0") ==
          "a stream of audio, port 9: the real one comes with the ICE candidates, over "
          "UDP/TLS/RTP/SAVPF; formats in order of preference: 109 0 (RFC 8866 5.14, RFC 3264 5.1)");
    CHECK(explained("m=video 0 RTP/AVP 99").find("rejected (port 0)") != std::string::npos);
    CHECK(explained("a=rtpmap:109 opus/48000/2") ==
          "payload type 109 is opus: RTP clock 48000 Hz, channels 2 (RFC 8866 6.6)");
    CHECK(
        explained("a=candidate:1 1 udp 2015363327 10.77.0.1 40512 typ host") ==
        "ICE candidate: host 10.77.0.1 port 40512 over udp, component 1, priority 2015363327 (RFC "
        "8839 5.1)");
    CHECK(explained("a=extmap:2/recvonly urn:x").find("number 2 (recvonly) is urn:x") !=
          std::string::npos);
    CHECK(explained("a=setup:active").find("client") != std::string::npos);
}

TEST_CASE("keys and passwords do not appear in explanations") {
    CHECK(explained("a=ice-pwd:secret").find("secret") == std::string::npos);
    CHECK(explained("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:secret").find("secret") ==
          std::string::npos);
}

TEST_CASE("broken and unknown lines are said to be so") {
    CHECK(explained("hello").starts_with("broken"));
    CHECK(explained("o=x").starts_with("broken"));
    CHECK(explained("c=x").starts_with("broken"));
    CHECK(explained("m=audio").starts_with("broken"));
    CHECK(explained("a=rtpmap:x").starts_with("broken"));
    CHECK(explained("a=candidate:1").starts_with("broken"));
    CHECK(explained("a=x-own:1").find("'x-own'") != std::string::npos);
    CHECK(explained("y=1").find("does not know") != std::string::npos);
    CHECK(explain("").empty());
}
