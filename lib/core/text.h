#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/datagram.h"

namespace janus_harness {

std::string_view trim(std::string_view text);
// "a,b,,c" at ',' gives a, b, "" and c; the empty text gives one empty field.
std::vector<std::string_view> split(std::string_view text, char separator);
bool iequals(std::string_view left, std::string_view right);  // ASCII case only
std::string to_lower(std::string_view text);                  // ASCII case only
// The whole text as a decimal number without sign, spaces or overflow.
std::optional<std::uint64_t> parse_unsigned(std::string_view text);
// Lower-case hexadecimal, two digits a byte.
std::string to_hex(ByteView bytes);
std::optional<Bytes> from_hex(std::string_view text);

}  // namespace janus_harness
