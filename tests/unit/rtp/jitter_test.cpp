#include "rtp/jitter.h"

#include <doctest/doctest.h>

using namespace janus_harness;
using namespace janus_harness::rtp;

namespace {

TimePoint at(double milliseconds) {
    return TimePoint{std::chrono::seconds(1000)} + from_seconds(milliseconds / 1000);
}

}  // namespace

// Worked by hand after RFC 3550 A.8 at 8 kHz, 160 units a packet.
//   arrival 0, 20, 45, 60, 90 ms; timestamps 0, 160, 320, 480, 640
//   |D| in units:  0, 40, 40, 80
//   J: 0 -> 0; 0 + 40/16 = 2.5; 2.5 + (40 - 2.5)/16 = 4.84375;
//      4.84375 + (80 - 4.84375)/16 = 9.541015625 units = 1.192626953 ms
TEST_CASE("jitter agrees with a hand-computed example") {
    Jitter jitter(8000);
    jitter.handle(at(0), 0);
    CHECK(to_milliseconds(jitter.handle(at(20), 160)) == doctest::Approx(0));
    CHECK(to_milliseconds(jitter.handle(at(45), 320)) == doctest::Approx(2.5 / 8));
    CHECK(to_milliseconds(jitter.handle(at(60), 480)) == doctest::Approx(4.84375 / 8));
    CHECK(to_milliseconds(jitter.handle(at(90), 640)) == doctest::Approx(9.541015625 / 8));
    CHECK(jitter.units() == 9);
    CHECK(jitter.max() == jitter.current());
    jitter.handle(at(110), 800);
    CHECK(jitter.current() < jitter.max());
}

TEST_CASE("a timestamp that wraps is no jitter") {
    Jitter jitter(48000);
    std::uint32_t timestamp = 0xffffffff - 3000;
    for (int i = 0; i < 20; ++i, timestamp += 960) jitter.handle(at(20 * i), timestamp);
    CHECK(to_milliseconds(jitter.max()) < 1e-6);
}

TEST_CASE("packets out of order count by their own times") {
    Jitter jitter(8000);
    jitter.handle(at(0), 0);
    jitter.handle(at(40), 320);
    jitter.handle(at(41), 160);  // D = 8 + 160 = 168
    CHECK(to_milliseconds(jitter.current()) == doctest::Approx(168.0 / 16 / 8));
}

TEST_CASE("a restart compares with nothing before it") {
    Jitter jitter(8000);
    jitter.handle(at(0), 0);
    jitter.restart();
    jitter.handle(at(20), 5000000);
    CHECK(jitter.max() == Duration::zero());
}
