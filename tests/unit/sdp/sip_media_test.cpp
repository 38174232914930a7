#include "sdp/sip_media.h"

#include "fixtures.h"
#include "sdp/negotiation.h"

using namespace janus_harness;
using namespace janus_harness::sdp;

namespace {

SipMediaOptions phone(std::vector<std::string> codecs) {
    SipMediaOptions options;
    options.rtp_address = SocketAddress::parse("127.0.0.5:40000").value();
    options.codecs = std::move(codecs);
    options.session_id = 12;
    options.session_version = 1;
    options.user_name = "bob";
    return options;
}

// What Janus 1.1.2 sends in an INVITE for a Firefox offer.
const std::string invite =
    "v=0\r\no=- 4108 7735 IN IP4 10.77.0.1\r\ns=-\r\nt=0 0\r\n"
    "m=audio 21894 RTP/AVP 109 9 0 8 101\r\nc=IN IP4 10.77.0.1\r\n"
    "a=rtpmap:109 opus/48000/2\r\na=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1\r\n"
    "a=rtpmap:9 G722/8000/1\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
    "a=rtpmap:101 telephone-event/8000/1\r\na=fmtp:101 0-15\r\n"
    "a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=mid:0\r\na=msid:janus janus0\r\n";

}  // namespace

TEST_CASE("a phone's offer is plain RTP/AVP") {
    CHECK(make_sip_offer(phone({"PCMU", "opus"})) ==
          "v=0\r\no=bob 12 1 IN IP4 127.0.0.5\r\ns=-\r\nc=IN IP4 127.0.0.5\r\nt=0 0\r\n"
          "m=audio 40000 RTP/AVP 0 96 101\r\n"
          "a=rtpmap:0 PCMU/8000\r\n"
          "a=rtpmap:96 opus/48000/2\r\na=fmtp:96 useinbandfec=1\r\n"
          "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"
          "a=ptime:20\r\na=sendrecv\r\n");
}

TEST_CASE("a phone answers with one codec, its own preference and the offer's number") {
    CHECK(make_sip_answer(parsed(invite), phone({"PCMA", "PCMU"})) ==
          "v=0\r\no=bob 12 1 IN IP4 127.0.0.5\r\ns=-\r\nc=IN IP4 127.0.0.5\r\nt=0 0\r\n"
          "m=audio 40000 RTP/AVP 8 101\r\n"
          "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"
          "a=ptime:20\r\na=sendrecv\r\n");
    const auto opus = parsed(make_sip_answer(parsed(invite), phone({"opus"})));
    CHECK(opus.media[0].formats == std::vector<std::string>{"109", "101"});
    const auto g722 = parsed(make_sip_answer(parsed(invite), phone({"g722"})));
    CHECK(g722.media[0].formats == std::vector<std::string>{"9", "101"});
}

TEST_CASE("telephone-event is answered at the codec's clock rate if it can be") {
    const auto both = replaced(replaced(invite, "8 101", "8 110 101"), "a=rtpmap:101",
                               "a=rtpmap:110 telephone-event/48000\r\na=rtpmap:101");
    CHECK(parsed(make_sip_answer(parsed(both), phone({"opus"}))).media[0].formats ==
          std::vector<std::string>{"109", "110"});
    CHECK(parsed(make_sip_answer(parsed(both), phone({"PCMU"}))).media[0].formats ==
          std::vector<std::string>{"0", "101"});
    auto without = phone({"PCMU"});
    without.telephone_event = false;
    CHECK(parsed(make_sip_answer(parsed(both), without)).media[0].formats.size() == 1);
}

TEST_CASE("a phone rejects video, a second audio line and what it has no codec for") {
    const auto more = invite +
                      "m=video 21896 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n"
                      "m=audio 21894 RTP/AVP 0\r\n";
    const auto answer = parsed(make_sip_answer(parsed(more), phone({"PCMU"})));
    REQUIRE(answer.media.size() == 3);
    CHECK(answer.media[0].port == 40000);
    CHECK(answer.media[1].rejected());
    CHECK(answer.media[1].media == "video");
    CHECK(answer.media[2].rejected());
    const auto none = parsed(make_sip_answer(parsed(invite), phone({"L16"})));
    CHECK(none.media[0].rejected());
    const auto secure = replaced(invite, "RTP/AVP", "RTP/SAVP");
    CHECK(parsed(make_sip_answer(parsed(secure), phone({"PCMU"}))).media[0].rejected());
}

TEST_CASE("a phone's direction is narrowed to the offer's (RFC 3264 6.1)") {
    const auto answered = [](std::string_view offered, Direction wish) {
        auto options = phone({"PCMU"});
        options.direction = wish;
        const auto offer = parsed(invite + "a=" + std::string(offered) + "\r\n");
        return parsed(make_sip_answer(offer, options)).section(0).direction();
    };
    CHECK(answered("sendonly", Direction::sendrecv) == Direction::recvonly);
    CHECK(answered("recvonly", Direction::sendrecv) == Direction::sendonly);
    CHECK(answered("inactive", Direction::sendrecv) == Direction::inactive);
    CHECK(answered("sendrecv", Direction::sendonly) == Direction::sendonly);
    CHECK(answered("sendonly", Direction::sendonly) == Direction::inactive);
}

TEST_CASE("a phone can be made to answer wrongly") {
    auto options = phone({"PCMU"});
    options.extra_media_lines = {"a=mid:zz"};
    options.force_payload_type = 99;
    options.ptime = 0;
    const auto text = make_sip_answer(parsed(invite), options);
    CHECK(text.find("m=audio 40000 RTP/AVP 99 101\r\na=rtpmap:99 PCMU/8000\r\n") !=
          std::string::npos);
    CHECK(text.ends_with("a=sendrecv\r\na=mid:zz\r\n"));
    CHECK(text.find("ptime") == std::string::npos);
}
