#include <doctest/doctest.h>
#include <fmt/format.h>

#include "messages.h"
#include "scripted_peer.h"

using namespace janus_harness;
using namespace janus_harness::sip;

namespace {

Message to_message(const std::string& text) {
    auto parsed =
        parse_message(ByteView(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
    REQUIRE(parsed.ok());
    return std::move(parsed).value();
}

// A proxy at which "phone" is bound to 127.0.0.9:6000.
struct Proxy : ScriptedPeer {
    explicit Proxy(const char* contact = "<sip:phone@127.0.0.9:6000;x=y>",
                   EndpointConfig config = test_config())
        : ScriptedPeer(std::move(config)), invite(to_message(messages::sofia_invite())) {
        endpoint.add_account({"phone", "", "pw"});
        auto request = to_message(messages::sofia_register());
        request.to.uri.user = "phone";
        request.contacts = {*NameAddr::parse(contact)};
        receive(request);
        const auto challenge = DigestChallenge::parse(sent_one().header("WWW-Authenticate"));
        request.add_header(
            "Authorization",
            answer_challenge(*challenge, {"phone", "pw"}, "REGISTER", "sip:h", "c", 1).to_string());
        ++request.cseq.number;
        set_parameter(request.vias[0].parameters, "branch", std::string("z9hG4bKsecond"));
        receive(request);
        REQUIRE(sent_one().status == 200);
        event<AccountRegistered>();
    }
    Message forwarded(const Message& request) {
        receive(request);
        auto all = sent();
        REQUIRE(all.size() == 1);
        last_destination = all[0].first.to_string();
        return all[0].second;
    }
    Message invite;
    std::string last_destination;
};

}  // namespace

TEST_CASE("a request for a bound user goes to its contact (RFC 3261 16.6)") {
    Proxy proxy;
    const auto out = proxy.forwarded(proxy.invite);
    CHECK(proxy.last_destination == "127.0.0.9:6000");
    CHECK(out.uri.to_string() == "sip:phone@127.0.0.9:6000;x=y");
    REQUIRE(out.vias.size() == 2);
    CHECK(out.vias[0].sent_by() == "127.0.0.1:5060");
    CHECK(out.vias[0].branch().starts_with(branch_cookie));
    CHECK(parameter_value(out.vias[1].parameters, "received") == "127.0.0.2");
    CHECK(parameter_value(out.vias[1].parameters, "rport") == "41234");
    CHECK(out.max_forwards == 69U);
    REQUIRE(out.record_routes.size() == 1);
    CHECK(out.record_routes[0].to_string() == "<sip:127.0.0.1:5060;lr>");
    CHECK(out.body == proxy.invite.body);
    CHECK(out.headers == proxy.invite.headers);
    CHECK(out.from.to_string() == proxy.invite.from.to_string());
    CHECK(proxy.endpoint.open_dialogs() == 0);
}

TEST_CASE("retransmission, CANCEL and ACK of a rejection leave on the INVITE's branch (16.11)") {
    Proxy proxy;
    const auto branch = proxy.forwarded(proxy.invite).vias[0].branch();
    CHECK(proxy.forwarded(proxy.invite).vias[0].branch() == branch);
    for (const char* method : {"CANCEL", "ACK"}) {
        auto request = proxy.invite;
        request.method = request.cseq.method = method;
        request.set_sdp("");
        CHECK(proxy.forwarded(request).vias[0].branch() == branch);
        CHECK(proxy.last_destination == "127.0.0.9:6000");
    }
    auto other = proxy.invite;
    set_parameter(other.vias[0].parameters, "branch", std::string("z9hG4bKanother"));
    CHECK(proxy.forwarded(other).vias[0].branch() != branch);
}

TEST_CASE("responses go back by the next Via; those that are not ours go nowhere") {
    Proxy proxy;
    auto response = make_response(proxy.forwarded(proxy.invite), 180, "t");
    proxy.receive(response, "127.0.0.9:6000");
    const auto all = proxy.sent();
    REQUIRE(all.size() == 1);
    CHECK(all[0].first.to_string() == "127.0.0.2:41234");
    CHECK(all[0].second.vias.size() == 1);
    CHECK(proxy.endpoint.stats().forwarded == 2);
    response.vias[0].host = "127.0.0.8";
    proxy.receive(response, "127.0.0.9:6000");
    response.vias.erase(response.vias.begin());
    proxy.receive(response, "127.0.0.9:6000");
    CHECK(proxy.sent().empty());
    CHECK(proxy.endpoint.stats().stray_responses == 2);
}

TEST_CASE("requests inside a dialog follow Route and the target") {
    Proxy proxy;
    auto bye = proxy.invite;
    bye.method = bye.cseq.method = "BYE";
    bye.set_sdp("");
    set_parameter(bye.to.parameters, "tag", std::string("t"));
    bye.uri = make_uri("phone", "127.0.0.9", 6000);
    bye.routes = {*NameAddr::parse("<sip:127.0.0.1:5060;lr>")};
    auto out = proxy.forwarded(bye);
    CHECK(out.routes.empty());
    CHECK(out.record_routes.empty());
    CHECK(proxy.last_destination == "127.0.0.9:6000");
    bye.routes.push_back(*NameAddr::parse("<sip:127.0.0.7;lr>"));
    out = proxy.forwarded(bye);
    REQUIRE(out.routes.size() == 1);
    CHECK(proxy.last_destination == "127.0.0.7:5060");
}

TEST_CASE("Max-Forwards ends a request and a loop") {
    Proxy proxy("<sip:phone@127.0.0.1:5060>");  // bound to the proxy itself
    proxy.invite.max_forwards = 0;
    CHECK(proxy.forwarded(proxy.invite).status == 483);

    proxy.invite.max_forwards = 70;
    set_parameter(proxy.invite.vias[0].parameters, "branch", std::string("z9hG4bKloop"));
    auto message = proxy.forwarded(proxy.invite);
    int hops = 1;
    while (message.is_request() && hops < 100) {
        proxy.receive(message, "127.0.0.1:5060");
        message = proxy.sent_one();
        ++hops;
    }
    CHECK(message.status == 483);
    CHECK(hops == 71);
}

TEST_CASE("what cannot be forwarded is refused") {
    Proxy proxy;
    auto request = proxy.invite;
    const auto status_for = [&](const char* uri) {
        static int count = 0;
        set_parameter(request.vias[0].parameters, "branch", fmt::format("z9hG4bKn{}", ++count));
        request.uri = *Uri::parse(uri);
        return proxy.forwarded(request).status;
    };
    CHECK(status_for("sip:bob@no-such-host.test") == 404);
    CHECK(status_for("tel:+4930123") == 416);
    auto config = test_config();
    config.forward = false;
    Proxy closed("<sip:phone@127.0.0.9:6000>", config);
    CHECK(closed.forwarded(closed.invite).status == 480);
}

TEST_CASE("a numeric domain does not swallow other ports of the same address") {
    // Janus and the far end on 127.0.0.1: a contact there is not a user of ours.
    Proxy proxy("<sip:phone@127.0.0.1:40000>");
    proxy.forwarded(proxy.invite);
    CHECK(proxy.last_destination == "127.0.0.1:40000");
    auto ack = proxy.invite;
    ack.method = ack.cseq.method = "ACK";
    set_parameter(ack.vias[0].parameters, "branch", std::string("z9hG4bKack"));
    set_parameter(ack.to.parameters, "tag", std::string("t"));
    ack.uri = make_uri("unbound", "127.0.0.1", 40000);
    ack.routes = {*NameAddr::parse("<sip:127.0.0.1:5060;lr>")};
    proxy.forwarded(ack);
    CHECK(proxy.last_destination == "127.0.0.1:40000");
}
