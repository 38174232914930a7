#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/result.h"
#include "core/time.h"

namespace janus_harness::janus {

enum class Verb {
    create,
    attach,
    message,
    trickle,
    hangup,
    detach,
    destroy,
    keepalive,
    info,
    ping,
};
std::string_view to_string(Verb verb);

// The `jsep` member of messages and events.
struct Jsep {
    std::string type;  // "offer" or "answer"
    std::string sdp;
    // Only sent, and only when set: false says that all candidates are in the SDP.
    std::optional<bool> trickle;
};

// Every event carries the time at which the bytes that caused it (or the time-out) came in.

// "success", "pong" or "server_info" answered the request. `id` is data.id: the new session of
// create, the new handle of attach.
struct Replied {
    TimePoint at;
    std::string transaction;
    Verb verb{};
    TimePoint sent_at;
    std::optional<std::uint64_t> id;
};

// "ack": the request was taken; the plugin's answer comes (or came already) as a PluginEvent.
struct Acknowledged {
    TimePoint at;
    std::string transaction;
    Verb verb{};
    TimePoint sent_at;
};

// "error": Janus refused the request; `code` is one of its error codes (403, 458, 460, …).
struct RequestRejected {
    TimePoint at;
    std::string transaction;
    Verb verb{};
    TimePoint sent_at;
    std::int64_t code = 0;
    std::string reason;
};

// No reply came in time. `event_seen`: the plugin did answer, so only the reply itself was lost.
struct RequestTimedOut {
    TimePoint at;
    std::string transaction;
    Verb verb{};
    TimePoint sent_at;
    bool event_seen = false;
};

// The request did not reach Janus, or its answer not us (transport error, connection lost), or it
// was made in a state that does not allow it ("janus_no_session", "janus_unknown_handle").
struct RequestFailed {
    TimePoint at;
    std::string transaction;
    Verb verb{};
    TimePoint sent_at;
    Error error;
};

struct PluginEvent {
    TimePoint at;
    std::uint64_t handle_id = 0;
    std::optional<std::string> transaction;
    std::string plugin;
    std::string data;  // plugindata.data as JSON text
    std::optional<Jsep> jsep;
};

struct WebRtcUp {
    TimePoint at;
    std::uint64_t handle_id = 0;
};

struct Media {
    TimePoint at;
    std::uint64_t handle_id = 0;
    std::string mid;
    std::string type;  // "audio" or "video"
    bool receiving = false;
};

struct SlowLink {
    TimePoint at;
    std::uint64_t handle_id = 0;
    std::string mid;
    std::string media;
    bool uplink = false;
    std::uint64_t lost = 0;
};

// The core's "hangup": the PeerConnection is gone.
struct HungUp {
    TimePoint at;
    std::uint64_t handle_id = 0;
    std::string reason;
};

struct Detached {
    TimePoint at;
    std::uint64_t handle_id = 0;
};

// Janus does not know the session any more. `how` names what told so: "janus_timeout_event",
// "janus_poll_not_found" (HTTP 404 on the long poll), "janus_no_such_session" (error 458).
struct SessionTimedOut {
    TimePoint at;
    std::uint64_t session_id = 0;
    Error how;
};

// The way to Janus is gone; every open request failed just before. Nothing more comes.
struct ConnectionLost {
    TimePoint at;
    Error error;
};

// ICE failed but Janus keeps the PeerConnection (Janus 1.2.0 and later).
struct IceFailed {
    TimePoint at;
    std::uint64_t handle_id = 0;
};

// A candidate of Janus, or the end of its candidates (full-trickle mode).
struct TrickleReceived {
    TimePoint at;
    std::uint64_t handle_id = 0;
    bool completed = false;
    std::string candidate;
    std::string sdp_mid;
};

// A message that does not fit: "janus_json_syntax", "janus_json_depth", "janus_message_type" (a
// member of the wrong type, named), "janus_missing_member", "janus_unknown_message",
// "janus_unknown_transaction", "janus_duplicate_reply", "janus_late_reply" (after its time-out),
// "janus_unknown_handle", "janus_foreign_session", "janus_error_without_transaction"; and what the
// transports report: "janus_poll_cut_short", "http_request_repeated".
struct ProtocolError {
    TimePoint at;
    Error error;
};

struct ServerInfo {
    TimePoint at;
    std::string transaction;
    std::string name;
    std::int64_t version = 0;                    // 1102 for 1.1.2
    std::string version_string;                  // "1.1.2"
    std::map<std::string, std::string> plugins;  // package to its version_string
    std::string json;                            // the whole message
};

using Event =
    std::variant<Replied, Acknowledged, RequestRejected, RequestTimedOut, RequestFailed,
                 PluginEvent, WebRtcUp, Media, SlowLink, HungUp, Detached, SessionTimedOut,
                 ConnectionLost, TrickleReceived, IceFailed, ProtocolError, ServerInfo>;

TimePoint time_of(const Event& event);
// "plugin_event", "request_timed_out", …: for logs and failure reasons.
std::string_view name_of(const Event& event);

}  // namespace janus_harness::janus
