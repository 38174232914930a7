#include "reports/report_text.h"

#include <doctest/doctest.h>

#include "core/random.h"
#include "reports/latency_metric.h"

namespace janus_harness::reports {
namespace {

const std::string replaced = "\xEF\xBF\xBD";

TEST_CASE("valid UTF-8 passes, the rest is replaced") {
    const std::string good = "a\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80";
    CHECK(valid_utf8(good) == good);
    CHECK(valid_utf8("\xff") == replaced);
    CHECK(valid_utf8("a\xc3") == "a" + replaced);          // cut short
    CHECK(valid_utf8("\xc0\xaf") == replaced + replaced);  // overlong
    CHECK(valid_utf8("\xe0\x80\x80") == replaced + replaced + replaced);
    CHECK(valid_utf8("\xed\xa0\x80") == replaced + replaced + replaced);  // a surrogate
    CHECK(valid_utf8("\xf4\x90\x80\x80").size() == 4 * replaced.size());  // beyond U+10FFFF
    CHECK(valid_utf8(std::string(1, '\0')) == std::string(1, '\0'));
}

TEST_CASE("arbitrary bytes become text that stays as it is") {
    Random random(31);
    for (int i = 0; i < 2000; ++i) {
        std::string bytes(random.below(40), ' ');
        for (char& byte : bytes) byte = static_cast<char>(random.below(256));
        const std::string once = valid_utf8(bytes);
        CHECK(valid_utf8(once) == once);
        const std::string escaped = xml_escape(bytes);
        CHECK(escaped.find_first_of("<>\"'\x01\x1b") == std::string::npos);
    }
}

TEST_CASE("characters that XML cannot hold are replaced") {
    CHECK(xml_escape("\xEF\xBF\xBE|\xEF\xBF\xBF|\x0b|\t\n") ==
          replaced + "|" + replaced + "|" + replaced + "|\t\n");
}

TEST_CASE("wall-clock times survive their text") {
    CHECK(iso8601_from_unix(0) == "1970-01-01T00:00:00.000000Z");
    CHECK(iso8601_from_unix(1'769'860'800'123'456) == "2026-01-31T12:00:00.123456Z");
    CHECK(iso8601_from_unix(-1) == "1969-12-31T23:59:59.999999Z");
    for (const std::int64_t time : {std::int64_t{0}, std::int64_t{1'769'860'800'123'456},
                                    std::int64_t{951'782'400'000'001}}) {
        CHECK(unix_from_iso8601(iso8601_from_unix(time)) == time);
    }
    for (const char* text : {"", "2026-01-31", "2026-13-31T12:00:00.123456Z",
                             "2026-02-30T12:00:00.123456Z", "2026-01-31T25:00:00.123456Z",
                             "2026-01-31T12:00:00.12345xZ", "2026-01-31 12:00:00.123456Z"}) {
        CAPTURE(text);
        CHECK(!unix_from_iso8601(text));
    }
}

TEST_CASE("numbers as people read them") {
    CHECK(with_thousands(0) == "0");
    CHECK(with_thousands(999) == "999");
    CHECK(with_thousands(1234567) == "1,234,567");
    CHECK(milliseconds_text(0) == "0");
    CHECK(milliseconds_text(0.1234) == "0.123");
    CHECK(milliseconds_text(1.234) == "1.23");
    CHECK(milliseconds_text(12.34) == "12.3");
    CHECK(milliseconds_text(1234.5) == "1,235");
    CHECK(percent_text(0) == "0 %");
    CHECK(percent_text(1e-9) == "< 0.001 %");
    CHECK(percent_text(0.0012) == "0.120 %");
    CHECK(percent_text(0.0123) == "1.23 %");
    CHECK(percent_text(1) == "100.0 %");
    CHECK(duration_text(std::chrono::milliseconds(850)) == "850 ms");
    CHECK(duration_text(std::chrono::seconds(91)) == "91.0 s");
    CHECK(duration_text(std::chrono::seconds(245)) == "4 min 05 s");
    CHECK(duration_text(std::chrono::minutes(123)) == "2 h 03 min");
    CHECK(bytes_text(512) == "512 B");
    CHECK(bytes_text(91'750'400) == "87.5 MiB");
}

TEST_CASE("the table of latency metrics is in the order of its enumeration") {
    for (std::size_t i = 0; i < latency_metric_count; ++i) {
        const LatencyMetricInfo& metric = latency_metrics()[i];
        CHECK(static_cast<std::size_t>(metric.metric) == i);
        CHECK(find_latency_metric(metric.name) == &metric);
        CHECK(&info(metric.metric) == &metric);
    }
    CHECK(find_latency_metric("nothing") == nullptr);
}

}  // namespace
}  // namespace janus_harness::reports
