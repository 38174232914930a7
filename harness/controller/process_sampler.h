#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/time.h"
#include "reports/result.h"

namespace janus_harness::controller {

// Watches one process of this machine through /proc: CPU, its busiest thread, threads, descriptors
// and memory, and the CPU of the whole machine beside it. What cannot be read (another user's
// descriptors, a process that has ended) stays unknown. Costs about 10 µs a thread that is looked
// at; of a process with many threads these are looked at less often than once a second.
class ProcessSampler {
  public:
    // `proc` is where procfs is mounted; tests have one of their own.
    explicit ProcessSampler(pid_t pid, std::string proc = "/proc");

    // To be called at least once a second; takes a sample whenever a second of the run is over.
    // `elapsed` is the time since the start of the run.
    void look(TimePoint now, Duration elapsed);
    // What was seen. nullopt: there was no such process from the beginning.
    std::optional<reports::ProcessUsage> usage() const;

  private:
    void begin(TimePoint now, const std::string& stat_text);
    void sample(TimePoint now, const std::string& stat_text);
    template <typename Visit>
    void for_each_thread(Visit visit) const;
    void sample_threads(TimePoint now, reports::ProcessSample& sample);
    void note_highest(const reports::ProcessSample& sample);

    std::string process_;  // "/proc/4711"
    std::string proc_;
    reports::ProcessUsage usage_;
    bool found_ = false;
    std::uint32_t second_ = 0;
    std::optional<TimePoint> last_;  // look that read something
    double first_cpu_s_ = 0;
    double last_cpu_s_ = 0;
    std::optional<double> last_machine_s_;
    std::optional<TimePoint> last_threads_;
    std::map<pid_t, double> threads_;  // CPU seconds at that time
};

}  // namespace janus_harness::controller
