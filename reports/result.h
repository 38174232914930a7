#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"
#include "metrics/generator_series.h"
#include "metrics/histogram.h"
#include "metrics/time_series.h"
#include "reports/call_record.h"

namespace janus_harness::reports {

// What a run measured: the harness fills these structs, and everything in reports/ reads them and
// nothing else. An empty text or optional is "not known" and is written as null, never as 0.
// Nothing here may hold a secret: the writers mask nothing.

enum class Verdict { passed, failed, invalid, error };
std::string_view name(Verdict verdict);
std::optional<Verdict> parse_verdict(std::string_view name);

struct JanusInfo {
    std::optional<int> version;  // as /info gives it: 1102
    std::string version_string;  // "1.1.2"
    std::string url;
    std::string transport;           // "http", "https", "ws", "wss"
    std::string sip_plugin_version;  // "0.0.8"
};

struct Environment {
    unsigned cores = 0;  // 0: not known
    std::string cpu_model;
    std::string kernel;
    std::string harness_version;
};

struct RunInfo {
    std::string id;
    std::string scenario;  // its name
    std::string scenario_file;
    std::int64_t started_at_us = 0;  // wall clock, µs since the Unix epoch
    Duration duration{};
    std::uint64_t seed = 0;
    std::string command_line;  // one line that runs the same again, without secrets
    JanusInfo janus;
    Environment environment;
    bool interrupted = false;
};

// Whether the harness itself kept up; a late generator says nothing about Janus.
struct GeneratorHealth {
    bool valid = true;
    std::vector<std::string> reasons;  // why it is not valid
    double cpu_s = 0;
    std::optional<double> cpu_ms_per_call_s;  // CPU ms per second of established call
    std::uint64_t max_rss_bytes = 0;
    metrics::Histogram send_lateness;  // RTP packet sent - planned
    metrics::Histogram loop_lag;       // timer fired - due
    std::uint64_t dropped_iterations = 0;
    std::uint64_t packets_refused = 0;  // by our own kernel
    std::uint64_t receive_drops = 0;    // datagrams that found our receive buffers full
    unsigned workers = 1;
    std::vector<metrics::GeneratorSecond> seconds;
};

struct CallTotals {
    std::uint64_t planned = 0;
    std::uint64_t started = 0;
    std::uint64_t established = 0;
    std::uint64_t completed = 0;
    std::uint64_t failed = 0;
    std::uint64_t interrupted = 0;  // cut off by graceful_stop or the end of the run
    std::map<std::string, std::uint64_t> failures;  // reason -> count
    std::uint64_t warm_up = 0;  // calls of the warm-up, in none of the counts above
};

struct IterationTotals {
    std::uint64_t planned = 0;
    std::uint64_t started = 0;
    std::uint64_t completed = 0;
    std::uint64_t failed = 0;
    std::uint64_t interrupted = 0;
    std::uint64_t dropped = 0;
    std::map<std::string, std::uint64_t> failures;
    std::uint64_t warm_up = 0;  // started or dropped in the warm-up, in none of the counts above
};

struct FailureExample {
    std::string reason;  // the key of CallTotals::failures or IterationTotals::failures
    std::string text;    // what that call or client said, in full
    std::uint64_t count = 0;
    std::string call_id;        // CallRecord::id, empty when it has none
    std::uint64_t warm_up = 0;  // how many of `count` fell into the warm-up
};

struct Latency {
    metrics::Histogram corrected;           // from the planned start of the step
    std::optional<metrics::Histogram> raw;  // from the actual start, where that differs
};

struct ExcludedStreams {
    std::string reason;  // why these streams are not in the direction's figures
    std::uint64_t count = 0;
    std::string example_call;
};

struct AudioDirection {
    std::optional<std::uint64_t> sent;
    std::optional<std::uint64_t> received;
    std::optional<std::uint64_t> lost;
    std::optional<std::uint64_t> duplicated;
    std::optional<std::uint64_t> reordered;
    std::optional<double> loss_ratio;  // 0 … 1
    std::optional<metrics::Histogram> jitter;
    std::optional<metrics::Histogram> delay;
    std::optional<metrics::Histogram> mos;  // by record_score()
    // Streams by what they turned out to be, indexed by Identity.
    std::optional<std::array<std::uint64_t, identity_count>> identity;
    std::optional<std::uint64_t> streams;  // that the figures above are made of
    std::vector<ExcludedStreams> excluded;
};

enum class CheckVerdict { passed, failed, warned, skipped };
std::string_view name(CheckVerdict verdict);
std::optional<CheckVerdict> parse_check_verdict(std::string_view name);

struct CheckItem {
    std::string id;  // "sdp/answer/setup"
    CheckVerdict verdict = CheckVerdict::passed;
    std::string requirement;  // the sentence that was checked
    std::string ref;          // "RFC 5763 5"
    std::string level;        // "must", "should"
    std::string expected;
    std::string actual;       // what was found instead; empty when it passed
    std::uint64_t count = 0;  // how often this verdict fell
    std::string example_call;
};

struct CheckTotals {
    std::uint64_t passed = 0;
    std::uint64_t failed = 0;
    std::uint64_t warned = 0;
    std::uint64_t skipped = 0;
    std::vector<CheckItem> items;
};

struct ThresholdResult {
    std::string expression;       // "call_setup.p99 < 1000ms"
    std::optional<double> value;  // in the expression's unit; nullopt: nothing was measured
    std::string unit;             // "ms", "%", empty for plain numbers
    bool ok = false;
    std::string note;  // why it does not hold when there is no value
    // False: nobody can know here, because the far end is not ours. `ok` then means nothing.
    bool measurable = true;
};

struct Impairment {
    std::string direction;  // "to_far_end", "from_far_end"
    std::string rule;
    std::optional<std::uint64_t> dropped;  // the rule's own counter
};

struct Leftovers {
    std::optional<std::uint64_t> janus_sessions;  // left on Janus after the run
    std::optional<std::uint64_t> janus_handles;
    std::map<std::string, std::int64_t> balance;  // own objects not destroyed, by kind
};

// What one second of the Janus process looked like. An unset figure could not be read.
struct ProcessSample {
    std::uint32_t second = 0;              // since the start of the run
    std::optional<double> cores;           // CPU seconds used a second
    std::optional<double> busiest_thread;  // the same of the thread that used most
    std::optional<double> machine_cores;   // of everything on this machine, the harness included
    std::optional<std::uint64_t> threads;
    std::optional<std::uint64_t> descriptors;
    std::optional<std::uint64_t> rss_bytes;
};

// The process of the Janus under test during a run, where it runs on this machine.
struct ProcessUsage {
    std::int64_t pid = 0;
    std::string name;             // "janus", or whatever else listens at the URL
    std::optional<double> cpu_s;  // used during the run
    std::optional<double> max_cores;
    std::optional<double> max_busiest_thread;
    std::string busiest_thread;  // name of the thread behind max_busiest_thread
    std::optional<double> max_machine_cores;
    unsigned cores = 0;  // of the machine; 0: not known
    std::optional<std::uint64_t> max_threads;
    std::optional<std::uint64_t> max_descriptors;
    std::optional<std::uint64_t> max_rss_bytes;
    std::optional<std::uint64_t> descriptor_limit;  // RLIMIT_NOFILE of that process
    std::optional<std::uint64_t> thread_limit;      // the lowest that the kernel sets it
    std::vector<ProcessSample> series;
};

// Something that the figures of this run say of the system under test, in one sentence. Always
// concluded from measurements, never from the name of the scenario.
struct Finding {
    std::string id;    // "janus.registrations_queue"
    std::string text;  // with the figures it rests on
};

struct RunResult {
    RunInfo run;
    Verdict verdict = Verdict::error;
    std::string reason;  // the verdict in one sentence
    int exit_code = 5;
    GeneratorHealth generator;
    CallTotals calls;
    IterationTotals iterations;
    std::vector<FailureExample> failure_examples;
    std::map<std::string, Latency> latency;  // by LatencyMetric's name; others may stand beside
    AudioDirection to_far_end;
    AudioDirection from_far_end;
    CheckTotals checks;
    std::vector<ThresholdResult> thresholds;
    std::vector<Impairment> impairments;
    Leftovers leftovers;
    std::optional<ProcessUsage> janus_process;  // none: elsewhere, or it could not be found
    std::vector<Finding> findings;
    std::vector<CallRecord> call_records;
    std::vector<metrics::SecondRow> time_series;
};

}  // namespace janus_harness::reports
