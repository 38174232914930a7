#include "core/duration_text.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace janus_harness {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t nanoseconds;
};

// Longest first where one is the end of another: "ms" before "s".
constexpr std::array<Unit, 5> units{{{"us", 1'000},
                                     {"ms", 1'000'000},
                                     {"s", 1'000'000'000},
                                     {"m", 60'000'000'000},
                                     {"h", 3'600'000'000'000}}};
constexpr double longest_nanoseconds = 1000.0 * 3.6e12;

std::optional<double> parse_decimal(std::string_view text) {
    const bool digits_outside = !text.empty() && text.front() != '.' && text.back() != '.' &&
                                text.find_first_not_of("0123456789.") == std::string_view::npos;
    if (!digits_outside) return std::nullopt;
    double number = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
    for (const Unit& unit : units) {
        if (!text.ends_with(unit.name)) continue;
        const auto number = parse_decimal(text.substr(0, text.size() - unit.name.size()));
        if (!number) return std::nullopt;
        const double nanoseconds = *number * static_cast<double>(unit.nanoseconds);
        if (nanoseconds > longest_nanoseconds) return std::nullopt;
        return Duration{std::llround(nanoseconds)};
    }
    return std::nullopt;
}

std::string format_duration(Duration duration) {
    const auto count = duration.count();
    if (count != 0 && count % units[4].nanoseconds == 0)
        return fmt::format("{}h", count / units[4].nanoseconds);
    if (count != 0 && count % units[3].nanoseconds == 0)
        return fmt::format("{}m", count / units[3].nanoseconds);
    if (std::abs(count) >= units[2].nanoseconds || count == 0)
        return fmt::format("{}s", to_seconds(duration));
    return fmt::format("{}ms", to_milliseconds(duration));
}

}  // namespace janus_harness
