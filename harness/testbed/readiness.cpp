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

Error not_ready(const Readiness& readiness, const std::string& what) {
    const std::string log = last_lines(readiness.log_file, log_lines_shown);
    return {readiness.error_code,
            fmt::format("{} {}; {}{}", readiness.name, what, readiness.log_file,
                        log.empty() ? " is empty" : " ends with:\n" + log)};
}

}  // namespace

Result<Duration> wait_until_ready(ChildProcess& process, const Readiness& readiness) {
    const TimePoint start = MonotonicClock::now();
    while (process.alive()) {
        if (readiness.ready()) return MonotonicClock::now() - start;
        if (MonotonicClock::now() - start > readiness.limit)
            return not_ready(readiness,
                             fmt::format("is not ready after {} s", to_seconds(readiness.limit)));
        std::this_thread::sleep_for(poll_interval);
    }
    return not_ready(readiness, process.exit_text() + " before it was ready");
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
