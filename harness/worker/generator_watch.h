#pragma once

#include <memory>
#include <optional>

#include "core/time.h"
#include "harness/run/recorder.h"
#include "harness/worker/run_delay_meter.h"
#include "net/loop.h"
#include "net/timer.h"

namespace janus_harness::worker {

// Watches whether its thread keeps up, whatever else the thread does: how late a timer fires that
// is due every 20 ms, and once a second how long the thread had to wait for a CPU. A process that
// was stopped, a loop that was held up and a core that was taken away all show as lag.
class GeneratorWatch {
  public:
    static constexpr Duration interval = std::chrono::milliseconds{20};

    // `on_second` is called once a second of the run, for what else is measured by second.
    GeneratorWatch(net::Loop& loop, run::Recorder& recorder,
                   std::function<void(TimePoint now)> on_second);

    // On the loop's thread.
    void start(TimePoint now);
    // Takes the last, shorter measurement.
    void stop(TimePoint now);

  private:
    void look(TimePoint now);
    void measure_run_delay(TimePoint now);

    run::Recorder& recorder_;
    std::function<void(TimePoint)> on_second_;
    net::Timer timer_;
    TimePoint due_;
    std::unique_ptr<RunDelayMeter> meter_;
    std::optional<Duration> run_delay_;  // at measured_
    TimePoint measured_;
};

}  // namespace janus_harness::worker
