#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"
#include "reports/latency_metric.h"

namespace janus_harness::reports {

// What the audio of one stream turned out to be.
enum class Identity {
    unknown,  // not looked at, or too little audio to tell
    proven,   // it carries the code word of this very call
    silence,
    other_stream,  // it carries another call's code word
    noise,         // audio without any code word
};
inline constexpr std::size_t identity_count = 5;
std::string_view name(Identity identity);  // as in the results: "other_stream"
std::optional<Identity> parse_identity(std::string_view name);

// The RTP of one direction of one call. What is not known is nullopt, never 0.
struct CallAudio {
    std::optional<std::uint64_t> sent;      // packets put on the wire by the sender
    std::optional<std::uint64_t> received;  // distinct packets at the receiver
    std::optional<std::uint64_t> lost;      // sent - received
    std::optional<std::uint64_t> duplicated;
    std::optional<std::uint64_t> reordered;
    std::optional<Duration> jitter;  // RFC 3550 6.4.1, at the end of the stream
    std::optional<Duration> delay;   // one way, mean
    std::optional<double> mos;       // 1 … 5, E-model
    Identity identity = Identity::unknown;
};

// One call, as calls.csv has it: a row a call.
struct CallRecord {
    std::string id;      // unique in the run
    std::string client;  // the simulated client that placed or took it
    std::uint64_t iteration = 0;
    bool warm_up = false;                       // in no total of the run
    std::int64_t planned_at_us = 0;             // wall clock, µs since the Unix epoch
    std::optional<std::int64_t> started_at_us;  // the same when it really started
    Duration planned_offset{};                  // of the planned start from the start of the run
    std::string outcome;                        // "completed", "failed", "interrupted"
    std::string failure_reason;                 // slug, empty when none
    std::string failure_text;                   // for people
    std::string sip_call_id;                    // empty when there is none
    std::string codec;                          // negotiated audio codec, empty when unknown
    std::optional<Duration> duration;           // established → hang-up
    // By LatencyMetric, each from the planned start of the metric's step.
    std::array<std::optional<Duration>, latency_metric_count> latency;
    CallAudio to_far_end;
    CallAudio from_far_end;

    std::optional<Duration>& operator[](LatencyMetric metric) {
        return latency[static_cast<std::size_t>(metric)];
    }
    const std::optional<Duration>& operator[](LatencyMetric metric) const {
        return latency[static_cast<std::size_t>(metric)];
    }
};

}  // namespace janus_harness::reports
