#include "harness/deployment/accounts.h"

#include <doctest/doctest.h>

#include "core/random.h"

using namespace janus_harness;
using namespace janus_harness::deployment;

TEST_CASE("accounts are read by the names of the header row") {
    const auto accounts = parse_accounts(
        "secret,username\r\n"
        "\"a,\"\"b\",alice\r\n"
        "\n"
        "# a remark\n"
        "s3cret,bob",
        "a.csv");
    REQUIRE(accounts.ok());
    REQUIRE(accounts->size() == 2);
    CHECK(accounts.value().at(0).secret == "a,\"b");
    CHECK(accounts.value().at(0).authuser == "alice");
    CHECK(accounts.value().at(1).username == "bob");
}

TEST_CASE("broken account files are refused with their line") {
    const auto message = [](std::string_view text) {
        const auto accounts = parse_accounts(text, "a.csv");
        return accounts.ok() ? std::string("accepted") : accounts.error().message;
    };
    CHECK(message("") == "a.csv:1: the header row is missing");
    CHECK(message("secret\nx") == "a.csv:1: the header row has no column \"username\"");
    CHECK(message("username,pin\n") ==
          "a.csv:1: unknown column \"pin\"; allowed: username, authuser, secret, display_name");
    CHECK(message("username,secret\nalice\n") == "a.csv:2: 1 fields where the header row has 2");
    CHECK(message("username\n\"alice\n") == "a.csv:2: a quoted field is not closed");
    CHECK(message("username,secret\n,x\n") == "a.csv:2: the username is empty");
    CHECK(message("username\n\"a\"b\n") ==
          "a.csv:2: expected a comma or the end of the line after a quoted field");
}

TEST_CASE("mutated account files never crash the reader") {
    Random random(7);
    const std::string good = "username,authuser,secret\nalice,\"al\"\"ice\",x\nbob,,\n";
    for (int round = 0; round < 5000; ++round) {
        std::string text = good.substr(0, random.below(good.size() + 1));
        for (int i = 0; i < 3 && !text.empty(); ++i) {
            text[random.below(text.size())] = static_cast<char>(random.below(256));
        }
        const auto accounts = parse_accounts(text, "a.csv");
        CHECK((accounts.ok() || !accounts.error().message.empty()));
    }
}
