#include "json/suggestion.h"

#include <doctest/doctest.h>

using namespace janus_harness::json;

TEST_CASE("near misses are recognised") {
    const std::vector<std::string> names{"register", "unregister", "call", "hangup", "accepted"};
    CHECK(nearest("regsiter", names) == "register");  // swapped letters
    CHECK(nearest("registr", names) == "register");
    CHECK(nearest("Hangup", names) == "hangup");
    CHECK(nearest("hang_up", names) == "hangup");
    CHECK(nearest("cal", names) == "call");
    CHECK(nearest("acepted", names) == "accepted");
}

TEST_CASE("what is not near is not suggested") {
    const std::vector<std::string> names{"register", "call"};
    CHECK_FALSE(nearest("teleport", names));
    CHECK_FALSE(nearest("", names));
    CHECK_FALSE(nearest("x", std::vector<std::string>{"y"}));
    CHECK_FALSE(nearest(std::string(100'000, 'c'), names));
    CHECK(did_you_mean("teleport", names).empty());
}
