#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace janus_harness::controller {

// Readers of the texts that Linux's procfs gives (proc(5)). Anything else gives nullopt.

// /proc/PID/stat, or that of one thread.
struct StatLine {
    std::string name;
    char state = '?';
    double cpu_s = 0;  // utime + stime
    std::uint64_t threads = 0;
    std::uint64_t rss_bytes = 0;
};
std::optional<StatLine> parse_stat(std::string_view text);

// /proc/stat: seconds of CPU that all cores have worked since the machine's start.
std::optional<double> parse_machine_cpu(std::string_view text);

// /proc/PID/limits: the soft limit called `name` ("Max open files"); nullopt where there is none.
std::optional<std::uint64_t> parse_limit(std::string_view text, std::string_view name);

// A file that holds one number, such as /proc/sys/kernel/threads-max; nullopt for "max".
std::optional<std::uint64_t> parse_number(std::string_view text);

// The whole of a small file; empty where it cannot be read.
std::string read_small_file(const std::string& path);

}  // namespace janus_harness::controller
