#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "json/diagnostic.h"
#include "json/value.h"

namespace janus_harness::json {

// Deeper nesting is an error: nobody writes it, and the parser recurses.
inline constexpr std::size_t maximum_depth = 64;

// Reads RFC 8259 JSON with // and /* */ comments and trailing commas. Any bytes may come in. Text
// must be UTF-8; a UTF-8 byte order mark is skipped, one of UTF-16 is an error. Adds what is wrong
// to `diagnostics`: the first syntax error (then there is no document), or every duplicate key (the
// first one counts).
std::optional<Document> parse(std::string_view text, const std::string& file_name,
                              Diagnostics& diagnostics);

// The same where any diagnostic is an error. Error code: json_syntax; the message holds the
// formatted diagnostics, one a line.
Result<Document> parse(std::string_view text, const std::string& file_name);

// A command line's value: a JSON number, true, false, null or a quoted string is that; all other
// text is a string as it stands.
Value parse_scalar(std::string_view text);

}  // namespace janus_harness::json
