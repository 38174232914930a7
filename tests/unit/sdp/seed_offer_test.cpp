#include "sdp/seed_offer.h"

#include "fixtures.h"
#include "sdp/negotiation.h"

using namespace janus_harness;
using namespace janus_harness::sdp;

TEST_CASE("the seed's offer is the seed's, byte for byte, and survives parsing") {
    CHECK(seed_offer == golden("seed_offer.sdp"));
    CHECK(parsed(seed_offer).serialize() == seed_offer);
}

TEST_CASE("every line of the seed's offer is typed") {
    const auto sdp = parsed(seed_offer);
    CHECK(sdp.origin() == Origin{"mozilla...THIS_IS_SDPARTA-71.0", "193135304282057553", "0", "IN",
                                 "IP4", "0.0.0.0"});
    CHECK(sdp.find('s')->value == "-");
    CHECK(sdp.find('t')->value == "0 0");
    CHECK(sdp.bundle_group()->mids == std::vector<std::string_view>{"0"});
    CHECK(sdp.attribute("ice-options") == "trickle");
    CHECK(sdp.attribute("msid-semantic") == "WMS *");
    REQUIRE(sdp.media.size() == 1);
    CHECK(sdp.media[0].protocol == "UDP/TLS/RTP/SAVPF");
    CHECK(sdp.media[0].formats == std::vector<std::string>{"109", "9", "0", "8", "101"});
    const auto audio = sdp.section(0);
    CHECK(audio.connection() == Connection{"IP4", "0.0.0.0"});
    CHECK(audio.direction() == Direction::sendrecv);
    CHECK(audio.fingerprints() ==
          std::vector<Fingerprint>{{"sha-256", std::string(test_fingerprint)}});
    CHECK(audio.ice_ufrag() == "huanglin");
    CHECK(audio.ice_pwd() == "printf`1");
    CHECK(audio.mid() == "0");
    CHECK(audio.setup() == Setup::actpass);
    CHECK(audio.candidates().empty());
    CHECK_FALSE(audio.end_of_candidates());
    CHECK_FALSE(audio.rtcp_mux());
    CHECK(audio.description().attribute("msid") ==
          "{96e3a11e-ecda-499a-ad79-fc9216d99d2b} {16c327d4-157a-4d08-8e63-e05a89031dc2}");
}

TEST_CASE("the codecs, extensions and source of the seed's offer are typed") {
    const auto sdp = parsed(seed_offer);
    const auto audio = sdp.section(0);
    const auto maps = audio.rtpmaps();
    REQUIRE(maps.size() == 5);
    CHECK(maps[0] == RtpMap{109, "opus", 48000, 2, 21});
    CHECK(maps[1] == RtpMap{9, "G722", 8000, 1, 22});
    CHECK(maps[4] == RtpMap{101, "telephone-event", 8000, 1, 25});
    CHECK(audio.fmtp(109) == "maxplaybackrate=48000;stereo=1;useinbandfec=1");
    CHECK(audio.fmtp(101) == "0-15");
    const auto extensions = audio.extension_maps();
    REQUIRE(extensions.size() == 3);
    CHECK(extensions[1].id == 2);
    CHECK(extensions[1].direction == Direction::recvonly);
    CHECK(extensions[2].uri == "urn:ietf:params:rtp-hdrext:sdes:mid");
    const auto sources = audio.sources();
    REQUIRE(sources.size() == 1);
    CHECK(sources[0].ssrc == 743106987);
    CHECK(sources[0].name == "cname");
    CHECK(sources[0].value == "{2ccb8d2c-e04b-4fb0-a27b-42084a25bc58}");
}

TEST_CASE("with credentials only the credentials change") {
    SeedOfferCredentials own;
    CHECK(seed_offer_with({"huanglin",
                           "printf`1",
                           "sha-256",
                           std::string(test_fingerprint),
                           743106987,
                           "{2ccb8d2c-e04b-4fb0-a27b-42084a25bc58}",
                           {},
                           false}) == seed_offer);
    own.ice_ufrag = "abcd";
    own.ice_pwd = "abcdefghijklmnopqrstuv";
    own.fingerprint = "AA:BB";
    own.ssrc = 7;
    own.cname = "me";
    own.candidates = {Candidate::host(SocketAddress::parse("192.0.2.1:4000").value())};
    own.end_of_candidates = true;
    auto expected = std::string(seed_offer);
    expected = replaced(expected, "huanglin", "abcd");
    expected = replaced(expected, "printf`1", "abcdefghijklmnopqrstuv");
    expected = replaced(expected, test_fingerprint, "AA:BB");
    expected =
        replaced(expected, "743106987 cname:{2ccb8d2c-e04b-4fb0-a27b-42084a25bc58}", "7 cname:me");
    expected += "a=candidate:1 1 udp 2130706431 192.0.2.1 4000 typ host\r\na=end-of-candidates\r\n";
    CHECK(seed_offer_with(own) == expected);
}
