#include "harness/controller/generator_verdict.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

namespace janus_harness::controller {
namespace {

using metrics::GeneratorSecond;

// The seconds of a run in which something was beyond its limit.
struct BadSeconds {
    std::uint64_t count = 0;
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    std::uint32_t worst_second = 0;
    Duration worst{};

    void add(std::uint32_t second, Duration value) {
        if (count++ == 0) first = second;
        last = second;
        if (value <= worst) return;
        worst = value;
        worst_second = second;
    }
    // "in second 4 of the run", "in 3 seconds of the run (4 to 9), worst in second 5".
    std::string when() const {
        if (count == 1) return fmt::format("in second {} of the run", first);
        return fmt::format("in {} seconds of the run ({} to {}), worst in second {}", count, first,
                           last, worst_second);
    }
};

template <typename Value>
BadSeconds beyond(const reports::GeneratorHealth& generator, Duration limit, Value value) {
    BadSeconds bad;
    for (const GeneratorSecond& row : generator.seconds) {
        const std::optional<Duration> found = value(row);
        if (found && *found > limit) bad.add(row.second, *found);
    }
    return bad;
}

template <typename Value>
BadSeconds with_any(const reports::GeneratorHealth& generator, Value value) {
    BadSeconds bad;
    for (const GeneratorSecond& row : generator.seconds) {
        const std::uint64_t count = value(row);
        if (count > 0) bad.add(row.second, Duration{static_cast<std::int64_t>(count)});
    }
    return bad;
}

std::string milliseconds(Duration duration) {
    return fmt::format("{:.1f} ms", to_milliseconds(duration));
}

class Judge {
  public:
    Judge(const scenario::Generator& limits, reports::GeneratorHealth& generator)
        : limits_(limits), generator_(generator) {}

    // A worker that stood still: whatever the percentiles say.
    void judge_stalls() {
        const auto lag = beyond(generator_, limits_.max_stall,
                                [](const GeneratorSecond& row) { return row.loop_lag_max; });
        const auto late = beyond(generator_, limits_.max_stall,
                                 [](const GeneratorSecond& row) { return row.send_lateness_max; });
        if (lag.count > 0) {
            find("the harness stood still: a timer fired {} late {} (limit {})",
                 milliseconds(lag.worst), lag.when(), milliseconds(limits_.max_stall));
        } else if (late.count > 0) {
            find("an RTP packet left {} late {} (limit {})", milliseconds(late.worst), late.when(),
                 milliseconds(limits_.max_stall));
        }
    }

    void judge_run_delay() {
        const auto starved = beyond(generator_, limits_.max_run_delay,
                                    [](const GeneratorSecond& row) { return row.run_delay; });
        if (starved.count == 0) return;
        find("a worker waited {} of a second for a CPU {} (limit {})", milliseconds(starved.worst),
             starved.when(), milliseconds(limits_.max_run_delay));
    }

    void judge_percentiles() {
        const Duration lateness = generator_.send_lateness.quantile(0.99);
        if (lateness > limits_.max_send_lateness) {
            find("RTP packets left {} late at the 99th percentile (limit {})",
                 milliseconds(lateness), milliseconds(limits_.max_send_lateness));
        }
        const Duration lag = generator_.loop_lag.quantile(0.99);
        if (lag > limits_.max_loop_lag) {
            find("timers fired {} late at the 99th percentile (limit {})", milliseconds(lag),
                 milliseconds(limits_.max_loop_lag));
        }
    }

    void judge_losses() {
        if (generator_.packets_refused > 0) {
            const auto when = with_any(
                generator_, [](const GeneratorSecond& row) { return row.packets_refused; });
            find("this machine refused to send {} packets, which count as lost, {}",
                 generator_.packets_refused, when.when());
        }
        if (generator_.receive_drops > 0) {
            const auto when =
                with_any(generator_, [](const GeneratorSecond& row) { return row.receive_drops; });
            find("{} datagrams, which count as lost, found the harness's receive buffers full, {}",
                 generator_.receive_drops, when.when());
        }
    }

  private:
    template <typename... Arguments>
    void find(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
        generator_.valid = false;
        generator_.reasons.push_back(fmt::format(text, std::forward<Arguments>(arguments)...));
    }

    const scenario::Generator& limits_;
    reports::GeneratorHealth& generator_;
};

}  // namespace

void judge_generator(const scenario::Generator& limits, reports::GeneratorHealth& generator) {
    Judge judge(limits, generator);
    judge.judge_stalls();
    judge.judge_run_delay();
    judge.judge_percentiles();
    judge.judge_losses();
}

}  // namespace janus_harness::controller
