#include <doctest/doctest.h>

#include <string>

#include "core/random.h"
#include "core/text.h"
#include "metrics/histogram.h"

namespace janus_harness::metrics {
namespace {

using std::chrono::milliseconds;

Histogram one_to(int last) {
    Histogram histogram;
    for (int i = 1; i <= last; ++i) histogram.record(milliseconds(i));
    return histogram;
}

TEST_CASE("a histogram survives its text") {
    for (const int size : {0, 1, 20, 1000}) {
        const Histogram histogram = one_to(size);
        const auto back = Histogram::decode(histogram.encode());
        REQUIRE(back.ok());
        CHECK(back.value() == histogram);
    }
}

TEST_CASE("broken histogram text is an error, never a wrong histogram") {
    for (const std::string_view text :
         {"v1", "v1 1 2 3", "v2 1 5 5 5 0 0:1", "v1 1 5 5 5 0", "v1 2 5 5 5 0 0:1",
          "v1 1 9 5 5 0 0:1", "v1 1 5 5 5 0 99999999:1", "v1 1 5 5 5 0 0-1", "v1 1 a 5 5 0 0:1",
          "v1 1 5 3600000000001 5 0 0:1"}) {
        CAPTURE(text);
        const auto result = Histogram::decode(text);
        REQUIRE(!result.ok());
        CHECK(result.error().code == "histogram_syntax");
    }
}

TEST_CASE("mutated histogram text never crashes") {
    Random random(11);
    const std::string valid = one_to(50).encode();
    for (int i = 0; i < 5000; ++i) {
        std::string text = valid.substr(0, random.below(valid.size() + 1));
        if (!text.empty()) text[random.below(text.size())] = static_cast<char>(random.below(256));
        const auto result = Histogram::decode(text);
        if (result.ok()) CHECK(result->quantile(0.5) <= result->max());
    }
}

TEST_CASE("percentile text is HdrHistogram's") {
    const std::string text = percentile_text(one_to(4));
    CHECK(text ==
          "       Value     Percentile TotalCount 1/(1-Percentile)\n"
          "\n"
          "       1.000 0.000000000000          1           1.00\n"
          "       1.000 0.100000000000          1           1.11\n"
          "       1.000 0.200000000000          1           1.25\n"
          "       2.001 0.300000000000          2           1.43\n"
          "       2.001 0.400000000000          2           1.67\n"
          "       2.001 0.500000000000          2           2.00\n"
          "       3.000 0.550000000000          3           2.22\n"
          "       3.000 0.600000000000          3           2.50\n"
          "       3.000 0.650000000000          3           2.86\n"
          "       3.000 0.700000000000          3           3.33\n"
          "       3.000 0.750000000000          3           4.00\n"
          "       4.000 0.775000000000          4           4.44\n"
          "       4.000 1.000000000000          4\n"
          "#[Mean    =        2.500, StdDeviation   =        1.118]\n"
          "#[Max     =        4.000, Total count    =            4]\n"
          "#[Buckets =           22, SubBuckets     =         2048]\n");
}

TEST_CASE("percentile text of nothing has no rows") {
    const std::string text = percentile_text(Histogram{});
    CHECK(split(text, '\n').size() == 6);
    CHECK(text.find("Total count    =            0") != std::string::npos);
}

}  // namespace
}  // namespace janus_harness::metrics
