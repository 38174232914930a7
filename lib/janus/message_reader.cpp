#include "janus/message_reader.h"

#include <fmt/format.h>

#include <map>
#include <utility>

namespace janus_harness::janus {

MessageReader::MessageReader(Session& session, TimePoint now, const rapidjson::Value& message)
    : session_(session), now_(now), message_(message), top_(members(message, "")) {}

MemberReader MessageReader::members(const rapidjson::Value& object, std::string where) const {
    return {object, std::move(where), "janus_message_type", "janus_missing_member"};
}

void MessageReader::protocol_error(const Error& error) {
    session_.handle_protocol_error(now_, error);
}

// True when something was wrong.
bool MessageReader::report(const MemberReader& reader) {
    if (!reader.error()) return false;
    protocol_error(*reader.error());
    return true;
}

void MessageReader::read() {
    const std::string kind = top_.string("janus");
    if (report(top_) || !belongs_to_session()) return;
    dispatch(kind);
}

bool MessageReader::belongs_to_session() {
    const auto session_id = top_.optional_unsigned("session_id");
    if (report(top_)) return false;
    if (!session_id || session_.session_id_ == 0 || *session_id == session_.session_id_)
        return true;
    protocol_error({"janus_foreign_session", fmt::format("a message for session {} came to {}",
                                                         *session_id, session_.session_id_)});
    return false;
}

void MessageReader::dispatch(const std::string& kind) {
    static const std::map<std::string, void (MessageReader::*)()> readers = {
        {"ack", &MessageReader::read_ack},
        {"success", &MessageReader::read_success},
        {"pong", &MessageReader::read_pong},
        {"server_info", &MessageReader::read_server_info},
        {"error", &MessageReader::read_error},
        {"event", &MessageReader::read_plugin_event},
        {"webrtcup", &MessageReader::read_webrtcup},
        {"media", &MessageReader::read_media},
        {"slowlink", &MessageReader::read_slow_link},
        {"hangup", &MessageReader::read_hangup},
        {"detached", &MessageReader::read_detached},
        {"timeout", &MessageReader::read_timeout},
        {"trickle", &MessageReader::read_trickle},
        {"ice-failed", &MessageReader::read_ice_failed},
    };
    if (kind == "keepalive") return;  // an empty long poll
    const auto reader = readers.find(kind);
    if (reader == readers.end()) {
        protocol_error(
            {"janus_unknown_message", fmt::format("\"janus\" is \"{}\"", kind.substr(0, 100))});
        return;
    }
    (this->*reader->second)();
}

void MessageReader::read_ack() {
    const std::string transaction = top_.string("transaction");
    if (report(top_)) return;
    const auto request = session_.take_pending(now_, transaction);
    if (!request) return;
    session_.events_.push(Acknowledged{now_, transaction, request->verb, request->sent_at});
}

void MessageReader::reply(const std::string& transaction, std::optional<std::uint64_t> id) {
    const auto request = session_.take_pending(now_, transaction);
    if (!request) return;
    session_.apply_success(*request, id);
    session_.events_.push(Replied{now_, transaction, request->verb, request->sent_at, id});
    if (request->verb == Verb::destroy) {
        session_.fail_open_requests(now_, {"janus_session_destroyed", "the session was destroyed"});
    }
}

void MessageReader::read_success() {
    const std::string transaction = top_.string("transaction");
    const rapidjson::Value* data = top_.optional_object("data");
    const rapidjson::Value* plugin_data = top_.optional_object("plugindata");
    if (report(top_)) return;
    std::optional<std::uint64_t> id;
    if (data != nullptr) {
        MemberReader reader = members(*data, "data");
        id = reader.optional_unsigned("id");
        if (report(reader)) return;
    }
    const auto pending = session_.pending_.find(transaction);
    const bool needs_id =
        pending != session_.pending_.end() &&
        (pending->second.verb == Verb::create || pending->second.verb == Verb::attach);
    if (needs_id && id.value_or(0) == 0) {
        protocol_error({"janus_missing_member", "\"data.id\" is missing or 0"});
        return;
    }
    reply(transaction, id);
    std::uint64_t handle_id = 0;
    if (plugin_data != nullptr && read_sender(handle_id)) emit_plugin_event(handle_id);
}

void MessageReader::read_pong() {
    const std::string transaction = top_.string("transaction");
    if (!report(top_)) reply(transaction, std::nullopt);
}

void MessageReader::read_server_info() {
    ServerInfo info;
    info.at = now_;
    info.transaction = top_.string("transaction");
    info.name = top_.string("name");
    info.version = top_.integer("version");
    info.version_string = top_.string("version_string");
    const rapidjson::Value* plugins = top_.optional_object("plugins");
    if (report(top_)) return;
    if (plugins != nullptr) {
        for (const auto& plugin : plugins->GetObject()) {
            const std::string package(plugin.name.GetString(), plugin.name.GetStringLength());
            MemberReader reader = members(plugin.value, "plugins." + package);
            info.plugins[package] = reader.string("version_string");
            if (report(reader)) return;
        }
    }
    info.json = json_text(message_);
    const std::string transaction = info.transaction;
    session_.events_.push(std::move(info));
    reply(transaction, std::nullopt);
}

void MessageReader::read_error() {
    const auto transaction = top_.optional_string("transaction");
    const rapidjson::Value* error = top_.object("error");
    if (report(top_)) return;
    MemberReader reader = members(*error, "error");
    const std::int64_t code = reader.integer("code");
    const std::string reason = reader.optional_string("reason").value_or("");
    if (report(reader)) return;
    if (!transaction) {
        protocol_error({"janus_error_without_transaction", fmt::format("{} {}", code, reason)});
        return;
    }
    const auto request = session_.take_pending(now_, *transaction);
    if (!request) return;
    session_.apply_failure(*request);
    session_.events_.push(
        RequestRejected{now_, *transaction, request->verb, request->sent_at, code, reason});
    // JANUS_ERROR_SESSION_NOT_FOUND
    if (code == 458) session_.handle_session_gone(now_, {"janus_no_such_session", reason});
}

bool MessageReader::read_sender(std::uint64_t& handle_id) {
    handle_id = top_.unsigned_integer("sender");
    if (report(top_)) return false;
    if (session_.handles_.contains(handle_id)) return true;
    if (session_.former_handles_.contains(handle_id)) {
        // After the end of the session nobody wants to know any more.
        return session_.state_ != Session::State::closed;
    }
    protocol_error(
        {"janus_unknown_handle",
         fmt::format("a message of handle {}, which this session does not have", handle_id)});
    return false;
}

std::optional<Jsep> MessageReader::read_jsep() {
    const rapidjson::Value* value = top_.optional_object("jsep");
    if (value == nullptr) return std::nullopt;
    MemberReader reader = members(*value, "jsep");
    Jsep jsep{.type = reader.string("type"), .sdp = reader.string("sdp"), .trickle = {}};
    if (report(reader)) return std::nullopt;
    return jsep;
}

void MessageReader::read_plugin_event() {
    std::uint64_t handle_id = 0;
    if (read_sender(handle_id)) emit_plugin_event(handle_id);
}

void MessageReader::emit_plugin_event(std::uint64_t handle_id) {
    PluginEvent event{.at = now_,
                      .handle_id = handle_id,
                      .transaction = {},
                      .plugin = {},
                      .data = {},
                      .jsep = {}};
    event.transaction = top_.optional_string("transaction");
    const rapidjson::Value* plugin_data = top_.object("plugindata");
    event.jsep = read_jsep();
    if (report(top_)) return;
    MemberReader reader = members(*plugin_data, "plugindata");
    event.plugin = reader.string("plugin");
    const rapidjson::Value* data = reader.object("data");
    if (report(reader)) return;
    event.data = json_text(*data);
    if (event.transaction) note_transaction(event);
    session_.events_.push(std::move(event));
}

void MessageReader::note_transaction(PluginEvent& event) {
    const auto pending = session_.pending_.find(*event.transaction);
    if (pending != session_.pending_.end()) {
        pending->second.event_seen = true;
    } else if (!session_.is_own_transaction(*event.transaction)) {
        protocol_error({"janus_unknown_transaction",
                        fmt::format("an event of handle {} names transaction \"{}\"",
                                    event.handle_id, event.transaction->substr(0, 100))});
    }
}

void MessageReader::read_webrtcup() {
    std::uint64_t handle_id = 0;
    if (read_sender(handle_id)) session_.events_.push(WebRtcUp{now_, handle_id});
}

void MessageReader::read_media() {
    Media event{.at = now_, .handle_id = 0, .mid = {}, .type = {}};
    if (!read_sender(event.handle_id)) return;
    event.mid = top_.optional_string("mid").value_or("");
    event.type = top_.string("type");
    event.receiving = top_.boolean("receiving");
    if (!report(top_)) session_.events_.push(std::move(event));
}

void MessageReader::read_slow_link() {
    SlowLink event{.at = now_, .handle_id = 0, .mid = {}, .media = {}};
    if (!read_sender(event.handle_id)) return;
    event.mid = top_.optional_string("mid").value_or("");
    event.media = top_.optional_string("media").value_or("");
    event.uplink = top_.boolean("uplink");
    event.lost = top_.optional_unsigned("lost").value_or(0);
    if (!report(top_)) session_.events_.push(std::move(event));
}

void MessageReader::read_hangup() {
    HungUp event{.at = now_, .handle_id = 0, .reason = {}};
    if (!read_sender(event.handle_id)) return;
    event.reason = top_.optional_string("reason").value_or("");
    if (!report(top_)) session_.events_.push(std::move(event));
}

void MessageReader::read_detached() {
    std::uint64_t handle_id = 0;
    if (!read_sender(handle_id)) return;
    session_.detach_handle(handle_id);
    session_.events_.push(Detached{now_, handle_id});
}

void MessageReader::read_timeout() {
    session_.handle_session_gone(
        now_, {"janus_timeout_event", "Janus ended the session: no request within its time limit"});
}

void MessageReader::read_trickle() {
    TrickleReceived event{.at = now_, .handle_id = 0, .candidate = {}, .sdp_mid = {}};
    if (!read_sender(event.handle_id)) return;
    const rapidjson::Value* candidate = top_.object("candidate");
    if (report(top_)) return;
    MemberReader reader = members(*candidate, "candidate");
    event.completed = reader.optional_bool("completed").value_or(false);
    if (!event.completed) event.candidate = reader.string("candidate");
    event.sdp_mid = reader.optional_string("sdpMid").value_or("");
    if (!report(reader)) session_.events_.push(std::move(event));
}

void MessageReader::read_ice_failed() {
    std::uint64_t handle_id = 0;
    if (read_sender(handle_id)) session_.events_.push(IceFailed{now_, handle_id});
}

}  // namespace janus_harness::janus
