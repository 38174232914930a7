#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

namespace janus_harness {

// "250ms", "1.5s", "2m", "1h", "100us": a decimal number without sign and one unit, nothing else.
// None for any other text and for what exceeds 1000 hours.
std::optional<Duration> parse_duration(std::string_view text);
// What parse_duration takes, for messages.
inline constexpr std::string_view duration_forms = "\"250ms\", \"5s\", \"2m\", \"1h\"";
// The shortest exact form: "250ms", "1.5s", "90s", "2m".
std::string format_duration(Duration duration);

}  // namespace janus_harness
