#include "core/duration_text.h"

#include <doctest/doctest.h>

using namespace janus_harness;
using namespace std::chrono_literals;

TEST_CASE("durations have a number and a unit") {
    CHECK(parse_duration("250ms") == Duration{250ms});
    CHECK(parse_duration("1.5s") == Duration{1500ms});
    CHECK(parse_duration("2m") == Duration{2min});
    CHECK(parse_duration("1h") == Duration{1h});
    CHECK(parse_duration("100us") == Duration{100us});
    CHECK(parse_duration("0s") == Duration{0});
}

TEST_CASE("everything else is no duration") {
    for (const char* text :
         {"",      "5",      "s",    "ms",   "5 s",  " 5s",   "5s ",
          "-5s",   "+5s",    "5sec", "5S",   "1e3s", ".5s",   "5.s",
          "1..5s", "1.5.1s", "0x5s", "nans", "infs", "1001h", "99999999999999999999999999h"})
        CHECK_MESSAGE(!parse_duration(text), text);
}

TEST_CASE("durations are written in the shortest exact form") {
    CHECK(format_duration(250ms) == "250ms");
    CHECK(format_duration(1500ms) == "1.5s");
    CHECK(format_duration(90s) == "90s");
    CHECK(format_duration(2min) == "2m");
    CHECK(format_duration(1h) == "1h");
    CHECK(format_duration(Duration{0}) == "0s");
}
