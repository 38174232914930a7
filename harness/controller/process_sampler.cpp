#include "harness/controller/process_sampler.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "harness/controller/proc_files.h"

namespace janus_harness::controller {
namespace {

// Threads looked at a second: about 2 ms of our own CPU.
constexpr std::uint64_t threads_a_second = 200;

// Names in a folder, without "." and "..".
template <typename Visit>
bool for_each_name(const std::string& path, Visit visit) {
    DIR* folder = ::opendir(path.c_str());
    if (folder == nullptr) return false;
    while (const dirent* entry = ::readdir(folder)) {
        if (entry->d_name[0] != '.') visit(static_cast<const char*>(entry->d_name));
    }
    ::closedir(folder);
    return true;
}

std::optional<std::uint64_t> count_descriptors(const std::string& folder) {
    // Since Linux 6.2 the size of the folder is their number.
    struct stat status {};
    if (::stat(folder.c_str(), &status) == 0 && status.st_size > 0) {
        return static_cast<std::uint64_t>(status.st_size);
    }
    std::uint64_t count = 0;
    if (!for_each_name(folder, [&](const char*) { ++count; })) return std::nullopt;
    return count;
}

// The lowest of the limits that a group of the process sets itself or inherits.
std::optional<std::uint64_t> group_limit(const std::string& process) {
    const std::string groups = read_small_file(process + "/cgroup");
    if (!groups.starts_with("0::/")) return std::nullopt;
    const std::filesystem::path root = "/sys/fs/cgroup";
    const auto own = groups.substr(4, groups.find('\n') - 4);
    std::optional<std::uint64_t> lowest;
    for (std::filesystem::path group = own;; group = group.parent_path()) {
        const auto limit = parse_number(read_small_file((root / group / "pids.max").string()));
        if (limit) lowest = std::min(*limit, lowest.value_or(*limit));
        if (group.empty()) return lowest;
    }
}

template <typename T>
void raise(std::optional<T>& highest, const std::optional<T>& value) {
    if (value && (!highest || *value > *highest)) highest = value;
}

}  // namespace

ProcessSampler::ProcessSampler(pid_t pid, std::string proc)
    : process_(proc + "/" + std::to_string(pid)), proc_(std::move(proc)) {
    usage_.pid = pid;
}

void ProcessSampler::begin(TimePoint now, const std::string& stat_text) {
    const auto stat = parse_stat(stat_text);
    if (!stat) return;
    found_ = true;
    first_cpu_s_ = stat->cpu_s;
    last_cpu_s_ = stat->cpu_s;
    last_machine_s_ = parse_machine_cpu(read_small_file(proc_ + "/stat"));
    last_ = now;
    last_threads_ = now;
    usage_.name = stat->name;
    usage_.cores = std::thread::hardware_concurrency();
    const std::string limits = read_small_file(process_ + "/limits");
    usage_.descriptor_limit = parse_limit(limits, "Max open files");
    for (const auto& limit : {parse_limit(limits, "Max processes"), group_limit(process_),
                              parse_number(read_small_file(proc_ + "/sys/kernel/threads-max"))}) {
        if (limit) usage_.thread_limit = std::min(*limit, usage_.thread_limit.value_or(*limit));
    }
    for_each_thread([&](pid_t thread, const StatLine& line) { threads_[thread] = line.cpu_s; });
    // Of a run of less than a second this is all there is.
    reports::ProcessSample first;
    first.threads = stat->threads;
    first.rss_bytes = stat->rss_bytes;
    first.descriptors = count_descriptors(process_ + "/fd");
    note_highest(first);
}

void ProcessSampler::look(TimePoint now, Duration elapsed) {
    const auto second = static_cast<std::uint32_t>(to_seconds(std::max(elapsed, Duration{})));
    if (last_ && second <= second_) return;
    const bool first = !last_;
    if (first && found_) return;
    second_ = second;
    const std::string stat = read_small_file(process_ + "/stat");
    if (first) {
        begin(now, stat);
    } else {
        sample(now, stat);
    }
}

void ProcessSampler::sample(TimePoint now, const std::string& stat_text) {
    const auto stat = parse_stat(stat_text);
    // It has ended; a zombie only waits for its parent.
    if (!stat || stat->state == 'Z') return;
    reports::ProcessSample sample;
    sample.second = second_ - 1;
    const double passed = to_seconds(now - *last_);
    const auto rate = [&](double before, double after) {
        return std::max(0.0, after - before) / passed;
    };
    sample.cores = rate(last_cpu_s_, stat->cpu_s);
    const auto machine = parse_machine_cpu(read_small_file(proc_ + "/stat"));
    if (machine && last_machine_s_) sample.machine_cores = rate(*last_machine_s_, *machine);
    sample.threads = stat->threads;
    sample.rss_bytes = stat->rss_bytes;
    sample.descriptors = count_descriptors(process_ + "/fd");
    const auto between = static_cast<double>(1 + stat->threads / threads_a_second);
    // A little less than whole seconds, or a look that comes early would wait for another second.
    if (now - *last_threads_ >= from_seconds(between - 0.5)) sample_threads(now, sample);
    last_ = now;
    last_cpu_s_ = stat->cpu_s;
    last_machine_s_ = machine;
    note_highest(sample);
    usage_.series.push_back(sample);
}

template <typename Visit>
void ProcessSampler::for_each_thread(Visit visit) const {
    const std::string folder = process_ + "/task/";
    for_each_name(folder, [&](const char* name) {
        const auto thread = parse_number(name);
        const auto stat = parse_stat(read_small_file(folder + name + "/stat"));
        if (thread && stat) visit(static_cast<pid_t>(*thread), *stat);
    });
}

void ProcessSampler::sample_threads(TimePoint now, reports::ProcessSample& sample) {
    const double passed = to_seconds(now - *last_threads_);
    std::map<pid_t, double> threads;
    double most = -1;
    std::string busiest;
    for_each_thread([&](pid_t thread, const StatLine& line) {
        threads[thread] = line.cpu_s;
        // One that is new began to work in this interval.
        const auto before = threads_.find(thread);
        const double used = line.cpu_s - (before == threads_.end() ? 0 : before->second);
        if (used <= most) return;
        most = used;
        busiest = line.name;
    });
    threads_ = std::move(threads);
    last_threads_ = now;
    if (most < 0) return;
    sample.busiest_thread = most / passed;
    if (*sample.busiest_thread > usage_.max_busiest_thread.value_or(-1)) {
        usage_.busiest_thread = busiest;
    }
}

void ProcessSampler::note_highest(const reports::ProcessSample& sample) {
    raise(usage_.max_cores, sample.cores);
    raise(usage_.max_busiest_thread, sample.busiest_thread);
    raise(usage_.max_machine_cores, sample.machine_cores);
    raise(usage_.max_threads, sample.threads);
    raise(usage_.max_descriptors, sample.descriptors);
    raise(usage_.max_rss_bytes, sample.rss_bytes);
}

std::optional<reports::ProcessUsage> ProcessSampler::usage() const {
    if (!found_) return std::nullopt;
    reports::ProcessUsage usage = usage_;
    const auto stat = parse_stat(read_small_file(process_ + "/stat"));
    usage.cpu_s = (stat ? stat->cpu_s : last_cpu_s_) - first_cpu_s_;
    return usage;
}

}  // namespace janus_harness::controller
