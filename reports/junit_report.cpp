#include <fmt/format.h>

#include "reports/report_text.h"
#include "reports/writers.h"

namespace janus_harness::reports {
namespace {

// How a case ended: the name of the element inside <testcase>, empty when it passed.
struct Case {
    std::string group;  // behind the scenario in classname: "checks"
    std::string name;
    std::string element;  // "failure", "error", "skipped" or empty
    std::string type;     // machine-readable kind of the failure
    std::string message;
    std::string output;  // <system-out>: what a passed case still has to say
};

std::string case_xml(const std::string& scenario, const Case& test) {
    std::string text = fmt::format("    <testcase classname=\"{}\" name=\"{}\"",
                                   xml_escape(scenario + "." + test.group), xml_escape(test.name));
    if (test.element.empty() && test.output.empty()) return text + "/>\n";
    text += ">";
    if (test.element == "skipped") {
        text += fmt::format("<skipped message=\"{}\"/>", xml_escape(test.message));
    } else if (!test.element.empty()) {
        // An attribute cannot keep line breaks: it gets the first line, the body all of them.
        const std::string first_line = test.message.substr(0, test.message.find('\n'));
        text +=
            fmt::format("<{0} type=\"{1}\" message=\"{2}\">{3}</{0}>", test.element,
                        xml_escape(test.type), xml_escape(first_line), xml_escape(test.message));
    }
    if (!test.output.empty()) {
        text += fmt::format("<system-out>{}</system-out>", xml_escape(test.output));
    }
    return text + "</testcase>\n";
}

// The run as a whole: did it say anything about Janus at all?
Case run_case(const RunResult& result) {
    Case test{.group = "run",
              .name = "the run is valid",
              .element = {},
              .type = {},
              .message = {},
              .output = {}};
    if (result.verdict == Verdict::invalid || result.verdict == Verdict::error) {
        test.element = "error";
        test.type = name(result.verdict);
        test.message = result.reason;
        for (const std::string& reason : result.generator.reasons) test.message += "\n" + reason;
    } else {
        test.output = result.reason;
    }
    return test;
}

std::string failure_text(const RunResult& result, const std::string& reason, std::uint64_t count,
                         std::uint64_t of) {
    std::string text = fmt::format("{} of {}: {}", count, of, reason);
    for (const FailureExample& example : result.failure_examples) {
        if (example.reason != reason) continue;
        text += ": " + example.text;
        if (!example.call_id.empty()) text += fmt::format(" (call {})", example.call_id);
        break;
    }
    return text;
}

// Failures that the thresholds allow are told, not failed: the cases agree with the exit code.
void add_failure_cases(std::vector<Case>& cases, const RunResult& result, const std::string& group,
                       const std::map<std::string, std::uint64_t>& failures, std::uint64_t of) {
    for (const auto& [reason, count] : failures) {
        const std::string text = failure_text(result, reason, count, of);
        const bool tolerated = result.verdict == Verdict::passed;
        cases.push_back({.group = group,
                         .name = reason,
                         .element = tolerated ? "" : "failure",
                         .type = reason,
                         .message = text,
                         .output = tolerated ? text : ""});
    }
}

Case check_case(const CheckItem& item, bool tolerated) {
    Case test{.group = "checks",
              .name = item.id,
              .element = {},
              .type = item.level,
              .message = {},
              .output = {}};
    std::string text = item.requirement;
    if (!item.ref.empty()) text += fmt::format(" ({})", item.ref);
    if (!item.expected.empty()) text += "\nexpected: " + item.expected;
    if (!item.actual.empty()) text += "\nactual: " + item.actual;
    if (item.count > 1) text += fmt::format("\n{} times", item.count);
    if (!item.example_call.empty()) text += "\nfor example in call " + item.example_call;
    if (item.verdict == CheckVerdict::failed && !tolerated) test.element = "failure";
    if (item.verdict == CheckVerdict::skipped) test.element = "skipped";
    const bool told =
        item.verdict == CheckVerdict::warned || (item.verdict == CheckVerdict::failed && tolerated);
    (told ? test.output : test.message) = text;
    return test;
}

Case threshold_case(const ThresholdResult& threshold) {
    Case test{.group = "thresholds",
              .name = threshold.expression,
              .element = {},
              .type = "threshold",
              .message = {},
              .output = {}};
    std::string text = finite(threshold.value)
                           ? fmt::format("measured {:.6g} {}", *threshold.value, threshold.unit)
                           : "nothing was measured";
    if (!threshold.note.empty()) text += ": " + threshold.note;
    const bool holds = threshold.measurable && threshold.ok;
    if (!holds) test.element = threshold.measurable ? "failure" : "skipped";
    (holds ? test.output : test.message) = text;
    return test;
}

std::vector<Case> cases_of(const RunResult& result) {
    std::vector<Case> cases{run_case(result)};
    const auto& calls = result.calls;
    if (calls.failures.empty() && calls.started > 0) {
        cases.push_back(
            {.group = "calls",
             .name = "calls complete",
             .element = {},
             .type = {},
             .message = {},
             .output = fmt::format("{} of {} calls completed", calls.completed, calls.started)});
    }
    add_failure_cases(cases, result, "calls", calls.failures, calls.started);
    // An iteration fails when its call does: that is one case.
    auto other_failures = result.iterations.failures;
    for (const auto& [reason, count] : calls.failures) other_failures.erase(reason);
    add_failure_cases(cases, result, "iterations", other_failures, result.iterations.started);
    for (const CheckItem& item : result.checks.items) {
        cases.push_back(check_case(item, result.verdict == Verdict::passed));
    }
    for (const ThresholdResult& item : result.thresholds) cases.push_back(threshold_case(item));
    return cases;
}

struct Counts {
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t errors = 0;
    std::size_t skipped = 0;
};

void count(Counts& counts, const std::vector<Case>& cases) {
    counts.tests += cases.size();
    for (const Case& test : cases) {
        counts.failures += test.element == "failure" ? 1 : 0;
        counts.errors += test.element == "error" ? 1 : 0;
        counts.skipped += test.element == "skipped" ? 1 : 0;
    }
}

std::string counts_xml(const Counts& counts) {
    return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"", counts.tests,
                       counts.failures, counts.errors, counts.skipped);
}

std::string property_xml(std::string_view name, std::string_view value) {
    return fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", name, xml_escape(value));
}

std::string suite_xml(const RunResult& result, const std::vector<Case>& cases) {
    Counts counts;
    count(counts, cases);
    // JUnit's schema wants a timestamp without zone and fraction.
    const std::string started = iso8601_from_unix(result.run.started_at_us).substr(0, 19);
    std::string text = fmt::format(
        "  <testsuite name=\"{}\" {} time=\"{:.3f}\" timestamp=\"{}\">\n    <properties>\n",
        xml_escape(result.run.scenario), counts_xml(counts), to_seconds(result.run.duration),
        started);
    text += property_xml("run", result.run.id);
    text += property_xml("seed", std::to_string(result.run.seed));
    text += property_xml("janus", result.run.janus.version_string);
    text += property_xml("verdict", name(result.verdict));
    text += "    </properties>\n";
    for (const Case& test : cases) text += case_xml(result.run.scenario, test);
    return text + "  </testsuite>\n";
}

}  // namespace

std::string junit_xml(const std::vector<RunResult>& results) {
    Counts counts;
    Duration time{};
    std::string suites;
    for (const RunResult& result : results) {
        const std::vector<Case> cases = cases_of(result);
        count(counts, cases);
        time += result.run.duration;
        suites += suite_xml(result, cases);
    }
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites name=\"janus-harness\" {} time=\"{:.3f}\">\n{}</testsuites>\n",
        counts_xml(counts), to_seconds(time), suites);
}

}  // namespace janus_harness::reports
