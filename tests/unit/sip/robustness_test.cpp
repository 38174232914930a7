// Whatever a peer sends, the endpoint neither crashes nor leaks nor stops working. Run under ASan
// and UBSan by the asan-ubsan preset.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/balance.h"
#include "core/random.h"
#include "messages.h"
#include "scripted_peer.h"

using namespace janus_harness;
using namespace janus_harness::sip;

namespace {

const std::vector<std::string> splices = {
    "\r\n",
    "\r\n\r\n",
    "\n",
    "\r",
    std::string(1, '\0'),
    ":",
    ";",
    ",",
    "<",
    ">",
    "\"",
    "\\",
    "@",
    "%",
    "%0d%0a",
    "%00",
    "%",
    "=",
    "[",
    "]",
    "[::1]",
    "*",
    " ",
    "\t",
    "\r\n ",
    "sip:",
    "tel:1",
    "-1",
    "0",
    "4294967296",
    "99999999999999999999",
    std::string(300, 'a'),
    std::string(3000, ','),
    std::string(500, '<'),
    std::string(500, '"'),
    "\xff\xfe",
    "Via: ",
    "v: SIP/2.0/UDP",
    "Contact: *\r\n",
    "Route: <sip:127.0.0.1:5060;lr>\r\n",
    "Content-Length: 99999\r\n",
    "Require: x\r\n",
    ";tag=",
    ";branch=",
    ";rport",
    ";lr",
    ";expires=0",
    "To: <sip:phone@127.0.0.1>;tag=x\r\n",
    "Digest ",
    "nc=ffffffff",
};

std::string mutate(std::string text, Random& random) {
    const auto rounds = 1 + random.below(4);
    for (std::uint64_t i = 0; i < rounds && !text.empty(); ++i) {
        const auto at = random.below(text.size());
        switch (random.below(6)) {
            case 0:
                text[at] = static_cast<char>(random.below(256));
                break;
            case 1:
                text.resize(at);
                break;
            case 2:
                text.erase(at, random.below(40));
                break;
            case 3:
                text.insert(at, splices[random.below(splices.size())]);
                break;
            case 4:
                text.replace(at, random.below(10), splices[random.below(splices.size())]);
                break;
            default:
                text.insert(random.below(text.size()), text.substr(at, random.below(120)));
                break;
        }
    }
    return text;
}

struct Victim : ScriptedPeer {
    Victim() : ScriptedPeer(config()) {
        endpoint.add_phone("phone");
        endpoint.add_account({"web1", "", "secret"});
    }
    static EndpointConfig config() {
        auto config = test_config();
        config.trace = true;
        config.digest_algorithms = {DigestAlgorithm::sha256, DigestAlgorithm::md5};
        return config;
    }
    // Takes everything the endpoint wants to do, and answers calls at random.
    void drain(Random& random) {
        while (auto datagram = endpoint.poll_transmit()) {
            recent.assign(datagram->bytes.begin(), datagram->bytes.end());
            const bool head_has_nul =
                recent.substr(0, recent.find("\r\n\r\n")).find('\0') != std::string::npos;
            CHECK_FALSE(head_has_nul);
            CHECK(recent.find("\r\n\r\n") != std::string::npos);
        }
        while (const auto event = endpoint.poll_event()) {
            const auto* call = std::get_if<CallReceived>(&*event);
            if (call == nullptr) continue;
            const auto choice = random.below(5);
            if (choice == 0) endpoint.answer(now, call->key, "v=0");
            if (choice == 1) endpoint.reject(now, call->key, 486);
            if (choice == 2) endpoint.provisional(now, call->key, 180);
            if (choice == 3) endpoint.hangup(now, call->key);
        }
    }
    std::string recent;  // what the endpoint sent last: material for the peer
};

// Turns a request into a response and the other way, so that what we sent comes back to us.
std::string reflect(const std::string& text, Random& random) {
    auto parsed =
        parse_message(ByteView(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
    if (!parsed || !parsed->is_request()) return text;
    static constexpr int statuses[] = {100, 180, 200, 401, 407, 486, 487, 302};
    auto response = make_response(parsed.value(), statuses[random.below(8)], "peer");
    response.contacts = {*NameAddr::parse("<sip:web1@127.0.0.2:41234>")};
    response.add_header("WWW-Authenticate", "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"");
    response.add_header("Proxy-Authenticate", "Digest realm=\"r\", nonce=\"n\"");
    return response.to_string();
}

}  // namespace

TEST_CASE("mutated messages of real peers do no harm") {
    const std::uint64_t seed = 20240229;
    CAPTURE(seed);
    Random random(seed);
    const std::vector<std::string> originals = {
        messages::sofia_invite(), messages::sofia_register(), messages::sofia_options(),
        messages::kamailio_invite(), messages::kamailio_challenge()};
    Victim victim;
    for (int round = 0; round < 30000; ++round) {
        auto text = originals[random.below(originals.size())];
        if (random.below(4) == 0 && !victim.recent.empty()) {
            text = reflect(victim.recent, random);
        }
        if (random.below(10) == 0) {
            OutgoingCall call;
            call.from_user = "phone";
            call.to_uri = "sip:web1@127.0.0.2:41234";
            call.credentials = Credentials{"u", "p"};
            const auto key = victim.endpoint.call(victim.now, call);
            if (random.below(2) == 0) victim.endpoint.hangup(victim.now, key);
        }
        victim.receive(mutate(text, random));
        victim.drain(random);
        if (random.below(20) == 0)
            victim.advance(ms(static_cast<std::int64_t>(random.below(9000))));
    }
    victim.advance(std::chrono::minutes(5));
    victim.drain(random);
    CHECK(victim.endpoint.stats().received == 30000);
    CHECK(victim.endpoint.stats().malformed > 1000);

    auto text = messages::sofia_invite();  // and it still works
    text.replace(text.find("z9hG4bK"), 7, "z9hG4bKfresh");
    text.replace(text.find("Lh1T"), 4, "after");
    victim.receive(text);
    CHECK(victim.endpoint.poll_transmit().has_value());
}

TEST_CASE("every truncation of a message is survived") {
    Victim victim;
    Random random(1);
    for (const auto& text :
         {messages::sofia_invite(), messages::kamailio_invite(), messages::kamailio_challenge()}) {
        for (std::size_t length = 0; length <= text.size(); ++length) {
            victim.receive(text.substr(0, length));
            victim.drain(random);
        }
    }
}

TEST_CASE("random bytes, keep-alives and huge datagrams are ignored") {
    ScriptedPeer peer;
    Random random(2);
    for (int i = 0; i < 2000; ++i) {
        std::string bytes(random.below(1500), ' ');
        for (auto& byte : bytes) byte = static_cast<char>(random());
        peer.receive(bytes);
    }
    peer.receive(std::string(65536, 'A'));
    const auto malformed = peer.endpoint.stats().malformed;
    peer.receive("\r\n\r\n");
    peer.receive("");
    CHECK(peer.endpoint.stats().malformed == malformed);
    CHECK(peer.sent().empty());
    CHECK(peer.endpoint.open_transactions() == 0);
}
