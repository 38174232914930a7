#include "harness/deployment/network_route.h"

#include <doctest/doctest.h>

#include "core/random.h"

using namespace janus_harness;
using namespace janus_harness::deployment;

TEST_CASE("a host is found in every way people write it") {
    const auto resolved = [](const std::string& text) {
        const auto address = resolve_host(text, 5060);
        return address.ok() ? address->to_string() : address.error().code;
    };
    CHECK(resolved("127.0.0.1") == "127.0.0.1:5060");
    CHECK(resolved("127.0.0.1:5070") == "127.0.0.1:5070");
    CHECK(resolved("sip:127.0.0.1") == "127.0.0.1:5060");
    CHECK(resolved("sip:127.0.0.1:5070;transport=udp") == "127.0.0.1:5070");
    CHECK(resolved("sips:127.0.0.1") == "127.0.0.1:5060");
    CHECK(resolved("sip:alice@127.0.0.1:5071") == "127.0.0.1:5071");
    CHECK(resolved("<sip:127.0.0.1:5072>") == "bad_address");
    CHECK(resolved("http://127.0.0.1:8088/janus") == "127.0.0.1:8088");
    CHECK(resolved("wss://127.0.0.1/janus?x=1") == "127.0.0.1:5060");
    CHECK(resolved("[::1]:5073") == "[::1]:5073");
    CHECK(resolved("http://[::1]/janus") == "[::1]:5060");
}

TEST_CASE("what names no host is refused, each for its reason") {
    for (const char* text : {"", ":5060", "sip:", "http://", "127.0.0.1:", "127.0.0.1:0",
                             "127.0.0.1:65536", "127.0.0.1:sip", "[::1", "[::1]5060"}) {
        CAPTURE(text);
        const auto address = resolve_host(text, 5060);
        REQUIRE_FALSE(address.ok());
        CHECK(address.error().code == "bad_address");
        CHECK_FALSE(address.error().message.empty());
    }
    // ".invalid" never exists (RFC 6761 6.4).
    const auto unknown = resolve_host("sip:nobody.invalid", 5060);
    REQUIRE_FALSE(unknown.ok());
    CHECK(unknown.error().code == "unknown_host");
    CHECK(unknown.error().message.find("nobody.invalid") != std::string::npos);
}

TEST_CASE("any text resolves to an address or an error") {
    Random random(3);
    for (int round = 0; round < 2000; ++round) {
        // No letters: nothing of it can become a question to a name server.
        const std::string text = random.text(random.below(12), "0123456789[]:/;@.<>?");
        if (text.find_first_of("0123456789") != std::string::npos) continue;
        const auto address = resolve_host(text, 5060);
        CHECK((address.ok() || !address.error().code.empty()));
    }
}

TEST_CASE("our address on the way to a peer has no port, and is never a guess") {
    const auto remote = SocketAddress::parse("127.0.0.1:5060").value();
    const auto local = local_address_towards(remote);
    REQUIRE(local.ok());
    CHECK(local->port() == 0);
    CHECK_FALSE(local->is_unspecified());
}
