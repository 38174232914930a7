#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "harness/scenario/scenario.h"
#include "json/diagnostic.h"
#include "json/object_reader.h"

namespace janus_harness::scenario {

// One `--set name=value`. `name` is a declared variable, else a dotted path into the file
// ("load.rate", "actors.phone.answer.status", "thresholds.0"). `value` is a JSON scalar or a
// string.
struct Override {
    std::string name;
    std::string value;
};

// "name=value". Error code: override_syntax.
Result<Override> parse_override(std::string_view text);

struct LoadOutcome {
    std::optional<Scenario> scenario;  // only when there are no diagnostics
    json::Diagnostics diagnostics;     // sorted by place
};

// Reads, overrides, checks and compiles. `file_name` is for messages only. `keys`, if given, takes
// the keys that each kind of object knows.
LoadOutcome load_text(std::string_view text, const std::string& file_name,
                      const std::vector<Override>& overrides = {}, json::KeyTable* keys = nullptr);
// The same from a file; a file that cannot be read is a diagnostic.
LoadOutcome load_file(const std::string& path, const std::vector<Override>& overrides = {});

}  // namespace janus_harness::scenario
