#include <doctest/doctest.h>
#include <rapidjson/document.h>
#include <rapidjson/pointer.h>

#include <limits>
#include <string>

#include "reports/writers.h"
#include "sample_results.h"

namespace janus_harness::reports {
namespace {

rapidjson::Document parse(const std::string& text) {
    rapidjson::Document document;
    document.Parse<rapidjson::kParseFullPrecisionFlag | rapidjson::kParseValidateEncodingFlag>(
        text.data(), text.size());
    REQUIRE(!document.HasParseError());
    return document;
}

const rapidjson::Value& at(const rapidjson::Document& document, const std::string& pointer) {
    const rapidjson::Value* value = rapidjson::Pointer(pointer.c_str()).Get(document);
    REQUIRE_MESSAGE(value != nullptr, pointer);
    return *value;
}

TEST_CASE("the fields that scripts read are there with their figures") {
    const RunResult result = realistic_result(50, 1);
    const auto json = parse(result_json(result));
    CHECK(std::string(at(json, "/schema").GetString()) == "janus-harness/result/1");
    CHECK(std::string(at(json, "/run/started_at").GetString()) == "2026-01-31T12:00:00.123456Z");
    CHECK(at(json, "/run/seed").GetUint64() == 20260131);
    CHECK(at(json, "/run/janus/version").GetInt() == 1102);
    CHECK(at(json, "/calls/established").GetUint64() == result.calls.established);
    CHECK(at(json, "/calls/failures/sip_486").GetUint64() == 1);
    CHECK(at(json, "/latency_ms/call_setup/count").GetUint64() == result.calls.completed);
    CHECK(at(json, "/latency_ms/call_setup/p99_9").GetDouble() ==
          result.latency.at("call_setup").corrected.summary()->p99_9);
    CHECK(at(json, "/latency_ms/call_setup_raw/max").IsNumber());
    CHECK(at(json, "/audio/to_far_end/lost").GetUint64() == *result.to_far_end.lost);
    CHECK(at(json, "/audio/from_far_end/mos/p50").GetDouble() > 4);
    CHECK(at(json, "/generator/send_lateness_ms/p99").IsNumber());
    CHECK(at(json, "/generator/seconds/loop_lag_max_ms/3").GetDouble() == 4);
    CHECK(at(json, "/generator/seconds/send_lateness_max_ms/0").IsNull());
    CHECK(at(json, "/calls/interrupted").GetUint64() == 0);
    CHECK(at(json, "/checks/items/2/verdict").GetString() == std::string("warned"));
    CHECK(at(json, "/thresholds/0/ok").IsBool());
}

TEST_CASE("every latency metric of the contract is present, null when it cannot be measured") {
    const auto json = parse(result_json(died_result()));
    for (const LatencyMetricInfo& metric : latency_metrics()) {
        at(json, "/latency_ms/" + std::string(metric.name));
    }
    CHECK(at(json, "/latency_ms/invite_at_far_end").IsNull());
    CHECK(at(json, "/latency_ms/call_setup/count").GetUint64() == 0);
    CHECK(at(json, "/latency_ms/call_setup/p50").IsNull());
}

TEST_CASE("what is not known is null, never 0") {
    const auto json = parse(result_json(unreachable_result()));
    for (const char* pointer :
         {"/audio/to_far_end/sent", "/audio/to_far_end/lost", "/audio/from_far_end/loss_ratio",
          "/audio/from_far_end/delay_ms", "/audio/to_far_end/identity", "/run/janus/version",
          "/run/janus/version_string", "/generator/cpu_ms_per_call_s", "/thresholds/0/value",
          "/leftovers/janus_sessions", "/generator/loop_lag_ms/p99"}) {
        CAPTURE(pointer);
        CHECK(at(json, pointer).IsNull());
    }
}

TEST_CASE("numbers that JSON cannot hold become null") {
    RunResult result = unreachable_result();
    result.thresholds[0].value = std::numeric_limits<double>::infinity();
    result.generator.cpu_s = std::numeric_limits<double>::quiet_NaN();
    const auto json = parse(result_json(result));
    CHECK(at(json, "/thresholds/0/value").IsNull());
    CHECK(at(json, "/generator/cpu_s").IsNull());
}

TEST_CASE("text of any bytes comes out as valid UTF-8") {
    const auto json = parse(result_json(hostile_result()));
    const std::string text = at(json, "/reason").GetString();
    CHECK(text.starts_with("<b a=\"1\" c='2'>&amp; </script><!-- ]]> \x01\x1b[31m\xEF\xBF\xBD"));
    CHECK(text.ends_with(",b;\r\n{{title}} end"));
}

}  // namespace
}  // namespace janus_harness::reports
