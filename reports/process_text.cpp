#include "reports/process_text.h"

#include <fmt/format.h>

#include "reports/report_text.h"

namespace janus_harness::reports {
namespace {

std::string of_cores(double used, unsigned cores) {
    return cores == 0 ? fmt::format("{:.2f} cores", used)
                      : fmt::format("{:.2f} of {} cores", used, cores);
}

std::string of_limit(std::uint64_t used, const std::optional<std::uint64_t>& limit) {
    return limit ? fmt::format("{} of {}", with_thousands(used), with_thousands(*limit))
                 : with_thousands(used);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> process_figures(const ProcessUsage& usage) {
    std::vector<std::pair<std::string, std::string>> figures;
    if (usage.cpu_s) figures.emplace_back("CPU", fmt::format("{:.1f} s", *usage.cpu_s));
    if (usage.max_cores)
        figures.emplace_back("CPU at most", of_cores(*usage.max_cores, usage.cores));
    if (usage.max_busiest_thread) {
        figures.emplace_back("busiest thread", fmt::format("{} ({:.0f} %)", usage.busiest_thread,
                                                           *usage.max_busiest_thread * 100));
    }
    if (usage.max_machine_cores) {
        figures.emplace_back("CPU of the whole machine at most",
                             of_cores(*usage.max_machine_cores, usage.cores));
    }
    if (usage.max_threads) {
        figures.emplace_back("threads", of_limit(*usage.max_threads, usage.thread_limit));
    }
    if (usage.max_descriptors) {
        figures.emplace_back("descriptors",
                             of_limit(*usage.max_descriptors, usage.descriptor_limit));
    }
    if (usage.max_rss_bytes) figures.emplace_back("memory", bytes_text(*usage.max_rss_bytes));
    return figures;
}

}  // namespace janus_harness::reports
