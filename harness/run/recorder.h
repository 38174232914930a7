#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/time.h"
#include "harness/run/actor_event.h"
#include "harness/run/timed_request.h"
#include "metrics/generator_series.h"
#include "metrics/metric_set.h"
#include "metrics/time_series.h"
#include "reports/result.h"
#include "sdp/rules.h"

namespace janus_harness::run {

// One finding of a check that is not an SDP rule.
struct CheckFinding {
    std::string id;
    reports::CheckVerdict verdict = reports::CheckVerdict::passed;
    std::string requirement;
    std::string reference;
    std::string level = "must";
    std::string expected;
    std::string actual;
};

// What an iteration and its calls belong to: the numbers of the run, or the time before them.
// Those of the warm-up are counted, and listed among the calls; their failures are told as
// examples; their checks count as all others do. No total, latency or audio figure has them.
enum class Period { measured, warm_up };

// Everything one worker measures. Not thread-safe: one a worker, merged by the main thread when the
// workers have ended.
class Recorder {
  public:
    explicit Recorder(TimePoint run_start) : run_start_(run_start) {}

    TimePoint run_start() const { return run_start_; }

    void latency(reports::LatencyMetric metric, TimePoint at, Duration corrected, Duration raw,
                 Period period = Period::measured);
    void call_started(TimePoint at, Period period = Period::measured);
    void call_established(TimePoint at, Period period = Period::measured);
    // The call is over: its record, with outcome and audio, goes into the totals. `has_audio` tells
    // whether its two streams ended as planned, so that every packet had time to arrive; otherwise
    // they are counted as excluded, for `excluded_reason`.
    void call_finished(TimePoint at, reports::CallRecord record, bool has_audio,
                       const std::string& excluded_reason);
    // Where the legs of all calls record the one-way delays of their packets. Valid as long as the
    // recorder.
    metrics::Histogram& delays_to_far_end(Period period = Period::measured) {
        return period == Period::measured ? to_far_end_.delay : warm_up_delays_;
    }
    metrics::Histogram& delays_from_far_end(Period period = Period::measured) {
        return period == Period::measured ? from_far_end_.delay : warm_up_delays_;
    }

    // Packets that our own kernel refused to send: lost, and not by the system under test.
    void packets_refused(TimePoint at, std::uint64_t count);
    // Datagrams that arrived and found our own receive buffers full: lost in the same way.
    void receive_drops(TimePoint at, std::uint64_t count);

    void iteration_started(Period period = Period::measured);
    void iteration_completed(Period period = Period::measured);
    // Also of a set-up or teardown, which belong to no iteration.
    void iteration_failed(const Failure& failure, const std::string& call_id,
                          Period period = Period::measured);
    // Cut off by graceful_stop or the end of the run: neither completed nor failed.
    void iteration_interrupted(Period period = Period::measured);
    void iterations_dropped(std::uint64_t count, Period period = Period::measured);

    void check(const CheckFinding& finding, const std::string& call_id);
    void sdp_findings(std::span<const sdp::RuleFinding> findings, const std::string& call_id);

    // `packets` RTP packets left at `at`, none of them later than `lateness` after its time.
    void send_lateness(TimePoint at, Duration lateness, std::uint64_t packets);
    // A timer that looks every `interval` fired at `at`, so long after it was due. The looks that
    // it missed meanwhile are counted as the lag that they would have seen, so that a percentile
    // does not take a long stop for one sample.
    void loop_lag(TimePoint at, Duration lag, Duration interval);
    // From `begin` to `end` the worker's thread was ready to run for `delay` and got no CPU.
    void run_delay(TimePoint begin, TimePoint end, Duration delay) {
        generator_series_.run_delay(offset(begin), offset(end), delay);
    }

    // Registrations that succeeded, each from the moment its request was really sent, the warm-up
    // included.
    const std::vector<TimedRequest>& registrations() const { return registrations_; }

    // What the counts are now, the warm-up's included, for the progress line. Only on the
    // recorder's own thread.
    const reports::CallTotals& calls() const { return all_calls_; }
    const reports::IterationTotals& iterations() const { return iterations_; }
    const metrics::Histogram* call_setup() const;

    void merge(Recorder&& other);
    // Adds everything to `result`; what only the whole run knows (plan, verdict, thresholds) is
    // not touched.
    void fill(reports::RunResult& result) const;

  private:
    // Sums of one direction. Once one stream does not know a figure, the total does not either.
    struct DirectionTotals {
        std::uint64_t streams = 0;
        std::uint64_t sent = 0, received = 0, lost = 0, duplicated = 0, reordered = 0;
        bool sent_known = true, received_known = true;
        metrics::Histogram jitter, delay, mos;
        std::array<std::uint64_t, reports::identity_count> identity{};
        std::map<std::string, reports::ExcludedStreams> excluded;

        void add(const reports::CallAudio& audio);
        void exclude(const std::string& reason, const std::string& call_id);
        void merge(const DirectionTotals& other);
        reports::AudioDirection direction() const;
    };
    using CheckKey = std::pair<std::string, reports::CheckVerdict>;

    void add_to_series(TimePoint at, const reports::CallRecord& record);
    reports::CheckItem& check_item(const std::string& id, reports::CheckVerdict verdict);
    Duration offset(TimePoint at) const { return at - run_start_; }

    TimePoint run_start_;
    metrics::MetricSet latencies_;
    metrics::TimeSeries series_;
    metrics::Histogram send_lateness_;
    metrics::Histogram loop_lag_;
    metrics::GeneratorSeries generator_series_;
    std::uint64_t packets_refused_ = 0;
    std::uint64_t receive_drops_ = 0;
    reports::CallTotals calls_;
    reports::CallTotals all_calls_;
    reports::IterationTotals iterations_;
    std::map<std::string, reports::FailureExample> failure_examples_;
    std::map<CheckKey, reports::CheckItem> checks_;
    DirectionTotals to_far_end_;
    DirectionTotals from_far_end_;
    metrics::Histogram warm_up_delays_;
    std::vector<TimedRequest> registrations_;
    std::vector<reports::CallRecord> records_;
};

}  // namespace janus_harness::run
