#include "harness/controller/proc_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <vector>

#include "core/text.h"

namespace janus_harness::controller {
namespace {

double ticks_per_second() {
    static const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    return ticks;
}

template <typename T>
std::optional<T> number_in(std::string_view text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::vector<std::string_view> words(std::string_view text) {
    constexpr std::string_view spaces = " \t\n";
    std::vector<std::string_view> result;
    while (true) {
        const std::size_t begin = text.find_first_not_of(spaces);
        if (begin == std::string_view::npos) return result;
        text.remove_prefix(begin);
        const std::size_t end = std::min(text.find_first_of(spaces), text.size());
        result.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

}  // namespace

std::optional<StatLine> parse_stat(std::string_view text) {
    // The name may hold spaces and parentheses itself.
    const std::size_t open = text.find('(');
    const std::size_t close = text.rfind(')');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
        return std::nullopt;
    }
    const auto fields = words(text.substr(close + 1));
    // proc(5) numbers the fields from 1; what follows the name is number 3.
    constexpr std::size_t first = 3;
    constexpr std::size_t utime = 14, stime = 15, num_threads = 20, rss = 24;
    if (fields.size() <= rss - first || fields[0].size() != 1) return std::nullopt;
    const auto user = number_in<std::uint64_t>(fields[utime - first]);
    const auto system = number_in<std::uint64_t>(fields[stime - first]);
    const auto threads = number_in<std::uint64_t>(fields[num_threads - first]);
    const auto pages = number_in<std::int64_t>(fields[rss - first]);
    if (!user || !system || !threads || !pages || *pages < 0) return std::nullopt;
    StatLine line;
    line.name = text.substr(open + 1, close - open - 1);
    line.state = fields[0].front();
    line.cpu_s = (static_cast<double>(*user) + static_cast<double>(*system)) / ticks_per_second();
    line.threads = *threads;
    line.rss_bytes =
        static_cast<std::uint64_t>(*pages) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    return line;
}

std::optional<double> parse_machine_cpu(std::string_view text) {
    const auto fields = words(text.substr(0, text.find('\n')));
    // "cpu", then user, nice, system, idle, iowait, irq, softirq, steal, …: what a hypervisor took
    // away was not used here, and guests' time is part of user.
    if (fields.size() < 8 || fields[0] != "cpu") return std::nullopt;
    double ticks = 0;
    for (const std::size_t worked : {1U, 2U, 3U, 6U, 7U}) {
        const auto value = number_in<std::uint64_t>(fields[worked]);
        if (!value) return std::nullopt;
        ticks += static_cast<double>(*value);
    }
    return ticks / ticks_per_second();
}

std::optional<std::uint64_t> parse_limit(std::string_view text, std::string_view name) {
    const std::size_t line = text.find(name);
    if (line == std::string_view::npos) return std::nullopt;
    const auto fields = words(text.substr(line + name.size()));
    if (fields.empty()) return std::nullopt;
    return number_in<std::uint64_t>(fields.front());
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
    return number_in<std::uint64_t>(trim(text));
}

std::string read_small_file(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return {};
    std::string text;
    std::array<char, 4096> part;
    ssize_t size = 0;
    while ((size = ::read(descriptor, part.data(), part.size())) > 0) {
        text.append(part.data(), static_cast<std::size_t>(size));
    }
    ::close(descriptor);
    return text;
}

}  // namespace janus_harness::controller
