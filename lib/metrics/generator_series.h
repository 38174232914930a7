#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/time.h"

namespace janus_harness::metrics {

// How the harness itself fared in one second of a run: the worst of its worker threads.
struct GeneratorSecond {
    std::uint32_t second = 0;  // since the start of the run
    // A timer fired so long after it was due.
    std::optional<Duration> loop_lag_max;
    // An RTP packet left so long after its planned time; nullopt when none was sent.
    std::optional<Duration> send_lateness_max;
    // A worker's thread was ready to run and got no CPU; nullopt where the kernel does not tell.
    std::optional<Duration> run_delay;
    std::uint64_t packets_refused = 0;  // our own kernel refused to send them
    std::uint64_t receive_drops = 0;    // datagrams that found our own receive buffers full

    friend bool operator==(const GeneratorSecond& left, const GeneratorSecond& right) = default;
};

// The same by second. One a worker, merged at the end; not thread-safe. `at` is the time since the
// start of the run; a negative one counts as 0.
class GeneratorSeries {
  public:
    // Seen at `at`: counts in every second since the timer was due.
    void loop_lag(Duration at, Duration lag);
    // The same since the packet was due.
    void send_lateness(Duration at, Duration lateness);
    // `delay` of the time from `begin` to `end` was spent waiting for a CPU. Spread evenly over
    // that time, and added to what is known of the same second.
    void run_delay(Duration begin, Duration end, Duration delay);
    void packets_refused(Duration at, std::uint64_t count) { row(at).packets_refused += count; }
    void receive_drops(Duration at, std::uint64_t count) { row(at).receive_drops += count; }

    // Of each second the worse of the two; counts are added.
    void merge(const GeneratorSeries& other);
    // A row a second from the first second to the last one in which something was noted.
    const std::vector<GeneratorSecond>& rows() const { return rows_; }

  private:
    // As TimeSeries: what is later counts into the last.
    static constexpr std::size_t most_seconds = 345'600;

    GeneratorSecond& row(Duration at);
    // Calls `note` with each row from the one of `first` to that of `last`.
    template <typename Note>
    void for_each_row(Duration first, Duration last, const Note& note);

    std::vector<GeneratorSecond> rows_;
};

}  // namespace janus_harness::metrics
