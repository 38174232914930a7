#include "reports/latency_metric.h"

namespace janus_harness::reports {
namespace {

using enum LatencyMetric;
using enum LatencyGroup;

constexpr std::array<LatencyMetricInfo, latency_metric_count> metrics_table{{
    {create, registration, "create", "Janus session made",
     "Start of register to the answer that carries the session id."},
    {attach, registration, "attach", "plugin attached",
     "Start of register to the answer that carries the handle id."},
    {registration_request_delay, registration, "registration_request_delay", "registered",
     "Start of register to the registered event (RFC 6076 4.1)."},
    {message_ack, call, "message_ack", "request acknowledged",
     "Start of the call to Janus's ack of the request."},
    {session_request_delay, call, "session_request_delay", "ringing",
     "Start of the call to ringing (RFC 6076 4.3.1)."},
    {invite_at_far_end, call, "invite_at_far_end", "INVITE at the far end",
     "Start of the call to the INVITE's arrival at our own SIP far end."},
    {call_accepted, call, "call_accepted", "accepted",
     "Start of the call to the accepted event with the SDP answer."},
    {ice_connected, call, "ice_connected", "ICE connected",
     "Start of the call to the first nominated candidate pair."},
    {dtls_connected, call, "dtls_connected", "DTLS connected",
     "Start of the call to the end of the DTLS handshake, fingerprint checked."},
    {webrtcup, call, "webrtcup", "webrtcup", "Start of the call to Janus's webrtcup event."},
    {first_audio_from_far_end, call, "first_audio_from_far_end", "first audio from the far end",
     "Start of the call to the first RTP packet that the client got through Janus."},
    {first_audio_at_far_end, call, "first_audio_at_far_end", "first audio at the far end",
     "Start of the call to the first RTP packet that the SIP far end got through Janus."},
    {call_setup, call, "call_setup", "audio both ways",
     "Start of the call to audio in both directions: the later of the two first packets."},
    {session_disconnect_delay, hang_up, "session_disconnect_delay", "hung up",
     "Start of hangup to the hangup event (RFC 6076 4.5)."},
}};

}  // namespace

const std::array<LatencyMetricInfo, latency_metric_count>& latency_metrics() {
    return metrics_table;
}

const LatencyMetricInfo& info(LatencyMetric metric) {
    return metrics_table[static_cast<std::size_t>(metric)];
}

std::string_view name(LatencyMetric metric) {
    return info(metric).name;
}

const LatencyMetricInfo* find_latency_metric(std::string_view name) {
    for (const LatencyMetricInfo& candidate : metrics_table) {
        if (candidate.name == name) return &candidate;
    }
    return nullptr;
}

}  // namespace janus_harness::reports
