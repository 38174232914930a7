#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/duration_text.h"
#include "json/object_reader.h"
#include "json/suggestion.h"

namespace janus_harness::json {
namespace {

// "a number", "the string \"x\"": what stands there instead. Long strings are cut.
std::string found(const Value& value) {
    constexpr std::size_t longest_shown = 60;
    if (value.kind == Kind::array || value.kind == Kind::object)
        return std::string{describe(value.kind)};
    if (value.kind == Kind::string) {
        if (value.string.size() > longest_shown) return "a long string";
        return "\"" + value.string + "\"";
    }
    return write(value);
}

void wrong_kind(Reading& reading, const Value& value, std::string_view what,
                std::string_view wanted, std::string allowed = {}) {
    reading.error(value.location, fmt::format("{} must be {}, not {}", what, wanted, found(value)),
                  std::move(allowed));
}

template <typename T>
std::string range_text(Range<T> range) {
    const bool from = range.minimum != std::numeric_limits<T>::lowest();
    const bool to = range.maximum != std::numeric_limits<T>::max();
    if (from && to) return fmt::format("{} to {}", range.minimum, range.maximum);
    if (from) return fmt::format("{} or more", range.minimum);
    return fmt::format("{} or less", range.maximum);
}

template <typename T>
bool in_range(Reading& reading, const Value& value, std::string_view what, T number,
              Range<T> range) {
    if (number >= range.minimum && number <= range.maximum) return true;
    reading.error(value.location, fmt::format("{} is out of range: {}", what, write(value)),
                  range_text(range));
    return false;
}

}  // namespace

void Reading::error(const Location& where, std::string message, std::string allowed) {
    const std::size_t source = std::min(where.position.source, sources.size() - 1);
    diagnostics.push_back({sources[source], where.position.line, where.position.column,
                           where.pointer, std::move(message), std::move(allowed)});
}

std::optional<std::string> read_string(Reading& reading, const Value& value,
                                       std::string_view what) {
    if (value.kind == Kind::string) return value.string;
    wrong_kind(reading, value, what, "a string");
    return std::nullopt;
}

std::optional<bool> read_boolean(Reading& reading, const Value& value, std::string_view what) {
    if (value.kind == Kind::boolean) return value.boolean;
    wrong_kind(reading, value, what, "true or false");
    return std::nullopt;
}

std::optional<std::int64_t> read_integer(Reading& reading, const Value& value,
                                         std::string_view what, Range<std::int64_t> range) {
    if (value.kind != Kind::integer) {
        wrong_kind(reading, value, what, "a whole number");
        return std::nullopt;
    }
    if (!in_range(reading, value, what, value.integer, range)) return std::nullopt;
    return value.integer;
}

std::optional<double> read_number(Reading& reading, const Value& value, std::string_view what,
                                  Range<double> range) {
    if (!value.is_number()) {
        wrong_kind(reading, value, what, "a number");
        return std::nullopt;
    }
    if (!in_range(reading, value, what, value.number, range)) return std::nullopt;
    return value.number;
}

std::optional<Duration> read_duration(Reading& reading, const Value& value, std::string_view what) {
    if (value.kind == Kind::string) {
        if (auto duration = parse_duration(value.string)) return duration;
    }
    wrong_kind(reading, value, what, "a duration", fmt::format("{} and the like", duration_forms));
    return std::nullopt;
}

std::optional<std::size_t> read_choice(Reading& reading, const Value& value, std::string_view what,
                                       const std::vector<std::string>& names) {
    if (value.kind != Kind::string) {
        wrong_kind(reading, value, what, "a string", quoted_list(names));
        return std::nullopt;
    }
    const auto chosen = std::find(names.begin(), names.end(), value.string);
    if (chosen != names.end()) return static_cast<std::size_t>(chosen - names.begin());
    reading.error(
        value.location,
        fmt::format("{} cannot be {}{}", what, found(value), did_you_mean(value.string, names)),
        quoted_list(names));
    return std::nullopt;
}

}  // namespace janus_harness::json
