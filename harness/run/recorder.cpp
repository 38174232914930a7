#include "harness/run/recorder.h"

#include <algorithm>

namespace janus_harness::run {

using reports::CheckVerdict;

namespace {

CheckVerdict verdict_of(sdp::Verdict verdict) {
    switch (verdict) {
        case sdp::Verdict::passed:
            return CheckVerdict::passed;
        case sdp::Verdict::failed:
            return CheckVerdict::failed;
        case sdp::Verdict::warned:
            return CheckVerdict::warned;
        case sdp::Verdict::skipped:
            return CheckVerdict::skipped;
    }
    return CheckVerdict::skipped;
}

constexpr const char* warm_up_streams = "the call belonged to the warm-up";

void add_counts(std::map<std::string, std::uint64_t>& into,
                const std::map<std::string, std::uint64_t>& from) {
    for (const auto& [reason, count] : from) into[reason] += count;
}

void add_totals(reports::CallTotals& into, const reports::CallTotals& from) {
    into.started += from.started;
    into.established += from.established;
    into.completed += from.completed;
    into.failed += from.failed;
    into.interrupted += from.interrupted;
    into.warm_up += from.warm_up;
    add_counts(into.failures, from.failures);
}

void count_outcome(reports::CallTotals& totals, const reports::CallRecord& record) {
    if (record.outcome == "completed") {
        ++totals.completed;
    } else if (record.outcome == "failed") {
        ++totals.failed;
        ++totals.failures[record.failure_reason];
    } else if (record.outcome == "interrupted") {
        ++totals.interrupted;
    }
}

}  // namespace

void Recorder::latency(reports::LatencyMetric metric, TimePoint at, Duration corrected,
                       Duration raw, Period period) {
    // The second by second account shows the warm-up, where everybody can see it for what it is.
    if (metric == reports::LatencyMetric::call_setup) series_.latency(offset(at), corrected);
    if (metric == reports::LatencyMetric::registration_request_delay) {
        registrations_.push_back({at - raw, at});
    }
    if (period == Period::warm_up) return;
    const std::string name(reports::name(metric));
    latencies_.histogram(name).record(corrected);
    latencies_.histogram(name + "_raw").record(raw);
}

void Recorder::call_started(TimePoint at, Period period) {
    ++all_calls_.started;
    if (period == Period::measured) ++calls_.started;
    series_.started(offset(at));
}

void Recorder::call_established(TimePoint at, Period period) {
    ++all_calls_.established;
    if (period == Period::measured) ++calls_.established;
    series_.established(offset(at));
}

void Recorder::call_finished(TimePoint at, reports::CallRecord record, bool has_audio,
                             const std::string& excluded_reason) {
    count_outcome(all_calls_, record);
    if (!record.warm_up) count_outcome(calls_, record);
    if (record.warm_up) ++calls_.warm_up;
    add_to_series(at, record);
    if (has_audio && !record.warm_up) {
        to_far_end_.add(record.to_far_end);
        from_far_end_.add(record.from_far_end);
    } else if (has_audio || !excluded_reason.empty()) {
        const std::string reason = record.warm_up ? warm_up_streams : excluded_reason;
        to_far_end_.exclude(reason, record.id);
        from_far_end_.exclude(reason, record.id);
    }
    records_.push_back(std::move(record));
}

void Recorder::add_to_series(TimePoint at, const reports::CallRecord& record) {
    if (record.outcome == "completed") return series_.completed(offset(at));
    // A call that never started is in no "in progress" count that its end would lower.
    if (!record.started_at_us) return;
    if (record.outcome == "failed") series_.failed(offset(at));
    if (record.outcome == "interrupted") series_.interrupted(offset(at));
}

void Recorder::iteration_started(Period period) {
    ++(period == Period::warm_up ? iterations_.warm_up : iterations_.started);
}

void Recorder::iteration_completed(Period period) {
    if (period == Period::measured) ++iterations_.completed;
}

void Recorder::iteration_interrupted(Period period) {
    if (period == Period::measured) ++iterations_.interrupted;
}

void Recorder::iterations_dropped(std::uint64_t count, Period period) {
    (period == Period::warm_up ? iterations_.warm_up : iterations_.dropped) += count;
}

void Recorder::iteration_failed(const Failure& failure, const std::string& call_id, Period period) {
    auto& example = failure_examples_[failure.reason];
    ++example.count;
    if (example.count == 1) {
        example.reason = failure.reason;
        example.text = failure.text;
        example.call_id = call_id;
    }
    if (period == Period::warm_up) {
        ++example.warm_up;
        return;
    }
    ++iterations_.failed;
    ++iterations_.failures[failure.reason];
}

void Recorder::packets_refused(TimePoint at, std::uint64_t count) {
    if (count == 0) return;
    packets_refused_ += count;
    generator_series_.packets_refused(offset(at), count);
}

void Recorder::receive_drops(TimePoint at, std::uint64_t count) {
    if (count == 0) return;
    receive_drops_ += count;
    generator_series_.receive_drops(offset(at), count);
}

void Recorder::send_lateness(TimePoint at, Duration lateness, std::uint64_t packets) {
    send_lateness_.record(lateness, packets);
    generator_series_.send_lateness(offset(at), lateness);
}

void Recorder::loop_lag(TimePoint at, Duration lag, Duration interval) {
    loop_lag_.record(lag);
    for (Duration missed = lag - interval; missed > Duration{}; missed -= interval) {
        loop_lag_.record(missed);
    }
    generator_series_.loop_lag(offset(at), lag);
}

reports::CheckItem& Recorder::check_item(const std::string& id, CheckVerdict verdict) {
    auto& item = checks_[{id, verdict}];
    item.id = id;
    item.verdict = verdict;
    ++item.count;
    return item;
}

void Recorder::check(const CheckFinding& finding, const std::string& call_id) {
    auto& item = check_item(finding.id, finding.verdict);
    if (item.count > 1) return;
    item.requirement = finding.requirement;
    item.ref = finding.reference;
    item.level = finding.level;
    item.expected = finding.expected;
    item.actual = finding.actual;
    item.example_call = call_id;
}

void Recorder::sdp_findings(std::span<const sdp::RuleFinding> findings,
                            const std::string& call_id) {
    for (const sdp::RuleFinding& finding : findings) {
        auto& item = check_item(std::string(finding.rule->id), verdict_of(finding.verdict));
        if (item.count > 1) continue;
        item.requirement = finding.rule->requirement;
        item.ref = finding.rule->reference;
        item.level = sdp::to_string(finding.rule->level);
        item.expected = finding.expected;
        item.actual = finding.actual;
        item.example_call = call_id;
    }
}

const metrics::Histogram* Recorder::call_setup() const {
    return latencies_.find_histogram("call_setup");
}

void Recorder::DirectionTotals::add(const reports::CallAudio& audio) {
    ++streams;
    sent_known = sent_known && audio.sent.has_value();
    received_known = received_known && audio.received.has_value();
    sent += audio.sent.value_or(0);
    received += audio.received.value_or(0);
    lost += audio.lost.value_or(0);
    duplicated += audio.duplicated.value_or(0);
    reordered += audio.reordered.value_or(0);
    if (audio.jitter) jitter.record(*audio.jitter);
    if (audio.mos) mos.record_score(*audio.mos);
    ++identity[static_cast<std::size_t>(audio.identity)];
}

void Recorder::DirectionTotals::exclude(const std::string& reason, const std::string& call_id) {
    auto& entry = excluded[reason];
    entry.reason = reason;
    if (entry.count++ == 0) entry.example_call = call_id;
}

void Recorder::DirectionTotals::merge(const DirectionTotals& other) {
    streams += other.streams;
    sent += other.sent;
    received += other.received;
    lost += other.lost;
    duplicated += other.duplicated;
    reordered += other.reordered;
    sent_known = sent_known && other.sent_known;
    received_known = received_known && other.received_known;
    jitter.merge(other.jitter);
    delay.merge(other.delay);
    mos.merge(other.mos);
    for (std::size_t i = 0; i < identity.size(); ++i) identity[i] += other.identity[i];
    for (const auto& [reason, entry] : other.excluded) {
        auto& own = excluded[reason];
        if (own.count == 0) own = {entry.reason, 0, entry.example_call};
        own.count += entry.count;
    }
}

reports::AudioDirection Recorder::DirectionTotals::direction() const {
    reports::AudioDirection result;
    for (const auto& [reason, entry] : excluded) result.excluded.push_back(entry);
    if (streams == 0) return result;
    result.streams = streams;
    if (sent_known) result.sent = sent;
    if (received_known) {
        result.received = received;
        result.duplicated = duplicated;
        result.reordered = reordered;
    }
    if (sent_known && received_known) {
        result.lost = lost;
        if (sent > 0) result.loss_ratio = static_cast<double>(lost) / static_cast<double>(sent);
    }
    if (!jitter.empty()) result.jitter = jitter;
    if (!delay.empty()) result.delay = delay;
    if (!mos.empty()) result.mos = mos;
    result.identity = identity;
    return result;
}

void Recorder::merge(Recorder&& other) {
    latencies_.merge(other.latencies_);
    series_.merge(other.series_);
    send_lateness_.merge(other.send_lateness_);
    loop_lag_.merge(other.loop_lag_);
    generator_series_.merge(other.generator_series_);
    packets_refused_ += other.packets_refused_;
    receive_drops_ += other.receive_drops_;
    add_totals(calls_, other.calls_);
    add_totals(all_calls_, other.all_calls_);
    iterations_.started += other.iterations_.started;
    iterations_.completed += other.iterations_.completed;
    iterations_.failed += other.iterations_.failed;
    iterations_.interrupted += other.iterations_.interrupted;
    iterations_.dropped += other.iterations_.dropped;
    iterations_.warm_up += other.iterations_.warm_up;
    add_counts(iterations_.failures, other.iterations_.failures);
    for (auto& [reason, example] : other.failure_examples_) {
        auto& own = failure_examples_[reason];
        const std::uint64_t count = own.count + example.count;
        const std::uint64_t warm_up = own.warm_up + example.warm_up;
        if (own.count == 0) own = example;
        own.count = count;
        own.warm_up = warm_up;
    }
    for (auto& [key, item] : other.checks_) {
        auto& own = checks_[key];
        const std::uint64_t count = own.count + item.count;
        if (own.count == 0) own = item;
        own.count = count;
    }
    to_far_end_.merge(other.to_far_end_);
    from_far_end_.merge(other.from_far_end_);
    registrations_.insert(registrations_.end(), other.registrations_.begin(),
                          other.registrations_.end());
    std::move(other.records_.begin(), other.records_.end(), std::back_inserter(records_));
}

void Recorder::fill(reports::RunResult& result) const {
    const std::uint64_t planned_calls = result.calls.planned;
    result.calls = calls_;
    result.calls.planned = planned_calls;
    const std::uint64_t planned_iterations = result.iterations.planned;
    result.iterations = iterations_;
    result.iterations.planned = planned_iterations;
    result.generator.send_lateness = send_lateness_;
    result.generator.loop_lag = loop_lag_;
    result.generator.seconds = generator_series_.rows();
    result.generator.packets_refused = packets_refused_;
    result.generator.receive_drops = receive_drops_;
    result.generator.dropped_iterations = iterations_.dropped;
    for (const auto& [reason, example] : failure_examples_)
        result.failure_examples.push_back(example);
    for (const auto& metric : reports::latency_metrics()) {
        const std::string name(metric.name);
        const auto* corrected = latencies_.find_histogram(name);
        if (corrected == nullptr) continue;
        reports::Latency latency{*corrected, std::nullopt};
        const auto* raw = latencies_.find_histogram(name + "_raw");
        if (raw != nullptr && !(*raw == *corrected)) latency.raw = *raw;
        result.latency.emplace(name, std::move(latency));
    }
    for (const auto& [key, item] : checks_) {
        switch (item.verdict) {
            case CheckVerdict::passed:
                result.checks.passed += item.count;
                break;
            case CheckVerdict::failed:
                result.checks.failed += item.count;
                break;
            case CheckVerdict::warned:
                result.checks.warned += item.count;
                break;
            case CheckVerdict::skipped:
                result.checks.skipped += item.count;
                break;
        }
        result.checks.items.push_back(item);
    }
    result.to_far_end = to_far_end_.direction();
    result.from_far_end = from_far_end_.direction();
    result.time_series = series_.rows();
    result.call_records = records_;
    std::sort(result.call_records.begin(), result.call_records.end(),
              [](const auto& left, const auto& right) {
                  return left.planned_offset < right.planned_offset;
              });
}

}  // namespace janus_harness::run
