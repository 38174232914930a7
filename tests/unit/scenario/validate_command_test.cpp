#include "harness/scenario/validate_command.h"

#include <doctest/doctest.h>

#include "support.h"

using namespace janus_harness::scenario;

namespace {

const std::string good = std::string{SCENARIO_DIR} + "/load/outgoing_call.json";
const std::string broken = std::string{TEST_DATA_DIR} + "/golden/scenario/bad_duration.json";

}  // namespace

TEST_CASE("validate exits with 0 for good files and 2 otherwise") {
    CHECK(validate_command({good}, {}) == 0);
    CHECK(validate_command({good}, {"calls=5", "transport=ws"}) == 0);
    CHECK(validate_command({good, broken}, {}) == 2);
    CHECK(validate_command({broken, good}, {}) == 2);
    CHECK(validate_command({good}, {"calls=many"}) == 2);
    CHECK(validate_command({good}, {"calls"}) == 2);
    CHECK(validate_command({"/nonexistent/scenario.json"}, {}) == 2);
    CHECK(validate_command({SCENARIO_DIR}, {}) == 2);
}

TEST_CASE("a file that cannot be read is named with the reason") {
    const auto missing = load_file("/nonexistent/scenario.json");
    CHECK(janus_harness::json::to_string(missing.diagnostics) ==
          "/nonexistent/scenario.json: cannot be opened: No such file or directory");
    const auto folder = load_file(SCENARIO_DIR);
    CHECK(folder.diagnostics.at(0).message == "this is a folder, not a scenario file");
}
