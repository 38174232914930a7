#include <doctest/doctest.h>

#include <filesystem>
#include <set>
#include <string>

#include "core/random.h"
#include "reports/file_io.h"
#include "reports/writers.h"
#include "sample_results.h"
#include "scratch_directory.h"

namespace janus_harness::reports {
namespace {

std::set<std::string> files_in(const std::string& directory) {
    std::set<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
        if (entry.is_regular_file()) {
            files.insert(std::filesystem::relative(entry.path(), directory).string());
        }
    }
    return files;
}

void write(const std::string& path, const std::string& text) {
    REQUIRE(write_file_atomically(path, text).ok());
}

TEST_CASE("a run's folder holds every file, whole") {
    const ScratchDirectory directory;
    const std::string folder = directory.path() + "/new/run";
    REQUIRE(write_run_folder(folder, realistic_result(10, 1)).ok());
    const auto files = files_in(folder);
    CHECK(files.size() == 4 + 15);
    for (const char* name :
         {"result.json", "calls.csv", "junit.xml", "report.html", "latency/call_setup.hgrm",
          "latency/call_setup_raw.hgrm", "latency/create.hgrm"}) {
        CAPTURE(name);
        CHECK(files.contains(name));
    }
    REQUIRE(write_run_folder(folder, realistic_result(10, 2)).ok());
    CHECK(files_in(folder) == files);
}

TEST_CASE("a metric that has no value has no file") {
    const ScratchDirectory directory;
    REQUIRE(write_run_folder(directory.path(), died_result()).ok());
    const auto files = files_in(directory.path());
    CHECK(files.contains("latency/create.hgrm"));
    CHECK(!files.contains("latency/call_setup.hgrm"));
}

// A second run into the folder that dies early must not leave the first one's verdict behind.
TEST_CASE("a folder that is used again forgets the run before, and nothing else") {
    const ScratchDirectory directory;
    REQUIRE(write_run_folder(directory.path(), realistic_result(10, 1)).ok());
    write(directory.path() + "/notes.txt", "mine");
    clear_run_folder(directory.path());
    CHECK(files_in(directory.path()) == std::set<std::string>{"notes.txt"});
    clear_run_folder(directory.path() + "/not there");
}

TEST_CASE("a folder that cannot be written is an error that names it") {
    const auto written = write_run_folder("/proc/nonexistent/run", unreachable_result());
    REQUIRE(!written.ok());
    CHECK(written.error().code == "report_write");
    CHECK(written.error().message.find("/proc/nonexistent") != std::string::npos);
}

TEST_CASE("a result that is read back writes the same files") {
    for (const RunResult& result :
         {realistic_result(30, 1), unreachable_result(), died_result(), hostile_result()}) {
        const ScratchDirectory directory;
        REQUIRE(write_run_folder(directory.path(), result).ok());
        const auto back = read_result(directory.path());
        REQUIRE(back.ok());
        CHECK(result_json(back.value()) == result_json(result));
        CHECK(calls_csv(back->call_records) == calls_csv(result.call_records));
        CHECK(junit_xml({back.value()}) == junit_xml({result}));
        CHECK(report_html(back.value()) == report_html(result));
        CHECK(console_summary(back.value(), false) == console_summary(result, false));
    }
}

TEST_CASE("the report of a run is written again") {
    const ScratchDirectory directory;
    REQUIRE(write_run_folder(directory.path(), realistic_result(5, 1)).ok());
    const std::string page = directory.path() + "/report.html";
    const std::string before = read_file(page).value();
    std::filesystem::remove(page);
    const auto written = write_report({directory.path()}, "");
    REQUIRE(written.ok());
    CHECK(written.value() == page);
    CHECK(read_file(page).value() == before);
}

TEST_CASE("several runs give a comparison") {
    const ScratchDirectory directory;
    const std::string first = directory.path() + "/a";
    const std::string second = directory.path() + "/b";
    REQUIRE(write_run_folder(first, realistic_result(5, 1)).ok());
    REQUIRE(write_run_folder(second, died_result()).ok());
    const std::string out = directory.path() + "/both.html";
    const auto written = write_report({first, second}, out);
    REQUIRE(written.ok());
    CHECK(read_file(out).value() ==
          comparison_html({read_result(first).value(), read_result(second).value()}));
}

TEST_CASE("folders that hold no result are errors") {
    const ScratchDirectory directory;
    CHECK(write_report({}, "").error().code == "report_read");
    CHECK(read_result(directory.path()).error().code == "report_read");
    write(directory.path() + "/result.json", "{\"schema\": ");
    CHECK(read_result(directory.path()).error().code == "report_syntax");
    write(directory.path() + "/result.json", "{\"schema\": \"another/1\"}");
    CHECK(read_result(directory.path()).error().code == "report_schema");
    write(directory.path() + "/result.json", "[]");
    CHECK(read_result(directory.path()).error().code == "report_schema");
}

TEST_CASE("a result with nothing but its schema reads as not known") {
    const ScratchDirectory directory;
    write(directory.path() + "/result.json", "{\"schema\": \"janus-harness/result/1\"}");
    const auto result = read_result(directory.path());
    REQUIRE(result.ok());
    CHECK(result->verdict == Verdict::error);
    CHECK(!result->to_far_end.sent);
    CHECK(!report_html(result.value()).empty());
}

TEST_CASE("mutated results never crash") {
    const ScratchDirectory directory;
    Random random(23);
    const std::string valid = result_json(realistic_result(3, 1));
    for (int i = 0; i < 300; ++i) {
        std::string text = valid;
        for (int k = 0; k < 4; ++k) {
            text[random.below(text.size())] = "0123456789\"{}[],:-tn"[random.below(20)];
        }
        write(directory.path() + "/result.json", text);
        const auto result = read_result(directory.path());
        if (result.ok()) CHECK(!report_html(result.value()).empty());
    }
}

}  // namespace
}  // namespace janus_harness::reports
