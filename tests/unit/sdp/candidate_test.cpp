#include "sdp/candidate.h"

#include <doctest/doctest.h>

using namespace janus_harness;
using namespace janus_harness::sdp;

TEST_CASE("candidates are read with and without their prefix, and written back") {
    const std::string host = "1 1 udp 2015363327 192.0.2.1 40000 typ host";
    for (const std::string& text : {host, "candidate:" + host, "a=candidate:" + host}) {
        const auto candidate = Candidate::parse(text);
        REQUIRE(candidate.ok());
        CHECK(candidate->to_string() == "candidate:" + host);
        CHECK(candidate->value() == host);
        CHECK(candidate->socket_address()->to_string() == "192.0.2.1:40000");
    }
}

TEST_CASE("related addresses and extensions are kept (RFC 8839 5.1)") {
    const std::string text =
        "candidate:842163049 1 udp 1677729535 203.0.113.7 40678 typ srflx raddr 10.0.0.17 rport "
        "40678 generation 0 ufrag EEtu network-cost 999";
    const auto candidate = Candidate::parse(text);
    REQUIRE(candidate.ok());
    CHECK(candidate->type == "srflx");
    CHECK(candidate->related_address == "10.0.0.17");
    CHECK(candidate->related_port == 40678);
    REQUIRE(candidate->extensions.size() == 3);
    CHECK(candidate->extensions[1] == std::pair<std::string, std::string>{"ufrag", "EEtu"});
    CHECK(candidate->to_string() == text);
}

TEST_CASE("an mDNS candidate has no numeric address") {
    const auto candidate = Candidate::parse(
        "1 1 UDP 2122252543 3f0c5f3e-53b3-4b0a-8a7c-0a5b1c2d3e4f.local 9 typ host");
    REQUIRE(candidate.ok());
    CHECK(candidate->socket_address().error().code == "bad_address");
}

TEST_CASE("a broken candidate names its field") {
    const std::pair<const char*, const char*> cases[] = {
        {"", "foundation"},
        {"a!b 1 udp 1 192.0.2.1 9 typ host", "foundation"},
        {"123456789012345678901234567890123 1 udp 1 192.0.2.1 9 typ host", "foundation"},
        {"1 0 udp 1 192.0.2.1 9 typ host", "component"},
        {"1 257 udp 1 192.0.2.1 9 typ host", "component"},
        {"1 1", "transport"},
        {"1 1 udp 0 192.0.2.1 9 typ host", "priority"},
        {"1 1 udp 2147483648 192.0.2.1 9 typ host", "priority"},
        {"1 1 udp 1", "address"},
        {"1 1 udp 1 192.0.2.1 65536 typ host", "port"},
        {"1 1 udp 1 192.0.2.1 9 type host", "typ"},
        {"1 1 udp 1 192.0.2.1 9 typ", "type"},
        {"1 1 udp 1 192.0.2.1 9 typ host generation", "extension"},
        {"1 1 udp 1 192.0.2.1 9 typ srflx raddr 1.2.3.4 rport x", "rport"},
    };
    for (const auto& [text, field] : cases) {
        CAPTURE(text);
        const auto candidate = Candidate::parse(text);
        REQUIRE_FALSE(candidate.ok());
        CHECK(candidate.error().code == "sdp_candidate");
        CHECK(candidate.error().message.find(field) != std::string::npos);
    }
}

TEST_CASE("a host candidate has the priority of RFC 8445 5.1.2.1") {
    const auto first = Candidate::host(SocketAddress::parse("192.0.2.1:4000").value());
    CHECK(first.priority == 2130706431);
    CHECK(first.value() == "1 1 udp 2130706431 192.0.2.1 4000 typ host");
    CHECK(Candidate::host(SocketAddress(), 1).priority < first.priority);
}
