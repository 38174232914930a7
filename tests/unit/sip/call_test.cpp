// Phones called by, and calling, a peer whose messages the test writes.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/balance.h"
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

// A phone that Sofia calls.
struct Callee : ScriptedPeer {
    explicit Callee(std::string invite_text = messages::sofia_invite())
        : invite(to_message(invite_text)) {
        endpoint.add_phone("phone");
    }
    CallKey ring() {
        receive(invite);
        CHECK(sent_one().status == 100);
        return event<CallReceived>().key;
    }
    Message answer(CallKey key) {
        endpoint.answer(now, key, "v=0 answer");
        return sent_one();
    }
    // A request of the caller inside the dialog that `ok` made.
    Message in_dialog(const Message& ok, const std::string& method, std::uint32_t step) {
        Message request;
        request.method = method;
        request.uri = ok.contacts.at(0).uri;
        request.vias = {make_via(address("127.0.0.2:41234"), fmt::format("z9hG4bKd{}", step))};
        request.from = ok.from;
        request.to = ok.to;
        request.call_id = ok.call_id;
        request.cseq = {invite.cseq.number + step, method};
        return request;
    }
    CallKey establish() {
        const auto key = ring();
        answered = answer(key);
        receive(in_dialog(answered, "ACK", 0));
        CHECK(event<CallAcknowledged>().key == key);
        return key;
    }
    Message invite;
    Message answered;
};

// A phone that calls out.
struct Caller : ScriptedPeer {
    CallKey call(std::optional<Credentials> credentials = {}) {
        OutgoingCall wanted;
        wanted.from_user = "phone";
        wanted.display_name = "The \"Phone\"";
        wanted.to_uri = "sip:web1@127.0.0.2:41234";
        wanted.sdp = "v=0 offer";
        wanted.credentials = std::move(credentials);
        wanted.headers = {{"X-Id", "7"}};
        const auto key = endpoint.call(now, wanted);
        invite = sent_one();
        return key;
    }
    Message response(int status) {
        auto message = make_response(invite, status, "callee-tag");
        message.contacts = {*NameAddr::parse("<sip:web1@127.0.0.2:41234>")};
        return message;
    }
    CallKey establish() {
        const auto key = call();
        auto ok = response(200);
        ok.set_sdp("v=0 answer");
        receive(ok);
        CHECK(sent_one().method == "ACK");
        CHECK(event<CallAnswered>().sdp == "v=0 answer");
        return key;
    }
    Message invite;
};

}  // namespace

TEST_CASE("a call from Sofia: ring, answer, ACK, BYE") {
    Callee callee;
    callee.receive(callee.invite);
    auto trying = callee.sent();
    REQUIRE(trying.size() == 1);
    CHECK(trying[0].first.to_string() == "127.0.0.2:41234");
    CHECK(trying[0].second.status == 100);
    const auto received = callee.event<CallReceived>();
    CHECK(received.user == "phone");
    CHECK(received.from == "sip:web1@127.0.0.1");
    CHECK(received.call_id == "Lh1TgQbR6wOM0fYQAWzVgkq");
    CHECK(received.sdp == messages::sofia_sdp);
    CHECK(received.at == callee.now);

    callee.endpoint.provisional(callee.now, received.key, 180);
    const auto ringing = callee.sent_one();
    CHECK(ringing.status == 180);
    const auto ok = callee.answer(received.key);
    CHECK(ok.status == 200);
    CHECK(ok.body == "v=0 answer");
    CHECK(ok.content_type == "application/sdp");
    CHECK(ok.to.tag() == ringing.to.tag());
    CHECK(ok.contacts.at(0).to_string() == "<sip:phone@127.0.0.1:5060>");

    callee.receive(callee.in_dialog(ok, "ACK", 0));
    callee.event<CallAcknowledged>();
    callee.advance(std::chrono::minutes(2));
    CHECK(callee.sent().empty());
    auto bye = callee.in_dialog(ok, "BYE", 1);
    bye.add_header("Reason", "SIP;cause=200;text=\"bye, bye\"");
    callee.receive(bye);
    CHECK(callee.sent_one().status == 200);
    const auto ended = callee.event<CallEnded>();
    CHECK(ended.by == EndedBy::remote_bye);
    CHECK(ended.reason == "SIP;cause=200;text=\"bye, bye\"");
    CHECK(callee.endpoint.open_dialogs() == 0);
}

TEST_CASE("our 2xx is repeated until the ACK arrives, even a late one (13.3.1.4)") {
    Callee callee;
    const auto key = callee.ring();
    const auto ok = callee.answer(key);
    callee.advance(ms(1600));
    CHECK(callee.sent().size() == 2);  // 500, 1500
    callee.advance(ms(10000));
    CHECK(callee.sent().size() == 3);  // 3500, 7500, 11500
    callee.receive(callee.in_dialog(ok, "ACK", 0));
    callee.event<CallAcknowledged>();
    callee.advance(std::chrono::seconds(100));
    CHECK(callee.sent().empty());
    callee.receive(callee.in_dialog(ok, "ACK", 0));
    CHECK(callee.no_event());
}

TEST_CASE("without an ACK the call ends with a BYE after 64*T1") {
    Callee callee;
    const auto key = callee.ring();
    callee.answer(key);
    callee.advance(ms(31999));
    callee.sent();
    CHECK(callee.no_event());
    callee.advance(ms(1));
    CHECK(callee.sent_one().method == "BYE");
    CHECK(callee.event<CallFailed>().reason == "timer_h");
    CHECK(callee.endpoint.open_dialogs() == 0);
}

TEST_CASE("a repeated INVITE gets the last response again, not a second call") {
    Callee callee;
    const auto key = callee.ring();
    callee.endpoint.provisional(callee.now, key, 183, "v=0 early");
    CHECK(callee.sent_one().body == "v=0 early");
    callee.receive(callee.invite);
    CHECK(callee.sent_one().status == 183);
    callee.answer(key);
    callee.receive(callee.invite);
    CHECK(callee.sent().empty());
    CHECK(callee.no_event());
    auto merged = callee.invite;  // the same request over another path (8.2.2.2)
    set_parameter(merged.vias[0].parameters, "branch", std::string("z9hG4bKother"));
    callee.receive(merged);
    CHECK(callee.sent_one().status == 482);
    CHECK(callee.no_event());
}

TEST_CASE("a rejection ends the call when it is acknowledged") {
    Callee callee;
    const auto key = callee.ring();
    callee.endpoint.reject(callee.now, key, 486);
    const auto busy = callee.sent_one();
    CHECK(busy.reason == "Busy Here");
    callee.advance(ms(500));
    CHECK(callee.sent_one().status == 486);
    auto ack = callee.invite;
    ack.method = ack.cseq.method = "ACK";
    ack.to = busy.to;
    callee.receive(ack);
    CHECK(callee.event<CallEnded>().by == EndedBy::local_reject);
    callee.advance(std::chrono::seconds(40));
    CHECK(callee.sent().empty());
    CHECK(callee.endpoint.open_transactions() == 0);
}

TEST_CASE("a rejection without ACK fails the call by timer H") {
    Callee callee;
    callee.endpoint.reject(callee.now, callee.ring(), 603, "Not now");
    callee.advance(std::chrono::seconds(33));
    const auto all = callee.sent();
    CHECK(all.size() == 11);
    CHECK(all[0].second.reason == "Not now");
    CHECK(callee.event<CallFailed>().reason == "timer_h");
    CHECK(callee.endpoint.open_dialogs() == 0);
}

TEST_CASE("CANCEL: 200 to it, 487 to the INVITE; after the answer it changes nothing") {
    Callee callee;
    const auto make_cancel = [&] {
        auto cancel = callee.invite;
        cancel.method = cancel.cseq.method = "CANCEL";
        cancel.set_sdp("");
        cancel.add_header("Reason", "SIP;cause=200");
        return cancel;
    };
    SUBCASE("while ringing") {
        callee.ring();
        callee.receive(make_cancel());
        const auto all = callee.sent();
        REQUIRE(all.size() == 2);
        CHECK(all[0].second.status == 200);
        CHECK(all[0].second.cseq.method == "CANCEL");
        CHECK(all[1].second.status == 487);
        CHECK(all[1].second.cseq.method == "INVITE");
        CHECK(callee.event<CallCancelled>().reason == "SIP;cause=200");
        callee.receive(make_cancel());
        CHECK(callee.sent_one().status == 200);
        CHECK(callee.no_event());
    }
    SUBCASE("after the answer") {
        const auto key = callee.ring();
        const auto ok = callee.answer(key);
        callee.receive(make_cancel());
        CHECK(callee.sent_one().status == 200);
        callee.receive(callee.in_dialog(ok, "ACK", 0));
        CHECK(callee.event<CallAcknowledged>().key == key);
    }
    SUBCASE("of nothing") {
        callee.receive(make_cancel());
        CHECK(callee.sent_one().status == 481);
    }
}

TEST_CASE("hangup before the ACK waits for it (RFC 3261 15)") {
    Callee callee;
    const auto key = callee.ring();
    const auto ok = callee.answer(key);
    callee.endpoint.hangup(callee.now, key);
    CHECK(callee.sent().empty());
    callee.receive(callee.in_dialog(ok, "ACK", 0));
    callee.event<CallAcknowledged>();
    const auto bye = callee.sent_one();
    CHECK(bye.method == "BYE");
    callee.receive(make_response(bye, 200));
    const auto done = callee.event<HangupCompleted>();
    CHECK(done.key == key);
    CHECK(done.code == 200);
}

TEST_CASE("BYEs that cross are both answered and end the call once") {
    Callee callee;
    const auto key = callee.establish();
    callee.endpoint.hangup(callee.now, key);
    const auto bye = callee.sent_one();
    callee.receive(callee.in_dialog(callee.answered, "BYE", 1));
    CHECK(callee.sent_one().status == 200);
    CHECK(callee.no_event());
    callee.receive(make_response(bye, 481));
    CHECK(callee.event<HangupCompleted>().code == 481);
    CHECK(callee.no_event());
    CHECK(callee.endpoint.open_dialogs() == 0);
}

TEST_CASE("a BYE that nobody answers completes with 408") {
    Callee callee;
    callee.endpoint.hangup(callee.now, callee.establish());
    callee.advance(std::chrono::seconds(32));
    CHECK(callee.sent().size() == 11);
    CHECK(callee.event<HangupCompleted>().code == 408);
    CHECK(callee.endpoint.open_dialogs() == 0);
}

TEST_CASE("a call through Kamailio: Record-Route copied, BYE along the route set") {
    Callee callee(messages::kamailio_invite());
    const char* proxy = "127.0.0.3:5060";
    callee.receive(callee.invite, proxy);
    CHECK(callee.sent().at(0).first.to_string() == proxy);
    const auto key = callee.event<CallReceived>().key;
    callee.endpoint.answer(callee.now, key, "v=0");
    const auto ok = callee.sent_one();
    CHECK(ok.vias.size() == 2);
    REQUIRE(ok.record_routes.size() == 3);
    auto ack = callee.in_dialog(ok, "ACK", 0);
    callee.receive(ack, proxy);
    callee.event<CallAcknowledged>();
    callee.endpoint.hangup(callee.now, key);
    const auto bye = callee.sent();
    REQUIRE(bye.size() == 1);
    CHECK(bye[0].first.to_string() == proxy);
    CHECK(bye[0].second.uri.to_string() == "sip:web1@127.0.0.2:41234;alias=127.0.0.2~41234~1");
    REQUIRE(bye[0].second.routes.size() == 3);
    CHECK(bye[0].second.routes[0].uri.host == "127.0.0.3");
    CHECK(bye[0].second.routes[2].uri.host == "127.0.0.5");
}

TEST_CASE("re-INVITE and UPDATE are answered with the last SDP") {
    Callee callee;
    const auto key = callee.establish();
    auto reinvite = callee.in_dialog(callee.answered, "INVITE", 1);
    reinvite.contacts = {*NameAddr::parse("<sip:web1@127.0.0.2:999>")};
    reinvite.set_sdp("v=0 hold");
    callee.receive(reinvite);
    auto ok = callee.sent_one();
    CHECK(ok.status == 200);
    CHECK(ok.body == "v=0 answer");
    const auto event = callee.event<ReinviteReceived>();
    CHECK(event.method == "INVITE");
    CHECK(event.sdp == "v=0 hold");
    callee.advance(ms(500));
    CHECK(callee.sent_one().status == 200);  // until the ACK
    callee.receive(callee.in_dialog(callee.answered, "ACK", 1));
    callee.advance(std::chrono::seconds(60));
    CHECK(callee.sent().empty());
    CHECK(callee.no_event());

    callee.endpoint.set_local_sdp(key, "v=0 other");
    auto update = callee.in_dialog(callee.answered, "UPDATE", 2);
    update.set_sdp("v=0 hold");
    callee.receive(update);
    CHECK(callee.sent_one().body == "v=0 other");
    CHECK(callee.event<ReinviteReceived>().method == "UPDATE");
    callee.endpoint.hangup(callee.now, key);  // to the refreshed target
    CHECK(callee.sent().at(0).first.to_string() == "127.0.0.2:999");
}

TEST_CASE("requests inside a dialog: order, unknown dialogs, INFO") {
    Callee callee;
    const auto key = callee.establish();
    auto info = callee.in_dialog(callee.answered, "INFO", 5);
    info.content_type = "application/dtmf-relay";
    info.body = "Signal=5\r\nDuration=160";
    callee.receive(info);
    CHECK(callee.sent_one().status == 200);
    const auto event = callee.event<RequestReceived>();
    CHECK(event.key == key);
    CHECK(event.body == info.body);
    callee.receive(callee.in_dialog(callee.answered, "INFO", 4));
    CHECK(callee.sent_one().status == 500);  // 12.2.2
    auto stranger = callee.in_dialog(callee.answered, "BYE", 6);
    set_parameter(stranger.to.parameters, "tag", std::string("unknown"));
    callee.receive(stranger);
    CHECK(callee.sent_one().status == 481);
    stranger = callee.in_dialog(callee.answered, "BYE", 7);
    set_parameter(stranger.from.parameters, "tag", std::string("unknown"));
    callee.receive(stranger);
    CHECK(callee.sent_one().status == 481);
    callee.receive(callee.in_dialog(callee.answered, "OPTIONS", 8));
    CHECK(callee.sent_one().status == 200);
    callee.receive(callee.in_dialog(callee.answered, "REFER", 9));
    CHECK(callee.sent_one().status == 405);
    callee.receive(callee.in_dialog(callee.answered, "BOGUS", 10));
    CHECK(callee.sent_one().status == 501);
    CHECK(callee.endpoint.open_dialogs() == 1);
}

TEST_CASE("an outgoing call: provisional, answer, ACK repeated on a repeated 2xx, BYE") {
    Caller caller;
    const auto key = caller.call();
    CHECK(caller.invite.uri.to_string() == "sip:web1@127.0.0.2:41234");
    CHECK(caller.invite.from.display_name == "\"The \\\"Phone\\\"\"");
    CHECK(caller.invite.header("X-Id") == "7");
    CHECK(caller.invite.body == "v=0 offer");
    auto progress = caller.response(183);
    progress.set_sdp("v=0 early");
    caller.receive(progress);
    const auto provisional = caller.event<CallProvisional>();
    CHECK(provisional.code == 183);
    CHECK(provisional.sdp == "v=0 early");
    auto ok = caller.response(200);
    ok.record_routes = {*NameAddr::parse("<sip:127.0.0.3;lr>"),
                        *NameAddr::parse("<sip:127.0.0.4:5070;lr>")};
    caller.receive(ok);
    auto ack = caller.sent();
    REQUIRE(ack.size() == 1);
    CHECK(ack[0].first.to_string() == "127.0.0.4:5070");  // the route set is reversed (12.1.2)
    CHECK(ack[0].second.cseq.number == caller.invite.cseq.number);
    CHECK(ack[0].second.vias[0].branch() != caller.invite.vias[0].branch());
    caller.event<CallAnswered>();
    caller.receive(ok);
    CHECK(caller.sent_one().to_string() == ack[0].second.to_string());
    caller.advance(std::chrono::seconds(50));  // its transaction is over
    caller.receive(ok);
    CHECK(caller.sent_one().method == "ACK");
    CHECK(caller.no_event());
    caller.endpoint.hangup(caller.now, key);
    const auto bye = caller.sent_one();
    CHECK(bye.routes.size() == 2);
    CHECK(bye.cseq.number == caller.invite.cseq.number + 1);
    caller.receive(make_response(bye, 200));
    CHECK(caller.event<HangupCompleted>().code == 200);
}

TEST_CASE("a second branch of a fork that answers is ended at once (13.2.2.4)") {
    Caller caller;
    caller.establish();
    auto fork = caller.response(200);
    set_parameter(fork.to.parameters, "tag", std::string("other-phone"));
    caller.receive(fork);
    const auto all = caller.sent();
    REQUIRE(all.size() == 2);
    CHECK(all[0].second.method == "ACK");
    CHECK(all[0].second.to.tag() == "other-phone");
    CHECK(all[1].second.method == "BYE");
    CHECK(caller.no_event());
    CHECK(caller.endpoint.open_dialogs() == 1);
}

TEST_CASE("a rejected, and an unanswered, outgoing call") {
    Caller caller;
    caller.call();
    caller.receive(caller.response(486));
    CHECK(caller.sent_one().method == "ACK");
    const auto rejected = caller.event<CallRejected>();
    CHECK(rejected.code == 486);
    CHECK(rejected.reason == "Busy Here");
    caller.call();
    caller.advance(std::chrono::seconds(32));
    CHECK(caller.sent().size() == 6);
    CHECK(caller.event<CallFailed>().reason == "timer_b");
    CHECK(caller.endpoint.open_dialogs() == 0);
    OutgoingCall nowhere;
    nowhere.from_user = "phone";
    nowhere.to_uri = "sip:bob@no-such-host.test";
    const auto key = caller.endpoint.call(caller.now, nowhere);
    CHECK(caller.event<CallFailed>().key == key);
}

TEST_CASE("an outgoing call answers 407 once") {
    Caller caller;
    caller.call(Credentials{"phone", "pw"});
    auto challenge = caller.response(407);
    challenge.add_header("Proxy-Authenticate", "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"");
    caller.receive(challenge);
    auto all = caller.sent();
    REQUIRE(all.size() == 2);
    CHECK(all[0].second.method == "ACK");
    const auto& retry = all[1].second;
    CHECK(retry.cseq.number == caller.invite.cseq.number + 1);
    CHECK(retry.call_id == caller.invite.call_id);
    CHECK(retry.from.tag() == caller.invite.from.tag());
    const auto answer = DigestAuthorization::parse(retry.header("Proxy-Authorization"));
    REQUIRE(answer.has_value());
    CHECK(answer->response == digest_response(*answer, "pw", "INVITE"));
    challenge.vias = retry.vias;
    challenge.cseq = retry.cseq;
    caller.receive(challenge);
    caller.sent();
    CHECK(caller.event<CallRejected>().code == 407);
}

TEST_CASE("CANCEL waits for a provisional response (9.1)") {
    Caller caller;
    const auto key = caller.call();
    caller.endpoint.hangup(caller.now, key);
    CHECK(caller.sent().empty());
    caller.receive(caller.response(100));
    const auto cancel = caller.sent_one();
    CHECK(cancel.method == "CANCEL");
    CHECK(cancel.vias[0].branch() == caller.invite.vias[0].branch());
    CHECK(cancel.uri.to_string() == caller.invite.uri.to_string());
    CHECK(cancel.cseq.number == caller.invite.cseq.number);
    SUBCASE("487") {
        caller.receive(make_response(cancel, 200, "x"));
        CHECK(caller.no_event());
        caller.receive(caller.response(487));
        CHECK(caller.sent_one().method == "ACK");
        CHECK(caller.event<HangupCompleted>().code == 487);
    }
    SUBCASE("a 200 that crossed the CANCEL is acknowledged and ended with BYE") {
        caller.receive(caller.response(200));
        const auto all = caller.sent();
        REQUIRE(all.size() == 2);
        CHECK(all[0].second.method == "ACK");
        CHECK(all[1].second.method == "BYE");
        CHECK(caller.no_event());
        caller.receive(make_response(all[1].second, 200));
        CHECK(caller.event<HangupCompleted>().code == 200);
    }
    SUBCASE("no final response: given up after 64*T1") {
        caller.receive(make_response(cancel, 200, "x"));
        caller.advance(std::chrono::seconds(32));
        CHECK(caller.event<HangupCompleted>().code == 408);
        caller.advance(std::chrono::seconds(5));
        CHECK(caller.endpoint.open_transactions() == 0);
    }
    CHECK(caller.endpoint.open_dialogs() == 0);
}

TEST_CASE("requests that no phone takes") {
    ScriptedPeer peer;
    peer.endpoint.add_phone("phone");
    peer.endpoint.add_account({"offline", "", "x"});
    const auto answer_to = [&](const std::string& method, const char* user) {
        static int count = 0;
        auto request = to_message(messages::sofia_register());
        request.method = request.cseq.method = method;
        request.uri = make_uri(user, "127.0.0.1", 5060);
        set_parameter(request.vias[0].parameters, "branch", fmt::format("z9hG4bKu{}", ++count));
        peer.receive(request);
        return peer.sent_one();
    };
    CHECK(answer_to("INVITE", "nobody").status == 404);
    CHECK(answer_to("INVITE", "offline").status == 480);
    CHECK(answer_to("OPTIONS", "nobody").status == 404);
    CHECK(answer_to("OPTIONS", "offline").status == 200);
    CHECK(answer_to("OPTIONS", "").status == 200);
    const auto options = answer_to("OPTIONS", "phone");
    CHECK(options.status == 200);
    CHECK(options.header_lists("Allow", "INVITE"));
    CHECK(answer_to("PUBLISH", "phone").status == 405);
    CHECK(answer_to("BOGUS", "phone").status == 501);
    CHECK(answer_to("BYE", "phone").status == 481);
    CHECK(answer_to("MESSAGE", "phone").status == 200);
    auto required = to_message(messages::sofia_invite());
    required.add_header("Require", "100rel");
    peer.receive(required);
    const auto refused = peer.sent_one();
    CHECK(refused.status == 420);
    CHECK(refused.header("Unsupported") == "100rel");
    auto text = messages::sofia_invite();
    text.erase(text.find("CSeq"), text.find("Contact") - text.find("CSeq"));
    peer.receive(text);
    auto datagram = peer.endpoint.poll_transmit();
    REQUIRE(datagram.has_value());
    CHECK(std::string(datagram->bytes.begin(), datagram->bytes.end()).starts_with("SIP/2.0 400"));
}

TEST_CASE("any user is a phone when the far end listens for a foreign proxy") {
    auto config = test_config();
    config.accept_any_user = true;
    ScriptedPeer peer(config);
    peer.receive(messages::sofia_invite());
    CHECK(peer.event<CallReceived>().user == "phone");
    auto request = to_message(messages::kamailio_invite());
    request.uri = make_uri("+49 30", "proxy.example.test");
    peer.receive(request);
    CHECK(peer.event<CallReceived>().user == "+49 30");
}

TEST_CASE("nothing is left when an endpoint is gone") {
    {
        Callee callee;
        callee.endpoint.hangup(callee.now, callee.establish());
        CHECK(Balance::outstanding()["sip_call"] == 1);
    }
    CHECK(Balance::outstanding()["sip_call"] == 0);
    CHECK(Balance::outstanding()["sip_transaction"] == 0);
}

TEST_CASE("traces are events in both directions") {
    auto config = test_config();
    config.trace = true;
    ScriptedPeer peer(config);
    peer.receive(messages::sofia_options());
    const auto received = peer.event<MessageTrace>();
    CHECK(received.direction == Direction::received);
    CHECK(received.text == messages::sofia_options());
    CHECK(peer.event<MessageTrace>().direction == Direction::sent);
}
