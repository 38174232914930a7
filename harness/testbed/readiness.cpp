#include "harness/testbed/readiness.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <thread>

#include "core/text.h"
#include "harness/testbed/file_descriptor.h"

namespace janus_harness::testbed {

namespace {

constexpr Duration poll_interval = std::chrono::milliseconds{10};
constexpr std::size_t log_lines_shown = 15;

Error not_ready(const std::string& code, const std::string& what, const std::string& log_file) {
    const std::string log = last_lines(log_file, log_lines_shown);
    return {code, log.empty() ? fmt::format("{}; {} is empty", what, log_file)
                              : fmt::format("{}; the end of {}:\n{}", what, log_file, log)};
}

}  // namespace

Result<Duration> wait_until_ready(ChildProcess& process, const std::function<bool()>& ready,
                                  Duration limit, const std::string& error_code,
                                  const std::string& log_file) {
    const TimePoint start = MonotonicClock::now();
    while (process.alive()) {
        if (ready()) return MonotonicClock::now() - start;
        if (MonotonicClock::now() - start > limit)
            return not_ready(error_code, fmt::format("not ready after {} s", to_seconds(limit)),
                             log_file);
        std::this_thread::sleep_for(poll_interval);
    }
    return not_ready(error_code, "it " + process.exit_text() + " before it was ready", log_file);
}

std::string last_lines(const std::string& path, std::size_t count) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return "";
    const std::string text(trim(read_to_end(file.get())));
    std::size_t start = text.size();
    for (std::size_t line = 0; line < count && start != std::string::npos && start > 0; ++line)
        start = text.rfind('\n', start - 1);
    return start == std::string::npos || start == 0 ? text : text.substr(start + 1);
}

Result<void> write_text_file(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::trunc);
    file << text;
    file.close();
    if (!file) return Error{"file_not_written", fmt::format("{}: {}", path, std::strerror(errno))};
    return {};
}

}  // namespace janus_harness::testbed
