#include <doctest/doctest.h>

#include <string>

#include "reports/writers.h"
#include "sample_results.h"

namespace janus_harness::reports {
namespace {

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST_CASE("a broken threshold is a failure, not an error") {
    const std::string xml = junit_xml({realistic_result(20, 1)});
    CHECK(contains(xml, "<failure type=\"threshold\""));
    CHECK(!contains(xml, "<error"));
    CHECK(contains(xml, "name=\"call_setup.p99 &lt; 1000ms\""));
}

TEST_CASE("a Janus that cannot be reached is an error of the run") {
    const std::string xml = junit_xml({unreachable_result()});
    CHECK(contains(xml, "<error type=\"error\" message=\"Janus cannot be reached"));
    CHECK(contains(xml, "tests=\"2\" failures=\"1\" errors=\"1\" skipped=\"0\""));
}

TEST_CASE("failures that the thresholds allow do not fail the suite") {
    RunResult result = realistic_result(20, 1);
    REQUIRE(result.calls.failed > 0);
    CHECK(contains(junit_xml({result}),
                   "<failure type=\"sip_486\" message=\"1 of 20: sip_486: "
                   "hangup event: 486 Busy Here (call c00018)\""));
    result.verdict = Verdict::passed;
    result.thresholds.clear();
    const std::string xml = junit_xml({result});
    CHECK(!contains(xml, "<failure"));
    CHECK(contains(xml, "<system-out>1 of 20: sip_486"));
}

TEST_CASE("text is escaped and keeps its letters") {
    const std::string xml = junit_xml({hostile_result()});
    CHECK(!contains(xml, "<b a"));
    CHECK(!contains(xml, "]]>"));
    CHECK(!contains(xml, "\x1b"));
    CHECK(contains(xml, "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;"));
    CHECK(contains(xml, "\xc3\xbc\xe2\x82\xac"));
}

TEST_CASE("no runs: an empty list of suites") {
    CHECK(contains(junit_xml({}), "tests=\"0\" failures=\"0\" errors=\"0\""));
}

}  // namespace
}  // namespace janus_harness::reports
