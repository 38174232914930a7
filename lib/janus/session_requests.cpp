#include <fmt/format.h>

#include <utility>

#include "janus/json_reading.h"
#include "janus/session.h"

// The requests of a session: what they look like and when they are allowed.
namespace janus_harness::janus {
namespace {

void add_string(std::string& members, std::string_view name, std::string_view value) {
    members += fmt::format(",\"{}\":{}", name, json_quote(value));
}

bool needs_handle(Verb verb) {
    return verb == Verb::message || verb == Verb::trickle || verb == Verb::hangup ||
           verb == Verb::detach;
}

}  // namespace

std::string Session::create(TimePoint now) {
    return request(now, Verb::create, 0);
}

std::string Session::attach(TimePoint now, std::string_view plugin, std::string_view opaque_id) {
    std::string members;
    add_string(members, "plugin", plugin);
    if (!opaque_id.empty()) add_string(members, "opaque_id", opaque_id);
    return request(now, Verb::attach, 0, members);
}

std::string Session::message(TimePoint now, std::uint64_t handle_id, std::string_view body,
                             const std::optional<Jsep>& jsep) {
    std::string members = fmt::format(",\"body\":{}", body);
    if (jsep) {
        members += fmt::format(",\"jsep\":{{\"type\":{},\"sdp\":{}", json_quote(jsep->type),
                               json_quote(jsep->sdp));
        if (jsep->trickle) members += fmt::format(",\"trickle\":{}", *jsep->trickle);
        members += '}';
    }
    return request(now, Verb::message, handle_id, members);
}

std::string Session::trickle(TimePoint now, std::uint64_t handle_id,
                             const LocalCandidate& candidate) {
    std::string fields;
    add_string(fields, "candidate", candidate.candidate);
    add_string(fields, "sdpMid", candidate.sdp_mid);
    return request(now, Verb::trickle, handle_id,
                   fmt::format(",\"candidate\":{{\"sdpMLineIndex\":{}{}}}",
                               candidate.sdp_mline_index, fields));
}

std::string Session::trickle_completed(TimePoint now, std::uint64_t handle_id) {
    return request(now, Verb::trickle, handle_id, R"(,"candidate":{"completed":true})");
}

std::string Session::hangup(TimePoint now, std::uint64_t handle_id) {
    return request(now, Verb::hangup, handle_id);
}

std::string Session::detach(TimePoint now, std::uint64_t handle_id) {
    return request(now, Verb::detach, handle_id);
}

std::string Session::destroy(TimePoint now) {
    return request(now, Verb::destroy, 0);
}

std::string Session::keepalive(TimePoint now) {
    return request(now, Verb::keepalive, 0);
}

std::string Session::info(TimePoint now) {
    return request(now, Verb::info, 0);
}

std::string Session::ping(TimePoint now) {
    return request(now, Verb::ping, 0);
}

std::optional<Error> Session::refuse(Verb verb, std::uint64_t handle_id) const {
    if (connection_lost_) return Error{"janus_no_connection", "the connection to Janus is lost"};
    if (verb == Verb::info || verb == Verb::ping) return std::nullopt;
    const State wanted = verb == Verb::create ? State::created_locally : State::ready;
    if (state_ != wanted) {
        return Error{
            "janus_no_session",
            fmt::format("{} is not possible in this state of the session", to_string(verb))};
    }
    if (needs_handle(verb) && !handles_.contains(handle_id)) {
        return Error{"janus_unknown_handle", fmt::format("{} for handle {}, which is not attached",
                                                         to_string(verb), handle_id)};
    }
    return std::nullopt;
}

std::string Session::compose(Verb verb, std::uint64_t handle_id, std::string_view transaction,
                             std::string_view members) const {
    std::string text =
        fmt::format(R"({{"janus":"{}","transaction":"{}")", to_string(verb), transaction);
    const bool in_session = verb != Verb::create && verb != Verb::info && verb != Verb::ping;
    if (in_session) text += fmt::format(",\"session_id\":{}", session_id_);
    if (handle_id != 0) text += fmt::format(",\"handle_id\":{}", handle_id);
    if (!options_.apisecret.empty()) add_string(text, "apisecret", options_.apisecret);
    if (!options_.token.empty()) add_string(text, "token", options_.token);
    text += members;
    return text + '}';
}

std::string Session::request(TimePoint now, Verb verb, std::uint64_t handle_id,
                             std::string_view members) {
    std::string transaction = fmt::format("{}{}", transaction_prefix_, ++transactions_made_);
    if (auto refused = refuse(verb, handle_id)) {
        events_.push(RequestFailed{now, transaction, verb, now, std::move(*refused)});
        return transaction;
    }
    const bool in_session = verb != Verb::create && verb != Verb::info && verb != Verb::ping;
    outgoing_.push({transaction, in_session ? session_id_ : 0, handle_id, verb,
                    compose(verb, handle_id, transaction, members)});
    pending_.emplace(transaction, Pending{verb, handle_id, now});
    last_request_ = now;
    if (verb == Verb::create) state_ = State::creating;
    if (verb == Verb::destroy) state_ = State::destroying;
    return transaction;
}

}  // namespace janus_harness::janus
