#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/load.h"

namespace janus_harness::scenario::test {

inline std::string read_text(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    REQUIRE_MESSAGE(file.is_open(), path.string());
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// All *.json files below `directory`, sorted, schemas left out.
inline std::vector<std::filesystem::path> scenario_files(const std::filesystem::path& directory) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{directory}) {
        const std::string name = entry.path().filename().string();
        if (entry.path().extension() == ".json" && !name.ends_with(".schema.json"))
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

// A scenario that must be right.
inline Scenario loaded(std::string_view text, const std::vector<Override>& overrides = {}) {
    LoadOutcome outcome = load_text(text, "test.json", overrides);
    REQUIRE_MESSAGE(outcome.scenario, json::to_string(outcome.diagnostics));
    return std::move(*outcome.scenario);
}

inline std::string errors_of(std::string_view text, const std::vector<Override>& overrides = {}) {
    const LoadOutcome outcome = load_text(text, "test.json", overrides);
    CHECK(outcome.scenario.has_value() == outcome.diagnostics.empty());
    return json::to_string(outcome.diagnostics);
}

}  // namespace janus_harness::scenario::test
