#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

namespace janus_harness::reports {

// Text and numbers as the writers need them. All pure.

// The text with every byte sequence that is not UTF-8 (RFC 3629) replaced by U+FFFD: what a peer
// sent may hold anything, and no output format may be broken by it.
std::string valid_utf8(std::string_view text);
// Valid UTF-8 with < > & " ' escaped and without the control characters that XML 1.0 cannot hold
// (they become U+FFFD). Good for text and for quoted attributes, in XML and in HTML.
std::string xml_escape(std::string_view text);

// "2026-01-31T12:00:00.123456Z" for µs since the Unix epoch, and back.
std::string iso8601_from_unix(std::int64_t microseconds);
std::optional<std::int64_t> unix_from_iso8601(std::string_view text);

// The number, or nothing when it is NaN or infinite: a figure that cannot be told is not known.
std::optional<double> finite(const std::optional<double>& number);

// For people. 1234567 -> "1,234,567".
std::string with_thousands(std::uint64_t value);
// Milliseconds with about 3 significant digits: "0.123", "12.3", "1,234".
std::string milliseconds_text(double milliseconds);
// A share of 1 as percent: 0 -> "0 %", 0.00123 -> "0.123 %". Never "0 %" for more than nothing.
std::string percent_text(double ratio);
// "850 ms", "12.3 s", "4 min 05 s", "2 h 03 min".
std::string duration_text(Duration duration);
// "512 B", "13.4 MiB".
std::string bytes_text(std::uint64_t bytes);

// " (3 of them in the warm-up)", or nothing when there are none.
std::string warm_up_note(std::uint64_t count);

}  // namespace janus_harness::reports
