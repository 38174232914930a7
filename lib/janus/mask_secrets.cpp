#include "janus/mask_secrets.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "core/text.h"

namespace janus_harness::janus {
namespace {

constexpr std::string_view mask = "***";

// A secret follows `marker`, after any of `skip`, and ends before any of `stop`.
struct Rule {
    std::string_view marker;
    std::string_view skip;
    std::string_view stop;
};

// In JSON text a backslash starts an escape: "\r\n" ends a line of SDP, and "\"" a quoted value of
// a SIP header.
constexpr std::array rules = {
    Rule{"a=ice-pwd:", "", "\r\n\\\""},   Rule{"inline:", "", "\r\n\\\"| "},
    Rule{"apisecret=", "", "& \r\n\"\\"}, Rule{"admin_secret=", "", "& \r\n\"\\"},
    Rule{"token=", "", "& \r\n\"\\"},     Rule{"response=", "\\\"", "\\\", \r\n"},
};

constexpr std::array<std::string_view, 5> secret_members = {
    "\"secret\"", "\"ha1_secret\"", "\"apisecret\"", "\"admin_secret\"", "\"token\""};

// What the markers and members begin with: at anything else nothing can begin.
constexpr std::string_view beginnings = "\"aAiItTrR";

bool matches_at(std::string_view text, std::size_t position, std::string_view marker) {
    return text.size() - position >= marker.size() &&
           iequals(text.substr(position, marker.size()), marker);
}

// Most texts that are logged are names, numbers and addresses.
bool may_hold_secret(std::string_view text) {
    if (text.find_first_of("=\"") != std::string_view::npos) return true;
    // The one marker that has neither.
    constexpr std::string_view marker = "inline:";
    for (auto colon = text.find(':'); colon != std::string_view::npos;
         colon = text.find(':', colon + 1)) {
        const std::size_t length = colon + 1;
        if (length >= marker.size() && matches_at(text, length - marker.size(), marker))
            return true;
    }
    return false;
}

std::size_t skip_any(std::string_view text, std::size_t position, std::string_view characters) {
    const std::size_t next = text.find_first_not_of(characters, position);
    return next == std::string_view::npos ? text.size() : next;
}

std::size_t end_of_json_string(std::string_view text, std::size_t position) {
    while (position < text.size() && text[position] != '"') {
        position += text[position] == '\\' ? 2 : 1;
    }
    return position < text.size() ? position : text.size();
}

// The value of a secret member starts after `:` and spaces. Strings are masked between their
// quotes, anything else up to the next separator.
std::size_t mask_member(std::string_view text, std::size_t position, std::string& out) {
    const std::size_t colon = skip_any(text, position, " \t\r\n");
    if (colon >= text.size() || text[colon] != ':') return position;
    const std::size_t value = skip_any(text, colon + 1, " \t\r\n");
    out.append(text.substr(position, value - position));
    if (value >= text.size()) return value;
    if (text[value] == '"') {
        out.append("\"").append(mask);
        return end_of_json_string(text, value + 1);
    }
    out.append(mask);
    const std::size_t end = text.find_first_of(",}", value);
    return end == std::string_view::npos ? text.size() : end;
}

std::size_t mask_value(std::string_view text, std::size_t position, const Rule& rule,
                       std::string& out) {
    const std::size_t value = rule.skip.empty() ? position : skip_any(text, position, rule.skip);
    out.append(text.substr(position, value - position)).append(mask);
    const std::size_t end = text.find_first_of(rule.stop, value);
    return end == std::string_view::npos ? text.size() : end;
}

// Copies or masks what stands at `position`; gives where to go on.
std::size_t step(std::string_view text, std::size_t position, std::string& out) {
    for (const std::string_view member : secret_members) {
        if (!matches_at(text, position, member)) continue;
        out.append(member);
        return mask_member(text, position + member.size(), out);
    }
    for (const Rule& rule : rules) {
        if (!matches_at(text, position, rule.marker)) continue;
        out.append(text.substr(position, rule.marker.size()));
        return mask_value(text, position + rule.marker.size(), rule, out);
    }
    out += text[position];
    return position + 1;
}

}  // namespace

std::string mask_secrets(std::string_view text) {
    if (!may_hold_secret(text)) return std::string(text);
    std::string out;
    out.reserve(text.size());
    for (std::size_t position = 0; position < text.size();) {
        const std::size_t next = std::min(text.find_first_of(beginnings, position), text.size());
        out.append(text.substr(position, next - position));
        position = next < text.size() ? step(text, next, out) : next;
    }
    return out;
}

}  // namespace janus_harness::janus
