#include <doctest/doctest.h>

#include <cstdlib>

#include "support.h"

using namespace janus_harness;
using namespace janus_harness::scenario;
using namespace janus_harness::scenario::test;

namespace {

const std::filesystem::path golden_directory =
    std::filesystem::path{TEST_DATA_DIR} / "golden/scenario";

std::string diagnostics_of(const std::filesystem::path& file) {
    const auto outcome = load_text(read_text(file), file.filename().string());
    CHECK_FALSE(outcome.scenario);
    return json::to_string(outcome.diagnostics) + "\n";
}

}  // namespace

// Each broken scenario NAME.json has its messages in NAME.expected. After a wanted change of a
// message, run with UPDATE_GOLDEN=1 and read the difference.
TEST_CASE("broken scenarios give exactly the expected messages") {
    const bool update = std::getenv("UPDATE_GOLDEN") != nullptr;
    const auto files = scenario_files(golden_directory);
    CHECK(files.size() >= 25);
    for (const auto& file : files) {
        CAPTURE(file.string());
        auto expected_file = file;
        expected_file.replace_extension(".expected");
        const std::string diagnostics = diagnostics_of(file);
        if (update) std::ofstream{expected_file} << diagnostics;
        CHECK(diagnostics == read_text(expected_file));
    }
}
