#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "reports/embedded.h"
#include "reports/file_io.h"
#include "reports/writers.h"
#include "sample_results.h"

namespace janus_harness::reports {
namespace {

const std::string golden_directory = std::string(TEST_DATA_DIR) + "/golden/reports/";

// With JANUS_HARNESS_UPDATE_GOLDEN=1 in the environment the files are written instead of compared:
// look at the difference before it is committed.
void check_golden(const std::string& name, const std::string& text) {
    const std::string path = golden_directory + name;
    if (std::getenv("JANUS_HARNESS_UPDATE_GOLDEN") != nullptr) {
        std::filesystem::create_directories(golden_directory);
        REQUIRE(write_file_atomically(path, text).ok());
    }
    const auto golden = read_file(path);
    REQUIRE_MESSAGE(golden.ok(), path);
    CHECK_MESSAGE(golden.value() == text,
                  path << " differs; JANUS_HARNESS_UPDATE_GOLDEN=1 writes it again");
}

// The page without the files that are the same in every page.
std::string without_embedded(std::string page) {
    for (const std::string_view embedded : {page_style(), page_script(), chart_library()}) {
        const auto place = page.find(embedded);
        if (place != std::string::npos) page.replace(place, embedded.size(), "…");
    }
    return page;
}

void check_all(const std::string& name, const RunResult& result) {
    check_golden(name + ".result.json", result_json(result));
    check_golden(name + ".junit.xml", junit_xml({result}));
    check_golden(name + ".calls.csv", calls_csv(result.call_records));
    check_golden(name + ".console.txt", console_summary(result, false));
    check_golden(name + ".report.html", without_embedded(report_html(result)));
}

TEST_CASE("a run as most are") {
    check_all("realistic", realistic_result(20, 1));
}
TEST_CASE("Janus could not be reached") {
    check_all("unreachable", unreachable_result());
}
TEST_CASE("Janus died in mid-run") {
    check_all("died", died_result());
}
TEST_CASE("texts that break careless writers") {
    check_all("hostile", hostile_result());
}

TEST_CASE("several runs") {
    check_golden("comparison.html",
                 without_embedded(comparison_html({realistic_result(20, 1), died_result()})));
    check_golden("several.junit.xml", junit_xml({realistic_result(20, 1), unreachable_result()}));
}

}  // namespace
}  // namespace janus_harness::reports
