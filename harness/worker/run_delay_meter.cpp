#include "harness/worker/run_delay_meter.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>

namespace janus_harness::worker {

RunDelayMeter::RunDelayMeter() {
    const std::string path = fmt::format("/proc/self/task/{}/schedstat", ::gettid());
    file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
}

RunDelayMeter::~RunDelayMeter() {
    if (file_ >= 0) ::close(file_);
}

std::optional<Duration> RunDelayMeter::read() const {
    // "<ns on a CPU> <ns ready, waiting for one> <times it was given one>"
    std::array<char, 96> text{};
    if (file_ < 0 || ::pread(file_, text.data(), text.size() - 1, 0) <= 0) return std::nullopt;
    char* end = nullptr;
    std::strtoull(text.data(), &end, 10);
    const unsigned long long waiting = std::strtoull(end, &end, 10);
    // Never, though it runs: the kernel has the file, but does not account.
    if (std::strtoull(end, nullptr, 10) == 0) return std::nullopt;
    return Duration{static_cast<std::int64_t>(waiting)};
}

}  // namespace janus_harness::worker
