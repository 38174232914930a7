#include "sip/message.h"

#include <doctest/doctest.h>

#include "messages.h"
#include "sip/message_parser.h"

using namespace janus_harness;
using namespace janus_harness::sip;

namespace {

Result<Message> parse(const std::string& text) {
    return parse_message(ByteView(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

Message parse_valid(const std::string& text) {
    auto message = parse(text);
    REQUIRE(message.ok());
    REQUIRE(message->defect == "");
    return std::move(message).value();
}

}  // namespace

TEST_CASE("an INVITE of Sofia-SIP is understood and keeps what we do not understand") {
    const auto invite = parse_valid(messages::sofia_invite());
    CHECK(invite.method == "INVITE");
    CHECK(invite.uri.to_string() == "sip:phone@127.0.0.1:5060");
    REQUIRE(invite.vias.size() == 1);
    CHECK(invite.vias[0].branch() == "z9hG4bKZ0y6ZcHNpp6Dg");
    CHECK(invite.vias[0].sent_by() == "127.0.0.2:41234");
    CHECK(find_parameter(invite.vias[0].parameters, "rport") != nullptr);
    CHECK(invite.from.display_name == "\"Web \\\"1\\\"\"");
    CHECK(invite.from.tag() == "rQ3XaN0gFDjtc");
    CHECK(invite.to.tag() == "");
    CHECK(invite.cseq.number == 132641533);
    CHECK(invite.max_forwards == 70U);
    CHECK(invite.contacts.at(0).uri.port == 41234);
    CHECK(invite.header("x-call-token") == "a, b,c");
    CHECK(invite.sdp() == messages::sofia_sdp);
}

TEST_CASE("compact header names are understood") {
    const auto options = parse_valid(messages::sofia_options());
    CHECK(options.from.tag() == "Xyg2K1HtHmeNH");
    CHECK(options.call_id == "1f8104f1-5d1c-123f-5a8d-0242ac110002");
    CHECK(options.vias.size() == 1);
}

TEST_CASE("header lists split at commas, quotes and angle brackets respected") {
    const auto invite = parse_valid(messages::kamailio_invite());
    CHECK(invite.vias.size() == 2);
    REQUIRE(invite.record_routes.size() == 3);
    CHECK(invite.record_routes[0].to_string() ==
          "<sip:127.0.0.3;lr=on;ftag=rQ3XaN0gFDjtc;did=cdf.9d41>");
    CHECK(invite.record_routes[2].uri.host == "127.0.0.5");

    auto text = messages::sofia_register();
    const std::string contact = "Contact: <sip:web1@127.0.0.2:41234>";
    text.replace(text.find(contact), contact.size(),
                 "m: \"a, <b>\" <sip:x,y@127.0.0.9>;q=0.1,\r\n <sip:z@[::1]:5070>;expires=5");
    const auto contacts = parse_valid(text).contacts;
    REQUIRE(contacts.size() == 2);
    CHECK(contacts[0].uri.user == "x,y");
    CHECK(contacts[1].uri.host == "::1");
    CHECK(contacts[1].to_string() == "<sip:z@[::1]:5070>;expires=5");
}

TEST_CASE("a written message parses to the same message") {
    for (const auto& text : {messages::sofia_invite(), messages::sofia_register(),
                             messages::kamailio_invite(), messages::kamailio_challenge()}) {
        const auto once = parse_valid(text).to_string();
        CHECK(parse_valid(once).to_string() == once);
    }
}

TEST_CASE("escapes in URIs survive") {
    const auto uri = Uri::parse("sip:a%20b%40c@example.test;x=%22y%22");
    REQUIRE(uri.has_value());
    CHECK(uri->user == "a b@c");
    CHECK(uri->to_string() == "sip:a%20b%40c@example.test;x=%22y%22");
}

TEST_CASE("an escaped line end never becomes a header line") {
    for (const char* text : {"sip:a%0D%0AX-Evil:1@h", "sip:a@h;p=%0D%0AX-Evil:1",
                             "sip:a@h%0D%0AX-Evil:1", "tel:%0D%0AX-Evil:1"}) {
        const auto uri = Uri::parse(text);
        if (uri) CHECK(uri->to_string().find('\n') == std::string::npos);
    }
}

TEST_CASE("what is missing or malformed is named") {
    const auto defect_without = [](const std::string& line) {
        auto text = messages::sofia_register();
        const auto start = text.find(line);
        REQUIRE(start != std::string::npos);
        text.erase(start, text.find("\r\n", start) + 2 - start);
        auto message = parse(text);
        return message.ok() ? message->defect : message.error().code;
    };
    CHECK(defect_without("From:") == "missing From");
    CHECK(defect_without("To:") == "missing To");
    CHECK(defect_without("Call-ID:") == "missing Call-ID");
    CHECK(defect_without("CSeq:") == "missing CSeq");
    CHECK(defect_without("Via:") == "sip_syntax");
    CHECK(defect_without("Content-Length:") == "");

    auto text = messages::sofia_register();
    text.replace(text.find("132641530"), 9, "9999999999");
    CHECK(parse(text)->defect == "CSeq");
    text = messages::sofia_register();
    text.replace(text.find("Length: 0"), 9, "Length: 9");
    CHECK(parse(text)->defect == "Content-Length");
    text = messages::sofia_register();
    text.replace(text.find("SIP/2.0"), 7, "SIP/3.0");
    CHECK(parse(text)->defect == "SIP version");
}

TEST_CASE("datagrams that are no SIP message are refused") {
    CHECK_FALSE(parse("").ok());
    CHECK_FALSE(parse("\r\n\r\n").ok());
    CHECK_FALSE(parse("GET / HTTP/1.1\r\n\r\n").ok());
    CHECK_FALSE(parse(std::string(70000, 'a')).ok());
    auto text = messages::sofia_register();
    text[text.find("web1")] = '\0';
    CHECK_FALSE(parse(text).ok());
}

TEST_CASE("responses go where RFC 3261 18.2.2 and RFC 3581 send them") {
    const auto destination = [](const char* text, const char* remote) {
        auto via = Via::parse(text);
        REQUIRE(via.has_value());
        stamp_received(*via, SocketAddress::parse(remote).value());
        return response_destination(*via)->to_string();
    };
    CHECK(destination("SIP/2.0/UDP 127.0.0.2:4000;branch=z", "127.0.0.2:9") == "127.0.0.2:4000");
    CHECK(destination("SIP/2.0/UDP 127.0.0.2;branch=z", "127.0.0.3:9") == "127.0.0.3:5060");
    CHECK(destination("SIP/2.0/UDP host.test:4000;branch=z", "127.0.0.3:9") == "127.0.0.3:4000");
    CHECK(destination("SIP/2.0/UDP 127.0.0.2:4000;rport;branch=z", "127.0.0.3:9") == "127.0.0.3:9");
    CHECK(destination("SIP/2.0/UDP [::1]:4000;branch=z", "[::1]:9") == "[::1]:4000");
}

TEST_CASE("a response copies what RFC 3261 8.2.6.2 says and adds a tag") {
    const auto invite = parse_valid(messages::kamailio_invite());
    const auto response = make_response(invite, 486, "tag1");
    CHECK(response.vias.size() == 2);
    CHECK(response.to.tag() == "tag1");
    CHECK(response.reason == "Busy Here");
    CHECK(make_response(invite, 100, "tag1").to.tag() == "");
    CHECK(make_response(invite, 499).reason == "Client Error");
}
