#include "fixtures.h"
#include "sdp/negotiation.h"

using namespace janus_harness;
using namespace janus_harness::sdp;

TEST_CASE("the examples of RFC 8866 5 and RFC 4566 5 are read and written back") {
    for (const auto* name : {"rfc8866_5.sdp", "rfc4566_5.sdp"}) {
        const auto text = golden(name);
        CHECK(parsed(text).serialize() == text);
    }
    const auto call = parsed(golden("rfc8866_5.sdp"));
    CHECK(call.origin() == Origin{"jdoe", "3724394400", "3724394405", "IN", "IP4", "198.51.100.1"});
    REQUIRE(call.media.size() == 3);
    CHECK(call.media[0].port == 49170);
    CHECK(call.media[1].line == 11);
    CHECK(call.section(0).connection() == Connection{"IP4", "198.51.100.1"});
    CHECK(call.section(2).connection() == Connection{"IP6", "2001:db8::2"});
    CHECK(call.section(2).rtpmap("H263-1998")->clock_rate == 90000);
    CHECK(call.section(0).direction() == Direction::sendrecv);
}

TEST_CASE("the session level is the default of its sections") {
    const auto seminar = parsed(golden("rfc4566_5.sdp"));
    CHECK(seminar.section(1).direction() == Direction::recvonly);
    CHECK(seminar.section(1).connection()->address == "224.2.17.12");
    const auto own = parsed(
        "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nt=0 0\na=ice-ufrag:sess\na=ice-pwd:session\n"
        "a=setup:active\na=fingerprint:sha-1 AA\na=fingerprint:sha-256 BB\na=end-of-candidates\n"
        "m=audio 9 RTP/AVP 0\na=ice-ufrag:mine\na=fingerprint:sha-512 CC\nm=video 0 RTP/AVP 99\n");
    CHECK(own.section(0).ice_ufrag() == "mine");
    CHECK(own.section(0).ice_pwd() == "session");
    CHECK(own.section(0).setup() == Setup::active);
    CHECK(own.section(0).end_of_candidates());
    CHECK(own.section(0).fingerprints() == std::vector<Fingerprint>{{"sha-512", "CC"}});
    CHECK(own.section(1).fingerprints().size() == 2);
    CHECK(own.section(1).ice_ufrag() == "sess");
}

TEST_CASE("static payload types need no rtpmap, and an rtpmap overrides them") {
    const auto sdp = parsed(
        "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nt=0 0\nm=audio 9 RTP/AVP 0 8 9 13 96\n"
        "a=rtpmap:8 L16/44100/2\na=rtpmap:96 opus/48000/2\na=fmtp:96 useinbandfec=1\n");
    const auto audio = sdp.section(0);
    CHECK(audio.rtpmaps().size() == 4);
    CHECK(audio.rtpmap(0)->encoding() == "PCMU/8000");
    CHECK(audio.rtpmap(8)->encoding() == "L16/44100/2");
    CHECK(audio.rtpmap(8)->line == 6);
    CHECK(audio.rtpmap("g722")->payload_type == 9);
    CHECK_FALSE(audio.rtpmap(13).has_value());
    CHECK(audio.fmtp(96) == "useinbandfec=1");
    CHECK_FALSE(audio.fmtp(0).has_value());
}

TEST_CASE("unknown lines and attributes stay where they were") {
    const std::string text =
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\na=x-new\r\ny=later\r\n"
        "m=audio 4000/2 RTP/AVP 0\r\na=x-other:1:2\r\nq=?\r\n";
    const auto sdp = parsed(text);
    CHECK(sdp.serialize() == text);
    CHECK(sdp.media[0].port_count == 2);
    CHECK(sdp.media[0].attribute("x-other") == "1:2");
    CHECK(sdp.media[0].lines[1].number == 9);
}

TEST_CASE("a syntax error names its line and what was expected there") {
    struct Case {
        const char* text;
        const char* message;
    };
    const Case cases[] = {
        {"", "line 1: expected v=0"},
        {"\r\n\r\n", "line 1: expected v=0"},
        {"o=- 1 1 IN IP4 192.0.2.1\n", "line 1: expected v=0"},
        {"v=1\no=- 1 1 IN IP4 192.0.2.1\ns=-\n", "line 1: expected v=0"},
        {"v=0\ns=-\nm=audio 9 RTP/AVP 0\n", "line 3: expected o=... (RFC 8866 5.2) before it"},
        {"v=0\no=- 1 1 IN IP4 192.0.2.1\n", "line 3: expected s=... (RFC 8866 5.3) before it"},
        {"v=0\no=- 1 IN IP4 192.0.2.1\ns=-\n", "line 2: expected o=<username>"},
        {"v=0\no=- x 1 IN IP4 192.0.2.1\ns=-\n", "line 2: expected o=<username>"},
        {"v=0\no=- 1 1 IN IP4 192.0.2.1 x\ns=-\n", "line 2: expected o=<username>"},
        {"v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nhello\n", "line 4: expected <type>=<value>"},
        {"v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\n\nt=0 0\n", "line 4: expected <type>=<value>"},
        {"v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nt=0\n", "line 4: expected t=<start> <stop>"},
        {"v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP5 x\n", "line 4: expected c=IN IP4|IP6"},
        {"v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nm=audio x RTP/AVP 0\n", "line 4: expected m=<media>"},
        {"v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nm=audio 65536 RTP/AVP 0\n", "line 4: expected m="},
    };
    for (const Case& each : cases) {
        CAPTURE(each.text);
        const auto result = SessionDescription::parse(each.text);
        REQUIRE_FALSE(result.ok());
        CHECK(result.error().code == "sdp_syntax");
        CHECK(result.error().message.starts_with(each.message));
    }
}

TEST_CASE("attributes can be set, added and removed") {
    auto sdp = parsed(golden("janus_1_1_2_answer_pcmu.sdp"));
    auto& audio = sdp.media[0];
    audio.set_attribute("ice-ufrag", "other");
    audio.set_attribute("x-new", "1");
    audio.add_attribute("rtcp-rsize");
    CHECK(audio.remove_attributes("rtcp-mux") == 1);
    CHECK(audio.count("rtcp-rsize") == 1);
    CHECK(audio.has_attribute("rtcp-rsize"));
    const auto text = sdp.serialize();
    CHECK(text.find("a=ice-ufrag:other\r\na=ice-pwd:") != std::string::npos);
    CHECK(text.ends_with("a=x-new:1\r\na=rtcp-rsize\r\n"));
    CHECK(text.find("rtcp-mux") == std::string::npos);
}

TEST_CASE("port 0 is a rejection unless the section is bundle-only (RFC 9143 6)") {
    const auto sdp = parsed(
        "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nm=audio 0 RTP/AVP 0\nm=video 0 RTP/AVP 99\n"
        "a=bundle-only\n");
    CHECK(sdp.media[0].rejected());
    CHECK_FALSE(sdp.media[1].rejected());
}

TEST_CASE("a name is not found by its beginning") {
    const auto sdp = parsed(
        "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nm=audio 9 RTP/AVP 0\na=rtcp-mux-only\na=rtcp:9\n");
    CHECK_FALSE(sdp.section(0).rtcp_mux());
    CHECK(sdp.media[0].attribute("rtcp") == "9");
}

TEST_CASE("a Janus 1.1.2 answer is typed") {
    const auto sdp = parsed(golden("janus_1_1_2_answer_pcmu.sdp"));
    const auto audio = sdp.section(0);
    CHECK(sdp.bundle_group()->mids == std::vector<std::string_view>{"0"});
    CHECK(audio.mid() == "0");
    CHECK(audio.rtcp_mux());
    CHECK(audio.setup() == Setup::active);
    CHECK(audio.ptime() == 20);
    REQUIRE(audio.candidates().size() == 1);
    CHECK(audio.candidates()[0].socket_address()->to_string() == "10.77.0.1:40512");
    CHECK(audio.end_of_candidates());
    CHECK(audio.sources()[0].value == "janus");
    CHECK(sdp.section_with_mid("0").has_value());
    CHECK_FALSE(sdp.section_with_mid("1").has_value());
    CHECK(sdp.first_active("audio").has_value());
    CHECK_FALSE(sdp.first_active("video").has_value());
}
