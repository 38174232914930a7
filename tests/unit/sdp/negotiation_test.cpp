#include "sdp/negotiation.h"

#include "fixtures.h"
#include "sdp/seed_offer.h"
#include "sdp/sip_media.h"

using namespace janus_harness;
using namespace janus_harness::sdp;

namespace {

SessionDescription phone_sdp(std::string_view media) {
    return parsed("v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n" +
                  std::string(media));
}

}  // namespace

TEST_CASE("offerer and answerer agree on codec and numbers") {
    const auto offer = parsed(make_offer(test_offer(Persona::firefox)));
    const auto answer = parsed(golden("janus_1_1_2_answer_pcmu.sdp"));
    for (const auto& audio : {negotiate_audio(offer, answer), negotiate_audio(answer, offer)}) {
        REQUIRE(audio.ok());
        CHECK(audio->codec == "PCMU");
        CHECK(audio->send_payload_type == 0);
        CHECK(audio->receive_payload_type == 0);
        CHECK(audio->clock_rate == 8000);
        CHECK(audio->telephone_event_payload_type == 101);
        CHECK(audio->send);
        CHECK(audio->receive);
        CHECK(audio->ptime_ms == 20);
    }
}

TEST_CASE("each end sends the number that the other end gave") {
    const auto local = phone_sdp("m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2\r\n");
    const auto remote = phone_sdp(
        "m=audio 4000 RTP/AVP 13 111 0\r\na=rtpmap:13 CN/8000\r\na=rtpmap:111 OPUS/48000/2\r\n"
        "a=ptime:60\r\n");
    const auto audio = negotiate_audio(local, remote);
    REQUIRE(audio.ok());
    CHECK(audio->send_payload_type == 111);
    CHECK(audio->receive_payload_type == 96);
    CHECK(audio->channels == 2);
    CHECK(audio->ptime_ms == 60);
    CHECK_FALSE(audio->telephone_event_payload_type.has_value());
}

TEST_CASE("directions and hold decide who sends") {
    const auto local = phone_sdp("m=audio 4000 RTP/AVP 0\r\n");
    struct Case {
        const char* remote;
        bool send;
        bool receive;
    };
    for (const auto& each : {Case{"m=audio 4000 RTP/AVP 0\r\na=sendonly\r\n", false, true},
                             Case{"m=audio 4000 RTP/AVP 0\r\na=recvonly\r\n", true, false},
                             Case{"m=audio 4000 RTP/AVP 0\r\na=inactive\r\n", false, false},
                             Case{"m=audio 4000 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\n", false, true}}) {
        CAPTURE(each.remote);
        const auto audio = negotiate_audio(local, phone_sdp(each.remote));
        REQUIRE(audio.ok());
        CHECK(audio->send == each.send);
        CHECK(audio->receive == each.receive);
    }
    const auto held = negotiate_audio(phone_sdp("m=audio 4000 RTP/AVP 0\r\na=sendonly\r\n"), local);
    CHECK(held->send);
    CHECK_FALSE(held->receive);
}

TEST_CASE("what cannot be negotiated says why") {
    const auto pcmu =
        phone_sdp("m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n");
    const auto pcma =
        phone_sdp("m=audio 4000 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n");
    CHECK(negotiate_audio(pcmu, pcma).error().code == "no_common_codec");
    const auto rejected = phone_sdp("m=audio 0 RTP/AVP 0\r\n");
    CHECK(negotiate_audio(pcmu, rejected).error().code == "audio_rejected");
    CHECK(negotiate_audio(pcmu, phone_sdp("")).error().code == "no_audio_section");
    CHECK(negotiate_audio(pcmu, phone_sdp("m=video 1 RTP/AVP 0\r\n")).error().code ==
          "no_audio_section");
}

TEST_CASE("RTP goes to the section's address before the session's, RTCP beside it") {
    const auto session = phone_sdp("m=audio 4000 RTP/AVP 0\r\n");
    CHECK(rtp_address(session)->to_string() == "192.0.2.9:4000");
    CHECK(rtcp_address(session)->to_string() == "192.0.2.9:4001");
    const auto own = phone_sdp("m=audio 4000 RTP/AVP 0\r\nc=IN IP4 192.0.2.10\r\na=rtcp:5000\r\n");
    CHECK(rtp_address(own)->to_string() == "192.0.2.10:4000");
    CHECK(rtcp_address(own)->to_string() == "192.0.2.10:5000");
    const auto other = phone_sdp("m=audio 4000 RTP/AVP 0\r\na=rtcp:5000 IN IP4 192.0.2.11\r\n");
    CHECK(rtcp_address(other)->to_string() == "192.0.2.11:5000");
    const auto mux = phone_sdp("m=audio 4000 RTP/AVP 0\r\na=rtcp-mux\r\n");
    CHECK(rtcp_address(mux)->port() == 4000);
    const auto name = phone_sdp("m=audio 4000 RTP/AVP 0\r\nc=IN IP4 phone.example.com\r\n");
    CHECK(rtp_address(name).error().code == "bad_address");
    CHECK(rtp_address(phone_sdp("m=audio 0 RTP/AVP 0\r\n")).error().code == "no_audio_section");
    const auto none = parsed("v=0\no=- 1 1 IN IP4 192.0.2.9\ns=-\nm=audio 4000 RTP/AVP 0\n");
    CHECK(rtp_address(none).error().code == "no_connection_address");
}

TEST_CASE("transport parameters are those of the tagged section") {
    const auto text = golden("janus_1_1_2_answer_pcmu.sdp");
    const auto transport = transport_parameters(parsed(text));
    REQUIRE(transport.ok());
    CHECK(transport->ice_ufrag == "wU5r");
    CHECK(transport->ice_pwd.size() == 22);
    CHECK(transport->fingerprints.size() == 1);
    CHECK(transport->setup == Setup::active);
    CHECK(transport->candidates.size() == 1);
    CHECK(transport->end_of_candidates);
    CHECK_FALSE(transport->ice_lite);
    const auto lite = transport_parameters(
        parsed(replaced(text, "a=ice-options", "a=ice-lite\r\na=ice-options")));
    CHECK(lite->ice_lite);
    const auto second = replaced(text, "BUNDLE 0", "BUNDLE 1 0") +
                        "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=ice-ufrag:two2\r\n"
                        "a=ice-pwd:2222222222222222222222\r\n";
    CHECK(transport_parameters(parsed(second))->ice_ufrag == "two2");
}

TEST_CASE("a transport that lacks something says what") {
    const auto text = golden("janus_1_1_2_answer_pcmu.sdp");
    const auto error = [&](std::string_view from, std::string_view to) {
        return transport_parameters(parsed(replaced(text, from, to))).error().code;
    };
    CHECK(error("a=ice-ufrag:wU5r\r\n", "") == "ice_credentials_missing");
    CHECK(error("a=fingerprint:", "a=x:") == "fingerprint_missing");
    CHECK(error("m=audio 9", "m=audio 0") == "no_active_section");
}
