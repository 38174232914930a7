#include "json/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace janus_harness::json {
namespace {

// A file name or a key may hold a newline or an escape sequence; a terminal must not obey it.
std::string printable(const std::string& text) {
    std::string shown;
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte < 0x20 || byte == 0x7f)
            shown += fmt::format("\\x{:02x}", byte);
        else
            shown += character;
    }
    return shown;
}

}  // namespace

std::string to_string(const Diagnostic& diagnostic) {
    std::string text = diagnostic.file;
    if (diagnostic.line != 0) text += fmt::format(":{}:{}", diagnostic.line, diagnostic.column);
    text += ": " + diagnostic.message;
    if (!diagnostic.allowed.empty()) text += "; allowed: " + diagnostic.allowed;
    return printable(text);
}

std::string to_string(const Diagnostics& diagnostics) {
    std::string text;
    for (const Diagnostic& diagnostic : diagnostics) {
        if (!text.empty()) text += '\n';
        text += to_string(diagnostic);
    }
    return text;
}

void sort_by_place(Diagnostics& diagnostics) {
    std::stable_sort(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& left, const Diagnostic& right) {
                         return std::tie(left.line, left.column) <
                                std::tie(right.line, right.column);
                     });
}

}  // namespace janus_harness::json
