// The requests of the SIP plugin: every account is registered, every call answered, at once or
// after a set delay. There is no SIP behind it.
#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "sdp/negotiation.h"
#include "tools/capacity_stub/answer.h"
#include "tools/capacity_stub/api.h"
#include "tools/capacity_stub/api_messages.h"

namespace janus_harness::capacity_stub {
namespace {

constexpr std::size_t call_id_length = 23;

// "alice" of "sip:alice@example.org"; empty if there is no user part.
std::string_view user_part(std::string_view uri) {
    const std::size_t at = uri.find('@');
    if (at == std::string_view::npos) return {};
    const bool secure = uri.starts_with("sips:");
    if (!secure && !uri.starts_with("sip:")) return {};
    const std::size_t begin = secure ? 5 : 4;
    return at > begin ? uri.substr(begin, at - begin) : std::string_view{};
}

std::vector<SocketAddress> usable(const std::vector<sdp::Candidate>& candidates) {
    std::vector<SocketAddress> addresses;
    for (const auto& candidate : candidates) {
        const auto address = candidate.socket_address();
        if (!address || candidate.component != 1 || !iequals(candidate.transport, "udp")) continue;
        addresses.push_back(address.value());
    }
    return addresses;
}

Result<RemoteParameters> remote_parameters(const sdp::SessionDescription& offer) {
    auto transport = sdp::transport_parameters(offer);
    if (!transport) return transport.error();
    RemoteParameters remote;
    remote.ice_ufrag = transport->ice_ufrag;
    remote.ice_pwd = transport->ice_pwd;
    remote.candidates = usable(transport->candidates);
    for (const auto& line : transport->fingerprints) {
        auto fingerprint = dtls::Fingerprint::parse(line.hash, line.value);
        if (!fingerprint) return fingerprint.error();
        remote.fingerprints.push_back(std::move(fingerprint).value());
    }
    remote.role = transport->setup == sdp::Setup::active ? dtls::Role::server : dtls::Role::client;
    return remote;
}

}  // namespace

void Api::sip_request(TimePoint now, const Request& request, const rapidjson::Value& body,
                      Handle& handle) {
    const std::string name = to_lower(string_member(body, "request").value_or(""));
    if (name == "register") {
        sip_register(request, body, handle);
    } else if (name == "unregister") {
        sip_unregister(request, handle);
    } else if (name == "call") {
        sip_call(now, request, body, handle);
    } else if (name == "hangup") {
        sip_hangup(request, handle);
    } else {
        notify_sip_error(handle, request.transaction, 442,
                         fmt::format("Unknown request ({})", name));
    }
}

void Api::sip_register(const Request& request, const rapidjson::Value& body, Handle& handle) {
    const auto uri = string_member(body, "username");
    if (!uri) {
        notify_sip_error(handle, request.transaction, 443, "Missing mandatory element (username)");
        return;
    }
    if (user_part(*uri).empty()) {
        notify_sip_error(handle, request.transaction, 446,
                         fmt::format("Invalid user address {}\n", *uri));
        return;
    }
    const bool refresh = bool_member(body, "refresh").value_or(false);
    if (!handle.username.empty() && !refresh) {
        notify_sip_error(handle, request.transaction, 445,
                         fmt::format("Already registered ({})", handle.username));
        return;
    }
    handle.username = user_part(*uri);
    const bool sends = bool_member(body, "send_register").value_or(true) &&
                       string_member(body, "type").value_or("") != "guest";
    if (sends) notify_sip(handle, request.transaction, R"(,"result":{"event":"registering"})");
    // The answer to a REGISTER carries no transaction.
    notify_sip(handle, sends ? std::string_view{} : std::string_view(request.transaction),
               fmt::format(R"(,"result":{{"event":"registered","username":{},"register_sent":{},)"
                           R"("master_id":{}}})",
                           json_quote(handle.username), sends, handle.id & 0xffffffff));
}

void Api::sip_unregister(const Request& request, Handle& handle) {
    if (handle.username.empty()) {
        notify_sip_error(handle, request.transaction, 447, "Wrong state (register first)");
        return;
    }
    notify_sip(handle, request.transaction, R"(,"result":{"event":"unregistering"})");
    notify_sip(handle, {},
               fmt::format(R"(,"result":{{"event":"unregistered","username":{}}})",
                           json_quote(handle.username)));
    handle.username.clear();
}

void Api::sip_call(TimePoint now, const Request& request, const rapidjson::Value& body,
                   Handle& handle) {
    const auto refuse = [&](int code, std::string_view text) {
        notify_sip_error(handle, request.transaction, code, text);
    };
    if (handle.username.empty()) return refuse(447, "Wrong state (register first)");
    if (handle.state != CallState::idle) return refuse(447, "Wrong state (already in a call?)");
    const auto uri = string_member(body, "uri");
    if (!uri) return refuse(443, "Missing mandatory element (uri)");
    if (request.object("jsep") == nullptr) return refuse(448, "Missing SDP");
    const auto taken = take_offer(request, handle);
    if (!taken) return refuse(448, fmt::format("Error parsing SDP: {}", taken.error().message));
    handle.state = CallState::inviting;
    handle.callee = *uri;
    handle.call_transaction = request.transaction;
    handle.call_id = random_.token(call_id_length);
    notify_sip(handle, request.transaction,
               fmt::format(R"(,"result":{{"event":"calling","call_id":"{}"}})", handle.call_id));
    notify_sip(handle, request.transaction, R"(,"result":{"event":"ringing"})");
    notify_sip(handle, request.transaction, R"(,"result":{"event":"proceeding","code":180})");
    handle.answer_due = now + answer_delay_;
    answer_if_due(now, handle);
    if (handle.state == CallState::inviting && handle.answer_due > now) {
        answers_.insert({handle.answer_due, {handle.session_id, handle.id}});
    }
}

Result<void> Api::take_offer(const Request& request, Handle& handle) {
    const auto& jsep = *request.object("jsep");
    if (string_member(jsep, "type").value_or("") != "offer") {
        return Error{"stub_offer", "no offer"};
    }
    auto offer = sdp::SessionDescription::parse(string_member(jsep, "sdp").value_or(""));
    if (!offer) return offer.error();
    auto remote = remote_parameters(offer.value());
    if (!remote) return remote.error();
    handle.offer = std::make_unique<sdp::SessionDescription>(std::move(offer).value());
    handle.remote = std::move(remote).value();
    handle.candidates_complete = false;
    return {};
}

// The socket is chosen by the client's candidates, so there has to be one. Clients that trickle
// send it right behind their offer.
void Api::answer_if_due(TimePoint now, Handle& handle) {
    const bool located = !handle.remote.candidates.empty() || handle.candidates_complete;
    if (handle.state != CallState::inviting || now < handle.answer_due || !located) return;
    accept(now, handle);
}

void Api::accept(TimePoint now, Handle& handle) {
    auto opened = media_.open({handle.session_id, handle.id}, std::move(handle.remote));
    std::optional<std::string> answer;
    if (opened) {
        handle.call = opened.value();
        ++counters_.active_calls;
        answer = make_answer(*handle.offer, {.ice_ufrag = handle.call->ufrag(),
                                             .ice_pwd = handle.call->password(),
                                             .fingerprint = media_.fingerprint(),
                                             .address = handle.call->local_address(),
                                             .ssrc = handle.call->ssrc(),
                                             .session_id = random_.below(1U << 31)});
    }
    if (!answer) {
        const std::string_view reason = opened ? "Not Acceptable Here" : "Service Unavailable";
        notify_sip(handle, handle.call_transaction,
                   fmt::format(R"(,"result":{{"event":"hangup","code":{},"reason":"{}"}})",
                               opened ? 488 : 503, reason));
        end_call(handle);
        notify(handle.session_id,
               core_event("hangup", handle.session_id, handle.id, R"(,"reason":"Close PC")"));
        return;
    }
    handle.state = CallState::established;
    handle.offer.reset();
    ++counters_.calls;
    if (!first_answer_) first_answer_ = now;
    notify_sip(
        handle, handle.call_transaction,
        fmt::format(R"(,"result":{{"event":"accepted","username":{}}})", json_quote(handle.callee)),
        *answer);
}

void Api::sip_hangup(const Request& request, Handle& handle) {
    if (handle.state == CallState::idle) return;  // Janus says nothing either
    const bool answered = handle.state == CallState::established;
    notify_sip(handle, request.transaction, R"(,"result":{"event":"hangingup"})");
    notify_sip(handle, handle.call_transaction,
               fmt::format(R"(,"result":{{"event":"hangup","code":{},"reason":"{}"}})",
                           answered ? 200 : 487, answered ? "to BYE" : "Request Terminated"));
    end_call(handle);
    notify(handle.session_id,
           core_event("hangup", handle.session_id, handle.id, R"(,"reason":"Close PC")"));
}

bool Api::end_call(Handle& handle) {
    const bool answered = handle.state == CallState::established;
    if (handle.state == CallState::inviting) {
        answers_.erase({handle.answer_due, {handle.session_id, handle.id}});
    }
    if (handle.call != nullptr) {
        media_.close(handle.call);
        --counters_.active_calls;
    }
    handle.call = nullptr;
    handle.state = CallState::idle;
    handle.call_id.clear();
    handle.offer.reset();
    handle.remote = {};
    return answered;
}

void Api::handle_timeout(TimePoint now) {
    while (!answers_.empty() && answers_.begin()->first <= now) {
        const auto [session_id, handle_id] = answers_.begin()->second;
        answers_.erase(answers_.begin());
        if (Handle* handle = find_handle(session_id, handle_id)) answer_if_due(now, *handle);
    }
}

std::optional<TimePoint> Api::next_timeout() const {
    return answers_.empty() ? std::nullopt : std::optional(answers_.begin()->first);
}

void Api::notify_sip(const Handle& handle, std::string_view transaction, std::string data,
                     std::string_view sdp) {
    if (!handle.call_id.empty()) data += fmt::format(R"(,"call_id":"{}")", handle.call_id);
    notify(handle.session_id, sip_event({.session_id = handle.session_id,
                                         .handle_id = handle.id,
                                         .transaction = transaction,
                                         .data = data,
                                         .sdp = sdp}));
}

void Api::notify_sip_error(const Handle& handle, std::string_view transaction, int code,
                           std::string_view text) {
    notify_sip(handle, transaction,
               fmt::format(R"(,"error_code":{},"error":{})", code, json_quote(text)));
}

}  // namespace janus_harness::capacity_stub
