#include "reports/calls_csv.h"

#include <doctest/doctest.h>

#include "core/random.h"
#include "reports/csv.h"
#include "reports/writers.h"
#include "sample_results.h"

namespace janus_harness::reports {
namespace {

TEST_CASE("no calls: the header alone") {
    const std::string text = calls_csv({});
    CHECK(text.starts_with("id,client,iteration,planned_at,"));
    CHECK(text.ends_with("\r\n"));
    CHECK(parse_csv(text).size() == 1);
    CHECK(parse_calls_csv(text).empty());
    CHECK(parse_calls_csv("").empty());
}

TEST_CASE("a row a call, whatever its texts hold") {
    const RunResult result = hostile_result();
    const auto rows = parse_csv(calls_csv(result.call_records));
    REQUIRE(rows.size() == 3);
    CHECK(rows[1].size() == rows[0].size());
    CHECK(rows[2].size() == rows[0].size());
}

TEST_CASE("what is read back writes the same again, to the nanosecond") {
    for (const RunResult& result : {realistic_result(60, 4), hostile_result(), died_result()}) {
        const std::string text = calls_csv(result.call_records);
        const auto calls = parse_calls_csv(text);
        REQUIRE(calls.size() == result.call_records.size());
        CHECK(calls_csv(calls) == text);
        CHECK(calls.back().latency == result.call_records.back().latency);
        CHECK(calls.back().to_far_end.lost == result.call_records.back().to_far_end.lost);
    }
}

TEST_CASE("what is not known is an empty cell") {
    CallRecord call;
    call.id = "c1";
    const auto calls = parse_calls_csv(calls_csv({call}));
    REQUIRE(calls.size() == 1);
    CHECK(!calls[0][LatencyMetric::call_setup]);
    CHECK(!calls[0].started_at_us);
    CHECK(!calls[0].from_far_end.lost);
    CHECK(!calls[0].from_far_end.mos);
}

TEST_CASE("columns are found by name; others are passed over") {
    const auto calls = parse_calls_csv("mystery,call_setup_ms,id\n1,12.5,c7\n,x,\n");
    REQUIRE(calls.size() == 2);
    CHECK(calls[0].id == "c7");
    CHECK(calls[0][LatencyMetric::call_setup] == std::chrono::microseconds(12500));
    CHECK(!calls[1][LatencyMetric::call_setup]);
}

TEST_CASE("quotes, commas and line breaks of RFC 4180") {
    const CsvRow row{"plain", "a,b", "say \"hi\"", "two\r\nlines", ""};
    CHECK(csv_line(row) == "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\",\r\n");
    CHECK(parse_csv(csv_line(row)).at(0) == row);
    CHECK(parse_csv("\"open").at(0) == CsvRow{"open"});
}

TEST_CASE("mutated rows never crash") {
    Random random(17);
    const std::string valid = calls_csv(realistic_result(3, 8).call_records);
    for (int i = 0; i < 2000; ++i) {
        std::string text = valid.substr(0, random.below(valid.size()) + 1);
        for (int k = 0; k < 3; ++k) {
            text[random.below(text.size())] = static_cast<char>(random.below(256));
        }
        const std::string again = calls_csv(parse_calls_csv(text));
        CHECK(!again.empty());
    }
}

}  // namespace
}  // namespace janus_harness::reports
