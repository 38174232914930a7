#pragma once

#include <functional>
#include <string>

#include "core/result.h"
#include "core/time.h"
#include "harness/testbed/child_process.h"

namespace janus_harness::testbed {

// Asks `ready` every few milliseconds until it says yes, and gives the time that took. Error
// `error_code` when the process ends before or `limit` passes, with the last lines of its log.
struct Readiness {
    std::string name;  // "Janus"
    std::function<bool()> ready;
    Duration limit{};
    std::string error_code;
    std::string log_file;
};
Result<Duration> wait_until_ready(ChildProcess& process, const Readiness& readiness);

// The last `count` lines of a text file; empty when it cannot be read.
std::string last_lines(const std::string& path, std::size_t count);

// Writes or overwrites a file. Error "file_not_written".
Result<void> write_text_file(const std::string& path, const std::string& text);

}  // namespace janus_harness::testbed
