#pragma once

#include <string_view>

#include "core/result.h"
#include "json/value.h"

namespace janus_harness::json {

// Whether `value` satisfies a JSON Schema (the part RapidJSON knows: draft 4, which our draft-07
// files keep to). `schema_text` is strict JSON. Error codes: schema_invalid (the schema itself is
// not JSON), schema_mismatch (the message names the keyword and the pointers into both).
Result<void> validate_against_schema(const Value& value, std::string_view schema_text);

}  // namespace janus_harness::json
