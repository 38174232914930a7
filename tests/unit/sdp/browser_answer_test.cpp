#include "sdp/browser_answer.h"

#include "fixtures.h"
#include "sdp/negotiation.h"
#include "sdp/rules.h"

using namespace janus_harness;
using namespace janus_harness::sdp;

namespace {

AnswerOptions test_answer(Persona persona) {
    AnswerOptions options;
    options.persona = persona;
    options.ice_ufrag = "khLS";
    options.ice_pwd = "cxLzteJaJBou3DspNaPsJhlQ";
    options.fingerprint = test_fingerprint;
    options.ssrc = 5;
    options.cname = "me";
    return options;
}

void check_no_violation(const std::string& offer, const std::string& answer) {
    for (const auto& finding : check_answer(parsed(offer), offer, answer)) {
        CAPTURE(finding.rule->id);
        CAPTURE(finding.actual);
        CHECK(finding.verdict != Verdict::failed);
        CHECK(finding.verdict != Verdict::warned);
    }
}

}  // namespace

TEST_CASE("the answer to a Janus offer follows every rule, for both personas") {
    for (const auto* name :
         {"janus_1_1_2_offer.sdp", "janus_1_1_2_offer_with_rejected_video.sdp"}) {
        for (const auto persona : {Persona::firefox, Persona::chrome}) {
            const auto offer = golden(name);
            const auto answer = make_answer(parsed(offer), test_answer(persona));
            CAPTURE(answer);
            check_no_violation(offer, answer);
            CHECK(parsed(answer).section(0).setup() == Setup::active);
        }
    }
}

TEST_CASE("each browser's answer follows the other's offer, numbers and extensions included") {
    for (const auto offerer : {Persona::firefox, Persona::chrome}) {
        for (const auto answerer : {Persona::firefox, Persona::chrome}) {
            for (const auto* direction : {"sendrecv", "sendonly", "recvonly", "inactive"}) {
                auto options = test_offer(offerer);
                options.direction = direction;
                const auto offer = make_offer(options);
                const auto answer = make_answer(parsed(offer), test_answer(answerer));
                CAPTURE(answer);
                check_no_violation(offer, answer);
                CHECK(parsed(answer).section(0).rtpmap("opus")->payload_type ==
                      (offerer == Persona::firefox ? 109 : 111));
            }
        }
    }
}

TEST_CASE("the role is ours to choose only with actpass") {
    const auto offer = golden("janus_1_1_2_offer.sdp");
    auto options = test_answer(Persona::firefox);
    options.setup = Setup::passive;
    CHECK(parsed(make_answer(parsed(offer), options)).section(0).setup() == Setup::passive);
    const auto active = replaced(offer, "a=setup:actpass", "a=setup:active");
    options.setup = Setup::active;
    CHECK(parsed(make_answer(parsed(active), options)).section(0).setup() == Setup::passive);
    const auto passive = replaced(offer, "a=setup:actpass", "a=setup:passive");
    options.setup = Setup::passive;
    CHECK(parsed(make_answer(parsed(passive), options)).section(0).setup() == Setup::active);
}

TEST_CASE("sections that are not ours are rejected, and leave the BUNDLE group") {
    auto options = test_offer(Persona::chrome);
    options.extra_media_lines =
        "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=rtpmap:96 VP8/90000\r\n"
        "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\nc=IN IP4 0.0.0.0\r\na=mid:2\r\n";
    const auto offer = replaced(make_offer(options), "BUNDLE 0", "BUNDLE 0 1 2");
    const auto answer = parsed(make_answer(parsed(offer), test_answer(Persona::chrome)));
    REQUIRE(answer.media.size() == 3);
    CHECK_FALSE(answer.media[0].rejected());
    CHECK(answer.media[1].rejected());
    CHECK(answer.media[2].rejected());
    CHECK(answer.section(1).mid() == "1");
    CHECK(answer.media[1].media == "video");
    CHECK(answer.bundle_group()->mids == std::vector<std::string_view>{"0"});
}

TEST_CASE("without a common codec everything is rejected") {
    auto options = test_answer(Persona::firefox);
    options.codecs = {"opus"};
    const auto answer = parsed(make_answer(parsed(golden("janus_1_1_2_offer.sdp")), options));
    REQUIRE(answer.media.size() == 1);
    CHECK(answer.media[0].rejected());
    CHECK_FALSE(answer.bundle_group().has_value());
}

TEST_CASE("an answer has no more than the offer: mid, rtcp-mux, BUNDLE, mixed extensions") {
    auto offer = golden("janus_1_1_2_offer.sdp");
    for (const auto* line :
         {"a=mid:0\r\n", "a=rtcp-mux\r\n", "a=group:BUNDLE 0\r\n", "a=extmap-allow-mixed\r\n"}) {
        offer = replaced(offer, line, "");
    }
    for (const auto persona : {Persona::firefox, Persona::chrome}) {
        const auto text = make_answer(parsed(offer), test_answer(persona));
        CHECK(text.find("a=mid") == std::string::npos);
        CHECK(text.find("rtcp-mux") == std::string::npos);
        CHECK(text.find("BUNDLE") == std::string::npos);
        CHECK(text.find("extmap-allow-mixed") == std::string::npos);
    }
}
