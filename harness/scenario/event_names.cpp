#include "harness/scenario/event_names.h"

namespace janus_harness::scenario {

const std::vector<std::string>& browser_events() {
    static const std::vector<std::string> events{
        // The SIP plugin's, as result.event has them (Janus 1.1.2 and later).
        "registering",
        "registered",
        "registration_failed",
        "unregistering",
        "unregistered",
        "calling",
        "ringing",
        "proceeding",
        "progress",
        "progressed",
        "accepted",
        "accepting",
        "incomingcall",
        "missed_call",
        "updatingcall",
        "updating",
        "updated",
        "declining",
        "hangingup",
        "hangup",
        "holding",
        "resuming",
        "transferring",
        "transfer",
        "subscribing",
        "unsubscribing",
        "subscribe_succeeded",
        "subscribe_failed",
        "notify",
        "info",
        "infosent",
        "dtmf",
        "dtmfsent",
        "message",
        "messagesent",
        "messagedelivery",
        "recordingupdated",
        "reset",
        // The plugin's refusal of a request: fields code and reason.
        "error",
        // Janus's core. Its own "hangup" has another name than the plugin's.
        "created",
        "attached",
        "destroyed",
        "webrtcup",
        "media",
        "slowlink",
        "webrtc_hangup",
        "detached",
        "timeout",
        "trickle",
        "server_info",
        "keepalive_acknowledged",
        // The PeerConnection.
        "ice_connected",
        "dtls_connected",
        "first_audio",
        "ice_failed",
        "media_failed",
        "media_closed",
        // The way to Janus, and messages of Janus that do not fit.
        "connection_lost",
        "protocol_error",
    };
    return events;
}

const std::vector<std::string>& sip_events() {
    static const std::vector<std::string> events{
        // Requests that came in.
        "invite",
        "ack",
        "cancel",
        "bye",
        // Responses to an INVITE of its own; `rejected` has the fields code and reason.
        "trying",
        "ringing",
        "progress",
        "answered",
        "rejected",
        // Either side ended the call.
        "ended",
        "first_audio",
    };
    return events;
}

}  // namespace janus_harness::scenario
