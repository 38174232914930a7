#include "json/source_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace janus_harness::json {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

unsigned char byte_at(std::string_view text, std::size_t index) {
    return static_cast<unsigned char>(text[index]);
}

bool is_continuation(std::string_view text, std::size_t index) {
    return index < text.size() && (byte_at(text, index) & 0xC0u) == 0x80u;
}

// How many bytes the lead byte promises; 0 for a byte that cannot lead.
std::size_t promised_length(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (lead >= 0xE0 && lead <= 0xEF) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 0;
}

// Overlong forms, surrogates and what lies beyond U+10FFFF show in the second byte.
bool second_byte_fits(unsigned char lead, unsigned char second) {
    if (lead == 0xE0) return second >= 0xA0;
    if (lead == 0xED) return second <= 0x9F;
    if (lead == 0xF0) return second >= 0x90;
    if (lead == 0xF4) return second <= 0x8F;
    return true;
}

// The end of the comment that begins at `offset`, or `offset` if none begins there.
std::size_t skip_comment(std::string_view text, std::size_t offset) {
    const std::string_view rest = text.substr(offset);
    const bool block = rest.starts_with("/*");
    if (!block && !rest.starts_with("//")) return offset;
    const std::size_t end = block ? rest.find("*/", 2) : rest.find('\n');
    if (end == std::string_view::npos) return text.size();
    return offset + end + (block ? 2 : 1);
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
    if (text.empty()) return 0;
    const unsigned char lead = byte_at(text, 0);
    const std::size_t length = promised_length(lead);
    if (length == 0 || length > text.size()) return 0;
    for (std::size_t index = 1; index < length; ++index)
        if (!is_continuation(text, index)) return 0;
    if (length > 1 && !second_byte_fits(lead, byte_at(text, 1))) return 0;
    return length;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

SourceText::SourceText(std::string_view text, std::string name)
    : text_(text), name_(std::move(name)) {
    utf16_ = text_.starts_with("\xFF\xFE") || text_.starts_with("\xFE\xFF");
    if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
    line_starts_.push_back(0);
    for (std::size_t offset = 0; offset < text_.size(); ++offset)
        if (text_[offset] == '\n') line_starts_.push_back(offset + 1);
}

std::optional<SourceText::BadByte> SourceText::find_bad_byte() const {
    if (utf16_) return BadByte{0, "the file is UTF-16; save it as UTF-8"};
    for (std::size_t offset = 0; offset < text_.size();) {
        if (text_[offset] == '\0') return BadByte{offset, "a NUL byte cannot stand in JSON"};
        const std::size_t length = utf8_length(text_.substr(offset));
        if (length == 0)
            return BadByte{offset, fmt::format("byte 0x{:02x} is not valid UTF-8 here",
                                               byte_at(text_, offset))};
        offset += length;
    }
    return std::nullopt;
}

Position SourceText::position(std::size_t offset) const {
    offset = std::min(offset, text_.size());
    const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
    const std::size_t start = *std::prev(after);
    Position position;
    position.line = static_cast<std::size_t>(after - line_starts_.begin());
    position.column = 1;
    for (std::size_t index = start; index < offset; ++index)
        if (!is_continuation(text_, index)) ++position.column;
    return position;
}

std::size_t SourceText::skip_to_token(std::size_t offset) const {
    while (offset < text_.size()) {
        const std::size_t after_comment = skip_comment(text_, offset);
        if (after_comment == offset) {
            if (std::string_view{" \t\r\n,:]}"}.find(text_[offset]) == std::string_view::npos)
                break;
            ++offset;
        } else {
            offset = after_comment;
        }
    }
    return offset;
}

std::size_t SourceText::comment_before(std::size_t from, std::size_t error_offset) const {
    // Everything from the last token to the error is white space and comments, so walking over
    // whole comments ends at the one that is wrong.
    std::size_t offset = from;
    while (offset < error_offset && offset < text_.size()) {
        const std::size_t after = skip_comment(text_, offset);
        if (after == offset && text_[offset] == '/') return offset;
        const bool unterminated = after >= text_.size() && text_.substr(offset).starts_with("/*") &&
                                  !text_.substr(offset + 2).ends_with("*/");
        if (unterminated) return offset;
        offset = after == offset ? offset + 1 : after;
    }
    return std::min(error_offset, text_.size());
}

std::string SourceText::show(std::size_t offset) const {
    const std::size_t length = std::max<std::size_t>(1, utf8_length(text_.substr(offset)));
    if (byte_at(text_, offset) < 0x20)
        return fmt::format("the control character 0x{:02x}", byte_at(text_, offset));
    if (text_[offset] == '"') return "'\"'";
    return fmt::format("\"{}\"", text_.substr(offset, length));
}

}  // namespace janus_harness::json
