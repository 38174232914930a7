#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace janus_harness::sdp {

// A line as it stands in the text, before anything is made of it.
struct RawLine {
    std::string_view text;   // without its line end
    std::size_t number = 0;  // from 1
    bool crlf = false;       // ended by CR LF, not by LF alone or by the end of the text

    // "<lower-case letter>=..." (RFC 8866 5).
    bool well_formed() const {
        return text.size() >= 2 && text[0] >= 'a' && text[0] <= 'z' && text[1] == '=';
    }
    // Both only of a well-formed line.
    char type() const { return text[0]; }
    std::string_view value() const { return text.substr(2); }
};

// Cuts a text, which must outlive it, into lines. Empty lines at the end are left out.
class RawLineReader {
  public:
    explicit RawLineReader(std::string_view text) : rest_(text) {
        const auto last = text.find_last_not_of("\r\n");
        content_end_ = last == std::string_view::npos ? text.data() : text.data() + last + 1;
    }

    std::optional<RawLine> next() {
        if (rest_.data() == nullptr || rest_.data() >= content_end_) return std::nullopt;
        const auto end = rest_.find('\n');
        std::string_view line = rest_.substr(0, end);
        rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + 1);
        const bool crlf = end != std::string_view::npos && line.ends_with('\r');
        if (line.ends_with('\r')) line.remove_suffix(1);
        return RawLine{line, ++number_, crlf};
    }

  private:
    std::string_view rest_;
    const char* content_end_ = nullptr;
    std::size_t number_ = 0;
};

}  // namespace janus_harness::sdp
