#include "harness/controller/host_info.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/utsname.h>

#include <fstream>
#include <string>
#include <thread>

#include "core/text.h"

namespace janus_harness::controller {
namespace {

std::string processor_name() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("model name")) {
            return std::string(trim(std::string_view(line).substr(line.find(':') + 1)));
        }
    }
    return {};
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

rusage own_usage() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage;
}

}  // namespace

reports::Environment describe_host() {
    reports::Environment environment;
    environment.cores = std::thread::hardware_concurrency();
    environment.cpu_model = processor_name();
    utsname kernel{};
    if (uname(&kernel) == 0) {
        environment.kernel = fmt::format("{} {}", kernel.sysname, kernel.release);
    }
    environment.harness_version = JANUS_HARNESS_VERSION;
    return environment;
}

double process_cpu_seconds() {
    const rusage usage = own_usage();
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::uint64_t process_max_rss_bytes() {
    return static_cast<std::uint64_t>(own_usage().ru_maxrss) * 1024;  // Linux gives kilobytes
}

}  // namespace janus_harness::controller
