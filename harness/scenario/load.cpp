#include "harness/scenario/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/scenario/compile.h"
#include "harness/scenario/overrides.h"
#include "harness/scenario/read_scenario.h"
#include "harness/scenario/validate.h"
#include "harness/scenario/variables.h"
#include "json/parse.h"

namespace janus_harness::scenario {
namespace {

// An unknown "${rate}" where a number must stand is one mistake, not two.
void drop_consequences(json::Diagnostics& diagnostics, std::size_t first,
                       const std::set<std::pair<std::size_t, std::size_t>>& places) {
    const auto begin = diagnostics.begin() + static_cast<std::ptrdiff_t>(first);
    const auto kept = std::remove_if(begin, diagnostics.end(), [&](const json::Diagnostic& one) {
        return places.contains({one.line, one.column});
    });
    diagnostics.erase(kept, diagnostics.end());
}

Scenario read(json::Reading& reading, json::Document& document) {
    const auto variables = read_variables(reading, document.root);
    const auto bad = substitute_variables(reading, document.root, variables);
    const std::size_t told = reading.diagnostics.size();
    Scenario scenario = read_scenario(reading, document.root);
    scenario.file = document.sources.front();
    for (const Variable& variable : variables)
        scenario.variables.emplace_back(variable.name, json::scalar_text(variable.value));
    validate(reading, scenario, document.root);
    drop_consequences(reading.diagnostics, told, bad);
    return scenario;
}

std::optional<std::string> read_bytes(const std::string& path, std::string& reason) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
        reason = "this is a folder, not a scenario file";
        return std::nullopt;
    }
    std::ifstream file{path, std::ios::binary};
    if (!file) {
        reason = fmt::format("cannot be opened: {}", std::strerror(errno));
        return std::nullopt;
    }
    std::ostringstream text;
    if (file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
    if (!file.bad()) return text.str();
    reason = "cannot be read";
    return std::nullopt;
}

}  // namespace

LoadOutcome load_text(std::string_view text, const std::string& file_name,
                      const std::vector<Override>& overrides, json::KeyTable* keys) {
    LoadOutcome outcome;
    auto document = json::parse(text, file_name, outcome.diagnostics);
    if (!document) return outcome;
    apply_overrides(*document, overrides, outcome.diagnostics);
    json::Reading reading{document->sources, outcome.diagnostics, keys};
    Scenario scenario = read(reading, *document);
    json::sort_by_place(outcome.diagnostics);
    if (!outcome.diagnostics.empty()) return outcome;
    compile(scenario);
    outcome.scenario = std::move(scenario);
    return outcome;
}

LoadOutcome load_file(const std::string& path, const std::vector<Override>& overrides) {
    std::string reason;
    const auto text = read_bytes(path, reason);
    if (text) return load_text(*text, path, overrides);
    LoadOutcome outcome;
    outcome.diagnostics.push_back({path, 0, 0, "", reason, ""});
    return outcome;
}

}  // namespace janus_harness::scenario
