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

// Everything one worker measures. Not thread-safe: one a worker, merged by the main thread when the
// workers have ended.
class Recorder {
  public:
    explicit Recorder(TimePoint run_start) : run_start_(run_start) {}

    TimePoint run_start() const { return run_start_; }

    void latency(reports::LatencyMetric metric, TimePoint at, Duration corrected, Duration raw);
    void call_started(TimePoint at);
    void call_established(TimePoint at);
    // The call is over: its record, with outcome and audio, goes into the totals. `has_audio` tells
    // whether its two streams ended as planned, so that every packet had time to arrive; otherwise
    // they are counted as excluded, for `excluded_reason`.
    void call_finished(TimePoint at, reports::CallRecord record, bool has_audio,
                       const std::string& excluded_reason);
    // One-way delays of the packets of one call.
    void delays_to_far_end(const metrics::Histogram& delays) { to_far_end_.delay.merge(delays); }
    void delays_from_far_end(const metrics::Histogram& delays) {
        from_far_end_.delay.merge(delays);
    }

    // RTP packets that our own kernel refused to send: lost, and not by the system under test.
    void packets_refused(std::uint64_t count) { packets_refused_ += count; }

    void iteration_started() { ++iterations_.started; }
    void iteration_completed() { ++iterations_.completed; }
    void iteration_failed(const Failure& failure, const std::string& call_id);
    void iteration_dropped() { ++iterations_.dropped; }

    void check(const CheckFinding& finding, const std::string& call_id);
    void sdp_findings(std::span<const sdp::RuleFinding> findings, const std::string& call_id);

    void send_lateness(Duration lateness, std::uint64_t packets) {
        send_lateness_.record(lateness, packets);
    }
    void loop_lag(Duration lag) { loop_lag_.record(lag); }

    // What the counts are now, for the progress line. Only on the recorder's own thread.
    const reports::CallTotals& calls() const { return calls_; }
    const reports::IterationTotals& iterations() const { return iterations_; }
    const metrics::Histogram* call_setup() const;

    void merge(Recorder&& other);
    // Adds everything to `result`; what only the whole run knows (verdict, thresholds) is not
    // touched.
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

    reports::CheckItem& check_item(const std::string& id, reports::CheckVerdict verdict);
    Duration offset(TimePoint at) const { return at - run_start_; }

    TimePoint run_start_;
    metrics::MetricSet latencies_;
    metrics::TimeSeries series_;
    metrics::Histogram send_lateness_;
    metrics::Histogram loop_lag_;
    std::uint64_t packets_refused_ = 0;
    reports::CallTotals calls_;
    reports::IterationTotals iterations_;
    std::map<std::string, reports::FailureExample> failure_examples_;
    std::map<CheckKey, reports::CheckItem> checks_;
    DirectionTotals to_far_end_;
    DirectionTotals from_far_end_;
    std::vector<reports::CallRecord> records_;
};

}  // namespace janus_harness::run
