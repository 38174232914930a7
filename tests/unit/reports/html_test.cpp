#include <doctest/doctest.h>
#include <rapidjson/document.h>

#include <string>

#include "reports/embedded.h"
#include "reports/html_page.h"
#include "reports/html_sections.h"
#include "reports/writers.h"
#include "sample_results.h"

namespace janus_harness::reports {
namespace {

std::size_t count(const std::string& text, std::string_view part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

std::string between(const std::string& text, const std::string& begin, const std::string& end) {
    const auto from = text.find(begin);
    REQUIRE(from != std::string::npos);
    const auto start = from + begin.size();
    return text.substr(start, text.find(end, start) - start);
}

TEST_CASE("a peer's text can neither make an element nor end the script") {
    const std::string page = report_html(hostile_result());
    CHECK(count(page, "<b a") == 0);
    CHECK(count(page, "<!--") == 0);
    CHECK(count(page, "</script>") == 3);
    CHECK(count(page, "<script") == 3);
    CHECK(count(page, "\x1b") == 0);
    CHECK(count(page, "{{title}} end") > 5);
}

TEST_CASE("the data that the charts draw is JSON") {
    for (const RunResult& result :
         {realistic_result(30, 2), unreachable_result(), died_result(), hostile_result()}) {
        const std::string json = between(
            report_html(result), "<script type=\"application/json\" id=\"data\">", "</script>");
        rapidjson::Document document;
        document.Parse<rapidjson::kParseValidateEncodingFlag>(json.c_str());
        REQUIRE(!document.HasParseError());
        CHECK(document["calls"].Size() == result.call_records.size());
        CHECK(document["series"]["second"].Size() == result.time_series.size());
    }
}

TEST_CASE("the page is one file that loads nothing") {
    const std::string page = report_html(realistic_result(5, 1));
    CHECK(count(page, "default-src 'none'") == 1);
    for (const char* part : {" src=", "<link", "@import", "url(", "fetch(", "XMLHttpRequest"}) {
        std::string own = page;
        own.erase(own.find(chart_library()), chart_library().size());
        CAPTURE(part);
        CHECK(count(own, part) == 0);
    }
    CHECK(count(page, "Chart.js v3") == 1);
    CHECK(count(page, "Released under the MIT License") >= 1);
}

TEST_CASE("the figures are in the page without its scripts") {
    const RunResult result = realistic_result(60, 3);
    const std::string page = report_html(result);
    const std::string body = page.substr(0, page.find("<script"));
    CHECK(count(body, "call_setup.p99 &lt; 1000ms") == 1);
    CHECK(count(body, "<code>session_disconnect_delay</code>") == 2);
    CHECK(count(body, "hangup event: 486 Busy Here") == 1);
    CHECK(count(body, "<small>to the far end</small>") == 3);
    CHECK(count(body, "--seed 20260131") == 1);
}

TEST_CASE("what was not measured says so") {
    const std::string page = report_html(unreachable_result());
    CHECK(count(page, "No latency was measured.") == 1);
    CHECK(count(page, "No audio was measured.") == 1);
    CHECK(count(page, "Nothing was started.") == 1);
    const std::string died = report_html(died_result());
    CHECK(count(died, "Not measured in this run: <code>invite_at_far_end</code>") == 1);
    CHECK(count(died, "<span class=\"unknown\">unknown</span>") > 3);
}

TEST_CASE("a page of a long run draws a part of the calls, with every failed one") {
    RunResult result = realistic_result(20'000, 6);
    rapidjson::Document document;
    document.Parse(chart_data_json(result).c_str());
    std::size_t failed = 0;
    for (const auto& call : document["calls"].GetArray()) failed += call.HasMember("reason");
    CHECK(failed == result.calls.failed);
    CHECK(document["calls"].Size() < 5000);
}

TEST_CASE("a template takes its values once") {
    CHECK(fill_template("a {{x}} {{y}} {{z}} b", {{"x", "{{y}}"}, {"y", "2"}}) == "a {{y}} 2  b");
    CHECK(fill_template("{{open", {}) == "{{open");
    CHECK(fill_template("", {}).empty());
}

TEST_CASE("several runs stand side by side") {
    const std::string page = comparison_html({realistic_result(20, 1), unreachable_result()});
    CHECK(count(page, "2 runs side by side") == 1);
    CHECK(count(page, "<code>call_setup</code> p99") == 1);
    CHECK(count(page, "<script") == 0);
    CHECK(count(comparison_html({hostile_result()}), "<b a") == 0);
    CHECK(!comparison_html({}).empty());
}

}  // namespace
}  // namespace janus_harness::reports
