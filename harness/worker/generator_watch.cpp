#include "harness/worker/generator_watch.h"

#include <utility>

namespace janus_harness::worker {
namespace {

std::int64_t second_of(TimePoint time, TimePoint start) {
    return (time - start) / std::chrono::seconds{1};
}

}  // namespace

GeneratorWatch::GeneratorWatch(net::Loop& loop, run::Recorder& recorder,
                               std::function<void(TimePoint now)> on_second)
    : recorder_(recorder),
      on_second_(std::move(on_second)),
      timer_(loop, [this](TimePoint now) { look(now); }) {}

void GeneratorWatch::start(TimePoint now) {
    meter_ = std::make_unique<RunDelayMeter>();
    run_delay_ = meter_->read();
    measured_ = now;
    due_ = now + interval;
    timer_.start_at(due_);
}

void GeneratorWatch::stop(TimePoint now) {
    if (!timer_.active()) return;
    timer_.stop();
    // It may have been due for long when the end came.
    if (now > due_) recorder_.loop_lag(now, now - due_, interval);
    measure_run_delay(now);
    on_second_(now);
}

void GeneratorWatch::look(TimePoint now) {
    recorder_.loop_lag(now, now - due_, interval);
    const TimePoint start = recorder_.run_start();
    if (second_of(now, start) != second_of(measured_, start)) {
        measure_run_delay(now);
        on_second_(now);
    }
    due_ = now + interval;
    timer_.start_at(due_);
}

void GeneratorWatch::measure_run_delay(TimePoint now) {
    const auto run_delay = meter_->read();
    if (run_delay && run_delay_) recorder_.run_delay(measured_, now, *run_delay - *run_delay_);
    run_delay_ = run_delay;
    measured_ = now;
}

}  // namespace janus_harness::worker
