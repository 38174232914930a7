#include "harness/testbed/readiness.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>

using namespace janus_harness;
using namespace janus_harness::testbed;

namespace {

struct TemporaryFolder {
    TemporaryFolder() {
        char name[] = "/tmp/readiness-test-XXXXXX";
        path = ::mkdtemp(name);
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path); }
    std::string path;
};

}  // namespace

TEST_CASE("the last lines of a file") {
    const TemporaryFolder folder;
    const std::string path = folder.path + "/log";
    CHECK(last_lines(path, 2).empty());
    REQUIRE(write_text_file(path, "one\ntwo\nthree\n\n").ok());
    CHECK(last_lines(path, 1) == "three");
    CHECK(last_lines(path, 2) == "two\nthree");
    CHECK(last_lines(path, 3) == "one\ntwo\nthree");
    CHECK(last_lines(path, 30) == "one\ntwo\nthree");
    REQUIRE(write_text_file(path, "\n").ok());
    CHECK(last_lines(path, 1).empty());
}

TEST_CASE("a file that cannot be written is an error") {
    const auto written = write_text_file("/nowhere/file", "text");
    REQUIRE_FALSE(written.ok());
    CHECK(written.error().code == "file_not_written");
}

TEST_CASE("a process that ends before it is ready is an error with its log") {
    const TemporaryFolder folder;
    ChildOptions options;
    options.arguments = {"sh", "-c", "echo no such plugin; exit 9"};
    options.output_file = folder.path + "/log";
    auto child = ChildProcess::start(options);
    REQUIRE(child.ok());
    const auto ready = wait_until_ready(
        *child.value(), {"The server", [] { return false; }, std::chrono::seconds{100},
                         "start_failed", options.output_file});
    REQUIRE_FALSE(ready.ok());
    CHECK(ready.error().code == "start_failed");
    CHECK(ready.error().message == "The server exited with 9 before it was ready; " +
                                       options.output_file + " ends with:\nno such plugin");
}
