#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/diagnostic.h"

namespace janus_harness::json {

// A text with its line starts: offsets into places that people read. Refers to the text given,
// which must outlive it. A UTF-8 byte order mark is not part of text().
class SourceText {
  public:
    SourceText(std::string_view text, std::string name);

    struct BadByte {
        std::size_t offset = 0;
        std::string message;
    };
    // The first byte that cannot stand in a JSON text: NUL, bad UTF-8 (RFC 3629), or UTF-16.
    std::optional<BadByte> find_bad_byte() const;

    const std::string& name() const { return name_; }
    std::string_view text() const { return text_; }
    // Any offset; one past the end stands for the end.
    Position position(std::size_t offset) const;
    // The offset of the first byte at or after `offset` that is neither white space, comment nor
    // separator: where the next token begins in a text that the reader took so far.
    std::size_t skip_to_token(std::size_t offset) const;
    // The beginning of the last comment, or slash, that starts in [from, error_offset].
    std::size_t comment_before(std::size_t from, std::size_t error_offset) const;
    // The character at `offset` for a message: `"x"`, `"é"`, `the control character 0x01`.
    std::string show(std::size_t offset) const;

  private:
    std::string_view text_;
    std::string name_;
    bool utf16_ = false;
    std::vector<std::size_t> line_starts_;
};

// The length of the UTF-8 sequence that begins `text` (RFC 3629), or 0 when it is not one.
std::size_t utf8_length(std::string_view text);
bool is_utf8(std::string_view text);

}  // namespace janus_harness::json
