#pragma once

#include <fmt/format.h>

#include <iterator>
#include <string>
#include <utility>

namespace janus_harness::sdp {

// Gathers lines, each ended by CRLF.
class TextBuilder {
  public:
    template <typename... Args>
    void line(fmt::format_string<Args...> format, Args&&... args) {
        fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
        text_ += "\r\n";
    }
    // Whole lines with their ends.
    void lines(std::string_view text) { text_ += text; }
    std::string take() { return std::move(text_); }

  private:
    std::string text_;
};

}  // namespace janus_harness::sdp
