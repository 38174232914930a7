#include "reports/report_text.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cmath>

#include "core/text.h"

namespace janus_harness::reports {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

struct Utf8Lead {
    std::size_t length;
    std::uint32_t lowest;  // of the code points that need this length: no overlong forms
    std::uint32_t bits;
};

std::optional<Utf8Lead> read_lead(std::uint8_t byte) {
    if (byte < 0x80) return Utf8Lead{1, 0, byte};
    if (byte >= 0xC2 && byte < 0xE0) return Utf8Lead{2, 0x80, byte & 0x1FU};
    if (byte >= 0xE0 && byte < 0xF0) return Utf8Lead{3, 0x800, byte & 0x0FU};
    if (byte >= 0xF0 && byte < 0xF5) return Utf8Lead{4, 0x10000, byte & 0x07U};
    return std::nullopt;
}

// The length of the valid UTF-8 character at the start of `text`, 0 when there is none.
std::size_t character_length(std::string_view text) {
    const auto lead = read_lead(static_cast<std::uint8_t>(text[0]));
    if (!lead || lead->length > text.size()) return 0;
    std::uint32_t code = lead->bits;
    for (std::size_t i = 1; i < lead->length; ++i) {
        const auto byte = static_cast<std::uint8_t>(text[i]);
        if ((byte & 0xC0U) != 0x80) return 0;
        code = code << 6 | (byte & 0x3FU);
    }
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return code < lead->lowest || code > 0x10FFFF || surrogate ? 0 : lead->length;
}

std::string_view escaped(char character) {
    switch (character) {
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '&':
            return "&amp;";
        case '"':
            return "&quot;";
        case '\'':
            return "&#39;";
        default:
            return {};
    }
}

bool forbidden_in_xml(char character) {
    const auto byte = static_cast<std::uint8_t>(character);
    return (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F;
}

// U+FFFE and U+FFFF are UTF-8, but no XML 1.0 document may hold them.
bool is_noncharacter(std::string_view text) {
    return text.starts_with("\xEF\xBF\xBE") || text.starts_with("\xEF\xBF\xBF");
}

}  // namespace

std::string valid_utf8(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = character_length(text);
        result += length == 0 ? replacement : text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return result;
}

std::string xml_escape(std::string_view text) {
    std::string result;
    const std::string clean = valid_utf8(text);
    for (std::size_t i = 0; i < clean.size(); ++i) {
        const char character = clean[i];
        const std::string_view entity = escaped(character);
        if (!entity.empty()) {
            result += entity;
        } else if (is_noncharacter(std::string_view(clean).substr(i))) {
            result += replacement;
            i += replacement.size() - 1;
        } else if (forbidden_in_xml(character)) {
            result += replacement;
        } else {
            result += character;
        }
    }
    return result;
}

std::string iso8601_from_unix(std::int64_t microseconds) {
    namespace chrono = std::chrono;
    const chrono::sys_time<chrono::microseconds> time{chrono::microseconds(microseconds)};
    const auto day = chrono::floor<chrono::days>(time);
    const chrono::year_month_day date{day};
    const chrono::hh_mm_ss<chrono::microseconds> clock{time - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

std::optional<std::int64_t> unix_from_iso8601(std::string_view text) {
    namespace chrono = std::chrono;
    constexpr std::string_view shape = "dddd-dd-ddTdd:dd:dd.ddddddZ";
    if (text.size() != shape.size()) return std::nullopt;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (shape[i] != 'd' && shape[i] != text[i]) return std::nullopt;
    }
    const auto field = [&](std::size_t at, std::size_t size) {
        return parse_unsigned(text.substr(at, size)).value_or(99'999'999);
    };
    const auto year = field(0, 4), month = field(5, 2), day = field(8, 2), hour = field(11, 2),
               minute = field(14, 2), second = field(17, 2), fraction = field(20, 6);
    if (hour > 23 || minute > 59 || second > 60 || fraction > 999'999) return std::nullopt;
    const chrono::year_month_day date{chrono::year{static_cast<int>(year)},
                                      chrono::month{static_cast<unsigned>(month)},
                                      chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) return std::nullopt;
    const auto seconds = ((hour * 60) + minute) * 60 + second;
    const auto day_start = chrono::sys_days{date}.time_since_epoch();
    return chrono::duration_cast<chrono::microseconds>(day_start).count() +
           static_cast<std::int64_t>(seconds * 1'000'000 + fraction);
}

std::optional<double> finite(const std::optional<double>& number) {
    return number && std::isfinite(*number) ? number : std::nullopt;
}

std::string with_thousands(std::uint64_t value) {
    std::string digits = std::to_string(value);
    for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
    return digits;
}

std::string milliseconds_text(double milliseconds) {
    const double size = std::abs(milliseconds);
    if (size == 0) return "0";
    if (size < 10) return fmt::format("{:.{}f}", milliseconds, size < 1 ? 3 : 2);
    if (size < 100) return fmt::format("{:.1f}", milliseconds);
    const auto rounded = static_cast<std::uint64_t>(std::llround(size));
    return (milliseconds < 0 ? "-" : "") + with_thousands(rounded);
}

std::string percent_text(double ratio) {
    const double percent = ratio * 100;
    if (percent == 0) return "0 %";
    if (percent < 0.001) return "< 0.001 %";
    return fmt::format("{:.{}f} %", percent, percent < 1 ? 3 : percent < 10 ? 2 : 1);
}

std::string duration_text(Duration duration) {
    const double seconds = to_seconds(duration);
    if (seconds < 1) return milliseconds_text(to_milliseconds(duration)) + " ms";
    if (seconds < 120) return fmt::format("{:.1f} s", seconds);
    const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
    if (whole < 7200) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
    return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

std::string warm_up_note(std::uint64_t count) {
    return count == 0 ? std::string{}
                      : fmt::format(" ({} of them in the warm-up)", with_thousands(count));
}

std::string bytes_text(std::uint64_t bytes) {
    constexpr std::array<std::string_view, 4> units{"KiB", "MiB", "GiB", "TiB"};
    if (bytes < 1024) return fmt::format("{} B", bytes);
    double value = static_cast<double>(bytes) / 1024;
    std::size_t unit = 0;
    for (; value >= 1024 && unit + 1 < units.size(); ++unit) value /= 1024;
    return fmt::format("{:.1f} {}", value, units[unit]);
}

}  // namespace janus_harness::reports
