#include "harness/testbed/impairment.h"

#include <doctest/doctest.h>

using namespace janus_harness;
using namespace janus_harness::testbed;

namespace {

std::string rules(ImpairmentDirection direction) {
    ImpairmentOptions options;
    options.direction = direction;
    options.drop_every = 20;
    return impairment_rules(options, {});
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string error_code(const ImpairmentOptions& options) {
    const auto impairment = Impairment::apply(options, {});
    return impairment ? "" : impairment.error().code;
}

}  // namespace

TEST_CASE("each direction matches its own addresses") {
    using enum ImpairmentDirection;
    CHECK(contains(rules(to_browser), "ip saddr 10.99.0.1 ip daddr 10.99.0.2 "));
    CHECK(contains(rules(from_browser), "ip saddr 10.99.0.2 ip daddr 10.99.0.1 "));
    CHECK(contains(rules(to_far_end), "ip saddr 10.99.0.1 ip daddr 10.99.0.3 "));
    CHECK(contains(rules(from_far_end), "ip saddr 10.99.0.3 ip daddr 10.99.0.1 "));
    CHECK(contains(rules(from_far_end), "table inet impair_from_far_end {"));
}

TEST_CASE("RTP is matched before packets are counted off") {
    const std::string text = rules(ImpairmentDirection::to_browser);
    CHECK(contains(text, "@th,64,2 2 @th,72,8 != 192-223 jump rtp"));
    CHECK(contains(text, "numgen inc mod 20 == 19 counter name \"dropped\" drop"));
}

TEST_CASE("a probability is written in millionths") {
    ImpairmentOptions options;
    options.drop_probability = 0.015;
    CHECK(contains(impairment_rules(options, {}), "numgen random mod 1000000 < 15000 "));
}

TEST_CASE("options that make no sense are refused") {
    ImpairmentOptions options;
    CHECK(error_code(options) == "bad_impairment");
    options.drop_every = 0;
    CHECK(error_code(options) == "bad_impairment");
    options.drop_every = 5;
    options.drop_probability = 0.5;
    CHECK(error_code(options) == "bad_impairment");
    options.drop_every.reset();
    options.drop_probability = 1.5;
    CHECK(error_code(options) == "bad_impairment");
}

TEST_CASE("outside the private network nothing is dropped") {
    ImpairmentOptions options;
    options.drop_every = 5;
    CHECK(error_code(options) == "impairment_unavailable");
}
