#include <doctest/doctest.h>

#include "harness/testbed/kamailio_process.h"

using namespace janus_harness::testbed;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("Kamailio listens on its address and serves its domain") {
    KamailioOptions options;
    options.address = "192.0.2.9";
    options.port = 5080;
    options.domain = "sip.example";
    const std::string text = kamailio_configuration(options);
    CHECK(text.starts_with("#!KAMAILIO\n"));
    CHECK(contains(text, "listen=udp:192.0.2.9:5080\n"));
    CHECK(contains(text, "alias=\"sip.example\"\n"));
    CHECK(contains(text, "pv_www_authenticate(\"sip.example\", "));
}

TEST_CASE("accounts are known by user and by authentication user") {
    KamailioOptions options;
    options.accounts = {{"alice", "a\"b\\c", ""}, {"bob", "builder", "bob-auth"}};
    const std::string text = kamailio_configuration(options);
    CHECK(contains(text, "$sht(passwords=>alice) = \"a\\\"b\\\\c\";"));
    CHECK(contains(text, "$sht(passwords=>bob-auth) = \"builder\";"));
    CHECK(contains(text, "$sht(users=>bob) = 1;"));
    CHECK_FALSE(contains(text, "passwords=>bob)"));
}

TEST_CASE("calls are challenged only when asked for") {
    KamailioOptions options;
    CHECK(contains(kamailio_configuration(options), "proxy_challenge"));
    options.authenticate_calls = false;
    CHECK_FALSE(contains(kamailio_configuration(options), "proxy_challenge"));
}
