#include "fixtures.h"
#include "sdp/negotiation.h"
#include "sdp/rules.h"
#include "sdp/seed_offer.h"

using namespace janus_harness;
using namespace janus_harness::sdp;

TEST_CASE("Firefox's offer is the seed's, with the rtcp-mux that the seed's has lost") {
    auto options = test_offer(Persona::firefox);
    options.ice_ufrag = "huanglin";
    options.ice_pwd = "printf`1";
    auto text = make_offer(options);
    const auto ours = parsed(text);
    text = replaced(text, "a=rtcp-mux\r\n", "");
    text = replaced(text, *ours.media[0].attribute("msid"),
                    "{96e3a11e-ecda-499a-ad79-fc9216d99d2b} "
                    "{16c327d4-157a-4d08-8e63-e05a89031dc2}");
    CHECK(text == seed_offer);
}

TEST_CASE("Chrome's offer has Chrome's payload types and lines") {
    const auto text = make_offer(test_offer(Persona::chrome));
    const auto sdp = parsed(text);
    CHECK(sdp.media[0].formats == std::vector<std::string>{"111", "9", "0", "8", "110", "126"});
    CHECK(sdp.origin()->session_version == "2");
    CHECK(sdp.has_attribute("extmap-allow-mixed"));
    CHECK(sdp.section(0).rtpmap(110)->encoding() == "telephone-event/48000");
    CHECK(sdp.media[0].attribute("rtcp-fb") == "111 transport-cc");
    CHECK(sdp.media[0].attribute("ice-options") == "trickle");
    CHECK(sdp.section(0).sources().size() == 2);
    CHECK(sdp.section(0).extension_maps().size() == 4);
}

TEST_CASE("both personas offer without breaking a MUST of the offer rules") {
    for (const auto persona : {Persona::firefox, Persona::chrome}) {
        for (const auto* direction : {"sendrecv", "sendonly", "recvonly", "inactive"}) {
            auto options = test_offer(persona);
            options.direction = direction;
            options.candidates = {Candidate::host(SocketAddress::parse("192.0.2.1:4000").value())};
            options.end_of_candidates = true;
            for (const auto& finding : check_offer(make_offer(options))) {
                CAPTURE(finding.rule->id);
                CAPTURE(finding.actual);
                CHECK(finding.verdict != Verdict::failed);
                CHECK(finding.verdict != Verdict::warned);
            }
        }
    }
}

TEST_CASE("an offer's options show in it") {
    for (const auto persona : {Persona::firefox, Persona::chrome}) {
        auto options = test_offer(persona);
        options.codecs = {"PCMA", "nonsense", "opus"};
        options.telephone_event = false;
        options.direction = "recvonly";
        options.trickle = false;
        options.mid = "audio";
        options.session_version = 3;
        options.candidates = {Candidate::host(SocketAddress::parse("192.0.2.1:4000").value())};
        options.end_of_candidates = true;
        options.extra_session_lines = "a=x-session\r\n";
        options.extra_media_lines = "a=x-media\r\n";
        const auto sdp = parsed(make_offer(options));
        const auto audio = sdp.section(0);
        CHECK(sdp.media[0].formats ==
              std::vector<std::string>{"8", persona == Persona::chrome ? "111" : "109"});
        CHECK(audio.direction() == Direction::recvonly);
        CHECK_FALSE(sdp.media[0].has_attribute("msid"));
        CHECK(audio.mid() == "audio");
        CHECK(sdp.bundle_group()->mids.front() == "audio");
        CHECK(rtp_address(sdp)->to_string() == "192.0.2.1:4000");
        CHECK(audio.end_of_candidates());
        CHECK_FALSE(sdp.has_attribute("ice-options"));
        CHECK_FALSE(sdp.media[0].has_attribute("ice-options"));
        CHECK(sdp.has_attribute("x-session"));
        CHECK(sdp.media[0].has_attribute("x-media"));
        CHECK(make_offer(options) == make_offer(options));
    }
}

TEST_CASE("msid has the two tokens that Janus insists on, and no braces get lost") {
    for (const auto persona : {Persona::firefox, Persona::chrome}) {
        const auto sdp = parsed(make_offer(test_offer(persona)));
        const auto msid = sdp.media[0].attribute("msid").value();
        const auto space = msid.find(' ');
        REQUIRE(space != std::string_view::npos);
        CHECK(msid.substr(0, space) != msid.substr(space + 1));
        CHECK(msid.size() == (persona == Persona::firefox ? 77 : 73));
    }
}
