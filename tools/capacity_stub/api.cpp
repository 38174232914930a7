// The requests of Janus's core.
#include "tools/capacity_stub/api.h"

#include <fmt/format.h>

#include "core/text.h"
#include "sdp/candidate.h"
#include "tools/capacity_stub/api_messages.h"

namespace janus_harness::capacity_stub {
namespace {

constexpr std::uint64_t largest_id = std::uint64_t{1} << 53;  // a number of JavaScript

std::string refuse(const Request& request, int code, std::string_view reason) {
    return error_message(request.ids.session_id, request.transaction, code, reason);
}

std::string wrong_path(const Request& request) {
    return refuse(request, 457, fmt::format("Unhandled request '{}' at this path", request.verb));
}

}  // namespace

Api::Api(const Options& options, Media& media, Counters& counters, Random random)
    : answer_delay_(options.answer_delay),
      address_(options.address),
      media_(media),
      counters_(counters),
      random_(random) {}

std::string Api::handle_request(TimePoint now, std::string_view json, PathIds path,
                                ConnectionId connection) {
    ++counters_.api_messages;
    Request request;
    RequestError error;
    if (!read_request(json, path, request, error)) {
        return error_message(0, error.transaction, error.code, error.reason);
    }
    return dispatch(now, request, connection);
}

std::string Api::dispatch(TimePoint now, const Request& request, ConnectionId connection) {
    if (request.ids.session_id == 0 && request.ids.handle_id == 0) {
        if (request.verb == "create") return create(request, connection);
        if (request.verb == "info") return server_info(request.transaction);
        if (request.verb == "ping") return pong_message(request.transaction);
        return wrong_path(request);
    }
    const auto session = sessions_.find(request.ids.session_id);
    if (session == sessions_.end()) {
        return refuse(request, 458, fmt::format("No such session {}", request.ids.session_id));
    }
    return in_session(now, request, session->second);
}

std::string Api::server_info(std::string_view transaction) const {
    return server_info_message(transaction, address_);
}

std::uint64_t Api::new_id() {
    return random_.below(largest_id - 1) + 1;
}

std::string Api::create(const Request& request, ConnectionId connection) {
    std::uint64_t id = new_id();
    while (sessions_.contains(id)) id = new_id();
    sessions_[id].connection = connection;
    if (connection != 0) sessions_of_[connection].insert(id);
    ++counters_.sessions;
    return success_message(0, request.transaction, id);
}

std::string Api::in_session(TimePoint now, const Request& request, Session& session) {
    if (request.ids.handle_id != 0) {
        const auto handle = session.handles.find(request.ids.handle_id);
        if (handle == session.handles.end()) {
            return refuse(request, 459,
                          fmt::format("No such handle {} in session {}", request.ids.handle_id,
                                      request.ids.session_id));
        }
        return in_handle(now, request, session, handle->second);
    }
    if (request.verb == "keepalive") {
        return ack_message(request.ids.session_id, request.transaction);
    }
    if (request.verb == "attach") return attach(request, session);
    if (request.verb == "destroy") {
        end_session(request.ids.session_id);
        return success_message(request.ids.session_id, request.transaction);
    }
    return wrong_path(request);
}

std::string Api::attach(const Request& request, Session& session) {
    const auto plugin = string_member(request.document, "plugin");
    if (!plugin) return refuse(request, 456, "Missing mandatory element (plugin)");
    if (*plugin != "janus.plugin.sip") {
        return refuse(request, 460, fmt::format("No such plugin '{}'", *plugin));
    }
    const std::uint64_t id = new_id();
    Handle& handle = session.handles[id];
    handle.id = id;
    handle.session_id = request.ids.session_id;
    ++counters_.handles;
    return success_message(request.ids.session_id, request.transaction, id);
}

std::string Api::in_handle(TimePoint now, const Request& request, Session& session,
                           Handle& handle) {
    const std::uint64_t session_id = request.ids.session_id;
    if (request.verb == "message") return message(now, request, handle);
    if (request.verb == "trickle") return trickle(now, request, handle);
    if (request.verb == "hangup") {
        if (end_call(handle)) {
            notify_sip(handle, {}, R"(,"result":{"event":"hangingup"})");
            notify(session_id,
                   core_event("hangup", session_id, handle.id, R"(,"reason":"Janus API")"));
            notify_sip(handle, {}, R"(,"result":{"event":"hangup","code":200,"reason":"to BYE"})");
        }
        return success_message(session_id, request.transaction);
    }
    if (request.verb == "detach") {
        end_call(handle);
        notify(session_id, core_event("detached", session_id, handle.id));
        session.handles.erase(request.ids.handle_id);
        --counters_.handles;
        return success_message(session_id, request.transaction);
    }
    return wrong_path(request);
}

std::string Api::message(TimePoint now, const Request& request, Handle& handle) {
    const auto* body = request.object("body");
    if (body == nullptr) return refuse(request, 456, "Missing mandatory element (body)");
    const bool has_jsep = request.document.HasMember("jsep");
    if (has_jsep && request.object("jsep") == nullptr) {
        return refuse(request, 455, "Invalid jsep object");
    }
    sip_request(now, request, *body, handle);
    return ack_message(request.ids.session_id, request.transaction);
}

std::string Api::trickle(TimePoint now, const Request& request, Handle& handle) {
    const auto& document = request.document;
    const auto one = document.FindMember("candidate");
    const auto several = document.FindMember("candidates");
    if (one != document.MemberEnd()) {
        add_trickled(now, handle, one->value);
    } else if (several != document.MemberEnd() && several->value.IsArray()) {
        for (const auto& candidate : several->value.GetArray()) {
            add_trickled(now, handle, candidate);
        }
    } else {
        return refuse(request, 456, "Missing mandatory element (candidate|candidates)");
    }
    answer_if_due(now, handle);
    return ack_message(request.ids.session_id, request.transaction);
}

void Api::add_trickled(TimePoint, Handle& handle, const rapidjson::Value& candidate) {
    if (!candidate.IsObject() || candidate.HasMember("completed")) {
        handle.candidates_complete = true;
        return;
    }
    const auto text = string_member(candidate, "candidate");
    const auto parsed = sdp::Candidate::parse(text.value_or(""));
    if (!parsed || parsed->component != 1 || !iequals(parsed->transport, "udp")) return;
    const auto address = parsed->socket_address();
    if (!address) return;
    if (handle.call != nullptr) {
        media_.add_candidate(*handle.call, address.value());
    } else if (handle.offer && handle.remote.candidates.size() < 8) {
        handle.remote.candidates.push_back(address.value());
    }
}

void Api::handle_media(const MediaEvent& event) {
    Handle* handle = find_handle(event.owner.session_id, event.owner.handle_id);
    if (handle == nullptr || handle->state != CallState::established) return;
    const auto [session_id, handle_id] = event.owner;
    switch (event.kind) {
        case MediaEvent::Kind::connected:
            notify(session_id, core_event("webrtcup", session_id, handle_id));
            return;
        case MediaEvent::Kind::receiving:
            notify(session_id, core_event("media", session_id, handle_id,
                                          R"(,"mid":"0","type":"audio","receiving":true)"));
            return;
        case MediaEvent::Kind::failed:
            end_call(*handle);
            notify(session_id,
                   core_event("hangup", session_id, handle_id, R"(,"reason":"DTLS error")"));
            return;
    }
}

std::optional<Notice> Api::poll_notice() {
    if (notices_.empty()) return std::nullopt;
    Notice notice = std::move(notices_.front());
    notices_.pop_front();
    return notice;
}

void Api::notify(std::uint64_t session_id, std::string json) {
    const auto session = sessions_.find(session_id);
    if (session == sessions_.end()) return;
    ++counters_.api_events;
    notices_.push_back({session_id, session->second.connection, std::move(json)});
}

void Api::connection_gone(ConnectionId connection) {
    const auto found = sessions_of_.find(connection);
    if (found == sessions_of_.end()) return;
    for (const std::uint64_t id : std::set<std::uint64_t>(found->second)) end_session(id);
    sessions_of_.erase(connection);
}

void Api::end_session(std::uint64_t id) {
    const auto session = sessions_.find(id);
    if (session == sessions_.end()) return;
    for (auto& [handle_id, handle] : session->second.handles) end_call(handle);
    counters_.handles -= session->second.handles.size();
    const auto of_connection = sessions_of_.find(session->second.connection);
    if (of_connection != sessions_of_.end()) of_connection->second.erase(id);
    sessions_.erase(session);
    --counters_.sessions;
}

Api::Handle* Api::find_handle(std::uint64_t session_id, std::uint64_t handle_id) {
    const auto session = sessions_.find(session_id);
    if (session == sessions_.end()) return nullptr;
    const auto handle = session->second.handles.find(handle_id);
    return handle == session->second.handles.end() ? nullptr : &handle->second;
}

}  // namespace janus_harness::capacity_stub
