#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace janus_harness::reports {

// The phases of a call that have a time of their own. Each is measured from the planned start of
// the step it belongs to: create … registration_request_delay from the start of `register`,
// message_ack … call_setup from that of the call, session_disconnect_delay from that of `hangup`.
enum class LatencyMetric : std::size_t {
    create,
    attach,
    registration_request_delay,
    message_ack,
    session_request_delay,
    invite_at_far_end,
    call_accepted,
    ice_connected,
    dtls_connected,
    webrtcup,
    first_audio_from_far_end,
    first_audio_at_far_end,
    call_setup,
    session_disconnect_delay,
};
inline constexpr std::size_t latency_metric_count = 14;

// Which step a metric belongs to: the waterfall of the report has one block for each.
enum class LatencyGroup { registration, call, hang_up };

struct LatencyMetricInfo {
    LatencyMetric metric;
    LatencyGroup group;
    std::string_view name;     // as in result.json: "call_setup"
    std::string_view label;    // for people: "audio both ways"
    std::string_view meaning;  // one sentence, with the RFC where there is one
};

// In the order in which they happen in a call.
const std::array<LatencyMetricInfo, latency_metric_count>& latency_metrics();
const LatencyMetricInfo& info(LatencyMetric metric);
std::string_view name(LatencyMetric metric);
// nullptr when no metric has that name.
const LatencyMetricInfo* find_latency_metric(std::string_view name);

}  // namespace janus_harness::reports
