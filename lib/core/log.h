#pragma once

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace janus_harness {

enum class LogLevel { debug, info, warning, error };

// Messages for the person at the terminal, on standard error, a line each. Not for results.
// Thread-safe. The default level is warning.
void set_log_level(LogLevel level);
bool log_enabled(LogLevel level);
void log_line(LogLevel level, std::string_view text);

template <typename... Args>
void log(LogLevel level, fmt::format_string<Args...> format, Args&&... args) {
    if (log_enabled(level)) log_line(level, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace janus_harness
