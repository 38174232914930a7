#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "core/text.h"

namespace janus_harness::sdp {

// Takes what stands before the first `separator` off `rest`, the separator too; all of it if there
// is none.
inline std::string_view take_field(std::string_view& rest, char separator = ' ') {
    const auto end = rest.find(separator);
    const auto field = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    return field;
}

// A decimal number that fits T.
template <typename T>
std::optional<T> parse_number(std::string_view text) {
    const auto value = parse_unsigned(text);
    if (!value || *value > std::numeric_limits<T>::max()) return std::nullopt;
    return static_cast<T>(*value);
}

inline bool all_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// ice-char of RFC 8839 5.1: ALPHA / DIGIT / "+" / "/".
inline bool all_ice_chars(std::string_view text) {
    return text.find_first_not_of(
               "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") ==
           std::string_view::npos;
}

}  // namespace janus_harness::sdp
