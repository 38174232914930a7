#include <doctest/doctest.h>
#include <fmt/format.h>

#include "messages.h"
#include "scripted_peer.h"
#include "sip/digest.h"

using namespace janus_harness;
using namespace janus_harness::sip;

namespace {

Message to_message(const std::string& text) {
    auto parsed =
        parse_message(ByteView(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
    REQUIRE(parsed.ok());
    return std::move(parsed).value();
}

// A client of the registrar under test that writes its REGISTERs by hand.
struct Client : ScriptedPeer {
    explicit Client(EndpointConfig config = test_config()) : ScriptedPeer(std::move(config)) {
        endpoint.add_account({"web1", "", "secret1"});
    }

    Message request() {
        Message message = to_message(messages::sofia_register());
        message.cseq.number += ++count;
        set_parameter(message.vias[0].parameters, "branch", fmt::format("z9hG4bK-{}", count));
        return message;
    }
    Message exchange(const Message& message) {
        receive(message);
        return sent_one();
    }
    void authorize(Message& message, const Message& challenge, const char* password = "secret1",
                   std::uint32_t nonce_count = 1, std::size_t index = 0) {
        const auto parsed =
            DigestChallenge::parse(challenge.header_values("WWW-Authenticate").at(index));
        REQUIRE(parsed.has_value());
        const auto answer = answer_challenge(*parsed, {"web1", password}, "REGISTER",
                                             message.uri.to_string(), "cnonce", nonce_count);
        message.add_header("Authorization", answer.to_string());
    }
    // Challenge and answer: the final response.
    Message register_with(Message message) {
        const auto challenge = exchange(message);
        REQUIRE(challenge.status == 401);
        message.cseq.number += 1000;
        set_parameter(message.vias[0].parameters, "branch", fmt::format("z9hG4bK+{}", ++count));
        authorize(message, challenge);
        const auto response = exchange(message);
        CHECK(response.vias[0].branch() == message.vias[0].branch());
        return response;
    }

    std::uint32_t count = 0;
};

}  // namespace

TEST_CASE("a REGISTER is challenged, then accepted with its bindings") {
    Client client;
    const auto response = client.register_with(client.request());
    CHECK(response.status == 200);
    REQUIRE(response.contacts.size() == 1);
    CHECK(response.contacts[0].to_string() == "<sip:web1@127.0.0.2:41234>;expires=3600");
    const auto event = client.event<AccountRegistered>();
    CHECK(event.username == "web1");
    CHECK(event.contact == "sip:web1@127.0.0.2:41234");
    CHECK(event.expires == std::chrono::hours(1));
    CHECK(client.endpoint.registered_contact("web1") == "sip:web1@127.0.0.2:41234");
    CHECK(client.no_event());
}

TEST_CASE("SHA-256 and MD5 are offered strongest first, either is taken") {
    auto config = test_config();
    config.digest_algorithms = {DigestAlgorithm::sha256, DigestAlgorithm::md5};
    Client client(config);
    for (const std::size_t index : {0, 1}) {
        auto message = client.request();
        const auto challenge = client.exchange(message);
        const auto values = challenge.header_values("WWW-Authenticate");
        REQUIRE(values.size() == 2);
        CHECK(DigestChallenge::parse(values[0])->algorithm == DigestAlgorithm::sha256);
        CHECK(DigestChallenge::parse(values[1])->algorithm == DigestAlgorithm::md5);
        message = client.request();
        client.authorize(message, challenge, "secret1", 1, index);
        CHECK(client.exchange(message).status == 200);
    }
}

TEST_CASE("wrong passwords and unknown users are refused by name") {
    Client client;
    auto message = client.request();
    const auto challenge = client.exchange(message);
    CHECK(client.no_event());
    message = client.request();
    client.authorize(message, challenge, "wrong");
    const auto refused = client.exchange(message);
    CHECK(refused.status == 401);
    const auto again = DigestChallenge::parse(refused.header("WWW-Authenticate"));
    CHECK_FALSE(again->stale);
    CHECK(again->nonce != DigestChallenge::parse(challenge.header("WWW-Authenticate"))->nonce);
    CHECK(client.event<RegistrationRejected>().code == 401);

    message = client.request();
    message.to.uri.user = "nobody";
    CHECK(client.exchange(message).status == 404);
    const auto rejected = client.event<RegistrationRejected>();
    CHECK(rejected.username == "nobody");
    CHECK(rejected.code == 404);
    CHECK(client.endpoint.registered_contact("web1") == "");
}

TEST_CASE("a nonce count is taken once and a nonce only for its life time") {
    Client client;
    const auto challenge = client.exchange(client.request());
    const auto attempt = [&](std::uint32_t nonce_count) {
        auto message = client.request();
        client.authorize(message, challenge, "secret1", nonce_count);
        return client.exchange(message);
    };
    CHECK(attempt(1).status == 200);
    CHECK(attempt(2).status == 200);
    const auto replayed = attempt(2);
    CHECK(replayed.status == 401);
    CHECK(DigestChallenge::parse(replayed.header("WWW-Authenticate"))->stale);
    client.now += std::chrono::minutes(6);
    const auto late = attempt(3);
    CHECK(late.status == 401);
    CHECK(DigestChallenge::parse(late.header("WWW-Authenticate"))->stale);
}

TEST_CASE("bindings expire, are removed one by one or all at once; the latest wins") {
    Client client;
    auto message = client.request();
    message.contacts = {*NameAddr::parse("<sip:web1@127.0.0.2:1>;q=0.5;expires=60"),
                        *NameAddr::parse("<sip:web1@127.0.0.2:2>")};
    message.expires = 7200;
    CHECK(client.register_with(message).contacts.size() == 2);
    CHECK(client.event<AccountRegistered>().expires == std::chrono::seconds(60));
    CHECK(client.event<AccountRegistered>().expires == std::chrono::hours(1));  // shortened
    CHECK(client.endpoint.registered_contact("web1") == "sip:web1@127.0.0.2:2");

    message = client.request();  // refreshing makes a binding the latest
    message.cseq.number += 10000;
    message.contacts = {*NameAddr::parse("<sip:web1@127.0.0.2:1;transport=udp>;expires=90")};
    CHECK(client.register_with(message).contacts.size() == 2);
    CHECK(client.endpoint.registered_contact("web1") == "sip:web1@127.0.0.2:1;transport=udp");
    client.event<AccountRegistered>();

    message = client.request();
    message.cseq.number += 20000;
    message.contacts = {*NameAddr::parse("<sip:web1@127.0.0.2:2>;expires=0")};
    CHECK(client.register_with(message).contacts.size() == 1);
    CHECK(client.no_event());
    client.advance(std::chrono::seconds(89));
    CHECK(client.no_event());
    client.advance(std::chrono::seconds(1));
    CHECK(client.event<AccountUnregistered>().expired);
    CHECK(client.endpoint.registered_contact("web1") == "");

    message = client.request();
    message.cseq.number += 30000;
    client.register_with(message);
    client.event<AccountRegistered>();
    message = client.request();
    message.cseq.number += 40000;
    message.contacts.clear();
    message.contact_wildcard = true;
    CHECK(client.register_with(message).status == 400);  // `*` needs Expires: 0
    CHECK(client.event<RegistrationRejected>().code == 400);
    message.expires = 0;
    message.cseq.number += 10000;
    set_parameter(message.vias[0].parameters, "branch", std::string("z9hG4bK-last"));
    const auto cleared = client.register_with(message);
    CHECK(cleared.status == 200);
    CHECK(cleared.contacts.empty());
    CHECK_FALSE(client.event<AccountUnregistered>().expired);
}

TEST_CASE("a REGISTER that is older than the binding changes nothing") {
    Client client;
    auto message = client.request();
    message.cseq.number += 5000;
    CHECK(client.register_with(message).status == 200);
    message = client.request();
    message.expires = 0;
    CHECK(client.register_with(message).status == 500);
    CHECK(client.endpoint.registered_contact("web1") != "");
}

TEST_CASE("planned faults: an answer of choice, or silence") {
    Client client;
    client.endpoint.set_registration_reply("web1", RegistrationFault{503});
    CHECK(client.exchange(client.request()).status == 503);
    CHECK(client.event<RegistrationRejected>().code == 503);
    client.endpoint.set_registration_reply("web1", RegistrationFault{});
    client.receive(client.request());
    CHECK(client.sent().empty());
    CHECK(client.event<RegistrationRejected>().code == 0);
    client.endpoint.set_registration_reply("web1", std::nullopt);
    CHECK(client.register_with(client.request()).status == 200);
}

TEST_CASE("a repeated REGISTER gets the same answer from its transaction") {
    Client client;
    const auto message = client.request();
    const auto first = client.exchange(message);
    CHECK(client.exchange(message).to_string() == first.to_string());
    CHECK(client.endpoint.open_transactions() == 1);
    client.advance(std::chrono::seconds(33));
    CHECK(client.endpoint.open_transactions() == 0);
}

TEST_CASE("a phone registers at a foreign registrar, refreshes and unregisters") {
    ScriptedPeer phone;
    const char* registrar = "127.0.0.3:5060";
    phone.endpoint.register_phone(
        phone.now, {"phone", address(registrar), "example.test", Credentials{"phone", "pw"},
                    std::chrono::seconds(600)});
    const auto all = phone.sent();
    REQUIRE(all.size() == 1);
    CHECK(all[0].first.to_string() == registrar);
    auto request = all[0].second;
    CHECK(request.uri.to_string() == "sip:example.test");
    CHECK(request.to.uri.to_string() == "sip:phone@example.test");
    CHECK(request.expires == 600U);
    CHECK(request.header("Authorization") == "");

    auto challenge = make_response(request, 401, "t");
    challenge.headers = to_message(messages::kamailio_challenge()).headers;
    phone.receive(challenge, registrar);
    request = phone.sent_one();
    const auto answer = DigestAuthorization::parse(request.header("Authorization"));
    REQUIRE(answer.has_value());
    CHECK(answer->response == digest_response(*answer, "pw", "REGISTER"));
    auto accepted = make_response(request, 200, "t");
    accepted.contacts = {*NameAddr::parse("<sip:other@127.0.0.1:5060>;expires=9"),
                         *NameAddr::parse("<sip:phone@127.0.0.1:5060>;expires=100")};
    phone.receive(accepted, registrar);
    CHECK(phone.event<PhoneRegistered>().expires == std::chrono::seconds(100));

    phone.advance(std::chrono::seconds(49));
    CHECK(phone.sent().empty());
    phone.advance(std::chrono::seconds(1));
    request = phone.sent_one();
    const auto refreshed = DigestAuthorization::parse(request.header("Authorization"));
    CHECK(refreshed->nonce_count == 2);
    phone.receive(make_response(request, 200, "t"), registrar);
    CHECK(phone.event<PhoneRegistered>().expires == std::chrono::seconds(600));

    phone.endpoint.unregister_phone(phone.now, "phone");
    request = phone.sent_one();
    CHECK(request.expires == 0U);
    phone.receive(make_response(request, 200, "t"), registrar);
    CHECK(phone.event<PhoneUnregistered>().user == "phone");
    phone.advance(std::chrono::hours(2));
    CHECK(phone.sent().empty());
}

TEST_CASE("a phone's registration fails by name: refused, wrong password, no answer") {
    ScriptedPeer phone;
    const PhoneRegistration wanted{"phone", address("127.0.0.3:5060"), "example.test",
                                   Credentials{"phone", "pw"}, std::chrono::seconds(600)};
    phone.endpoint.register_phone(phone.now, wanted);
    phone.receive(make_response(phone.sent_one(), 403, "t"));
    CHECK(phone.event<PhoneRegistrationFailed>().code == 403);

    phone.endpoint.register_phone(phone.now, wanted);
    for (int round = 0; round < 2; ++round) {
        auto challenge = make_response(phone.sent_one(), 401, "t");
        challenge.add_header("WWW-Authenticate",
                             fmt::format("Digest realm=\"r\", nonce=\"n{}\", qop=\"auth\"", round));
        phone.receive(challenge);
    }
    CHECK(phone.event<PhoneRegistrationFailed>().code == 401);

    phone.endpoint.register_phone(phone.now, wanted);
    phone.advance(std::chrono::seconds(32));
    CHECK(phone.event<PhoneRegistrationFailed>().code == 408);
    CHECK(phone.sent().size() == 11);

    phone.endpoint.register_phone(phone.now, wanted);
    auto brief = make_response(phone.sent_one(), 423, "t");
    brief.add_header("Min-Expires", "900");
    phone.receive(brief);
    CHECK(phone.sent_one().expires == 900U);
}
