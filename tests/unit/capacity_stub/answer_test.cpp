#include "tools/capacity_stub/answer.h"

#include <doctest/doctest.h>

#include "sdp/browser_offer.h"
#include "sdp/negotiation.h"
#include "sdp/rules.h"
#include "sdp/seed_offer.h"

using namespace janus_harness;
using namespace janus_harness::capacity_stub;

namespace {

std::string offer_text(sdp::Persona persona, std::vector<std::string> codecs) {
    sdp::OfferOptions options;
    options.persona = persona;
    options.codecs = std::move(codecs);
    options.ice_ufrag = "abcd";
    options.ice_pwd = "abcdefghijklmnopqrstuv";
    options.fingerprint =
        "7A:59:CD:7A:79:8A:3C:E4:A0:2D:D7:59:63:3D:17:FD:85:F1:5D:8D:94:3C:60:C3:82:52:63:B2:96:BC:"
        "91:FB";
    options.ssrc = 1;
    options.cname = "c";
    options.candidates = {sdp::Candidate::host(SocketAddress::from_ip("192.0.2.1", 40000).value())};
    return sdp::make_offer(options);
}

std::optional<std::string> answer_to(const std::string& offer) {
    return make_answer(
        sdp::SessionDescription::parse(offer).value(),
        {.ice_ufrag = "wxyz",
         .ice_pwd = "ABCDEFGHIJKLMNOPQRSTUV",
         .fingerprint =
             "81:A0:8A:79:1E:EF:D1:65:8F:12:B0:2A:74:39:0E:4A:56:87:72:9E:D9:3C:19:1D:72:"
             "C6:EA:7E:F6:1C:2D:FF",
         .address = SocketAddress::from_ip("192.0.2.2", 50000).value(),
         .ssrc = 2,
         .session_id = 3});
}

std::string codec_of(const std::string& offer) {
    const auto answer = answer_to(offer);
    REQUIRE(answer.has_value());
    const auto audio = sdp::negotiate_audio(sdp::SessionDescription::parse(offer).value(),
                                            sdp::SessionDescription::parse(*answer).value());
    REQUIRE(audio.ok());
    return audio->codec;
}

}  // namespace

TEST_CASE("answers keep to every rule, without a warning") {
    for (const auto persona : {sdp::Persona::firefox, sdp::Persona::chrome}) {
        for (const std::vector<std::string>& codecs :
             {std::vector<std::string>{"opus", "PCMU"}, {"PCMU"}, {"G722", "opus"}}) {
            const std::string offer = offer_text(persona, codecs);
            const auto answer = answer_to(offer);
            REQUIRE(answer.has_value());
            const auto parsed = sdp::SessionDescription::parse(offer);
            for (const auto& finding : sdp::check_answer(parsed.value(), offer, *answer)) {
                INFO(finding.rule->id, ": ", finding.actual);
                CHECK(finding.verdict == sdp::Verdict::passed);
            }
        }
    }
}

TEST_CASE("the codec offered first is chosen") {
    CHECK(codec_of(offer_text(sdp::Persona::firefox, {"opus", "PCMU"})) == "opus");
    CHECK(codec_of(offer_text(sdp::Persona::firefox, {"PCMU", "opus"})) == "PCMU");
}

TEST_CASE("what is no audio is rejected, and an offer without a known codec not answered") {
    std::string offer = offer_text(sdp::Persona::firefox, {"PCMU"});
    const auto with_video = answer_to(offer +
                                      "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\n"
                                      "a=mid:1\r\na=rtpmap:96 VP8/90000\r\n");
    REQUIRE(with_video.has_value());
    CHECK(with_video->find("m=video 0 UDP/TLS/RTP/SAVPF 96\r\n") != std::string::npos);
    CHECK_FALSE(answer_to("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
                          "m=audio 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\n"
                          "a=rtpmap:96 strange/8000\r\n")
                    .has_value());
}

TEST_CASE("the seed's offer is answered") {
    const auto answer = answer_to(std::string(sdp::seed_offer));
    REQUIRE(answer.has_value());
    CHECK(answer->find("a=rtpmap:109 opus/48000/2\r\n") != std::string::npos);
    CHECK(answer->find("a=rtcp-mux") == std::string::npos);  // not offered
}
