#include "audio/mos.h"

#include <doctest/doctest.h>

using namespace janus_harness;
using namespace janus_harness::audio;

namespace {

MosInput pcmu(double milliseconds, double loss, bool concealment = true) {
    return {CodecKind::pcmu, from_seconds(milliseconds / 1000), loss, concealment};
}

}  // namespace

TEST_CASE("a call without delay and loss has R 93.2 and MOS 4.41") {
    CHECK(transmission_rating(pcmu(0, 0)) == doctest::Approx(93.2));
    CHECK(estimate_mos(pcmu(0, 0)) == doctest::Approx(4.41).epsilon(0.001));
}

// Worked by hand: R = 93.2 - 0.024 * 200 - 0.11 * (200 - 177.3) - 95 * 2 / (2 + 25.1)
//                   = 93.2 - 4.8 - 2.497 - 7.01107 = 78.89193
TEST_CASE("delay and loss subtract as G.107 says") {
    CHECK(transmission_rating(pcmu(200, 0.02)) == doctest::Approx(78.89193));
    // 1 + 2.76122 + 78.89193 * 18.89193 * 21.10807 * 7e-6 = 3.98143
    CHECK(estimate_mos(pcmu(200, 0.02)) == doctest::Approx(3.98143).epsilon(1e-4));
    // Without concealment: 93.2 - 95 * 2 / (2 + 4.3) = 63.04127
    CHECK(transmission_rating(pcmu(0, 0.02, false)) == doctest::Approx(63.04127));
}

TEST_CASE("ratings map to scores as in G.107 Annex B") {
    CHECK(mean_opinion_score(-5) == 1);
    CHECK(mean_opinion_score(0) == 1);
    CHECK(mean_opinion_score(50) == doctest::Approx(2.575));
    CHECK(mean_opinion_score(60) == doctest::Approx(3.1));
    CHECK(mean_opinion_score(80) == doctest::Approx(4.024));
    CHECK(mean_opinion_score(100) == 4.5);
    CHECK(mean_opinion_score(120) == 4.5);
}

TEST_CASE("it never gets better by more loss or delay, nor leaves its range") {
    for (int i = 0; i < 4; ++i) {
        MosInput input{static_cast<CodecKind>(i), {}, 0, i % 2 == 0};
        double last = 5;
        for (int step = 0; step <= 100; ++step) {
            input.loss_ratio = step / 100.0;
            input.one_way_delay = std::chrono::milliseconds(10 * step);
            const double score = estimate_mos(input);
            CHECK(score <= last);
            CHECK(score >= 1);
            last = score;
        }
    }
    CHECK(estimate_mos({CodecKind::opus, Duration{-5}, -1, true}) ==
          doctest::Approx(4.41).epsilon(0.001));
    CHECK(estimate_mos({CodecKind::opus, {}, 7, true}) >= 1);
}
