#include "core/log.h"

#include <atomic>
#include <cstdio>

namespace janus_harness {
namespace {

std::atomic<LogLevel> minimum_level{LogLevel::warning};

std::string_view name_of(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return "debug";
        case LogLevel::info:
            return "info";
        case LogLevel::warning:
            return "warning";
        case LogLevel::error:
            return "error";
    }
    return "error";
}

}  // namespace

void set_log_level(LogLevel level) {
    minimum_level = level;
}

bool log_enabled(LogLevel level) {
    return level >= minimum_level;
}

void log_line(LogLevel level, std::string_view text) {
    // One write a line keeps lines of several threads whole.
    const std::string line = fmt::format("{}: {}\n", name_of(level), text);
    std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace janus_harness
