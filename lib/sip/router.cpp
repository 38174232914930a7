#include "sip/router.h"

#include "core/text.h"
#include "sip/message_parser.h"

namespace janus_harness::sip {
namespace {

bool is_keep_alive(ByteView bytes) {  // RFC 5626 3.5.1 and empty datagrams
    for (const auto byte : bytes) {
        if (byte != '\r' && byte != '\n' && byte != 0) return false;
    }
    return true;
}

}  // namespace

bool Router::is_ours(const Uri& uri) const {
    if (iequals(uri.host, config_.local.ip())) {
        return uri.port == 0 || uri.port == config_.local.port();
    }
    // A numeric domain is somebody else's address: other ports of it are other user agents.
    if (!iequals(uri.host, config_.domain)) return false;
    return uri.port == 0 || uri.port == config_.local.port() ||
           !SocketAddress::from_ip(config_.domain, 0);
}

void Router::handle_datagram(TimePoint now, const SocketAddress& remote, ByteView bytes) {
    ++out_.stats().received;
    if (is_keep_alive(bytes)) return;
    out_.trace_received(now, remote, bytes);
    auto parsed = parse_message(bytes);
    if (!parsed) {
        ++out_.stats().malformed;
        return;
    }
    Message& message = parsed.value();
    if (!message.is_request()) {
        handle_response(now, remote, message);
        return;
    }
    stamp_received(message.vias.front(), remote);
    handle_request(now, remote, std::move(message));
}

void Router::handle_response(TimePoint now, const SocketAddress& remote, const Message& response) {
    if (!response.defect.empty()) {
        ++out_.stats().malformed;
        return;
    }
    const auto match = transactions_.handle_response(now, response);
    if (match.matched) {
        if (!match.pass)
            ++out_.stats().retransmissions_received;
        else if (match.user.kind == TransactionUser::Kind::call) {
            phones_.handle_response(now, remote, CallKey{match.user.id}, match.id, response);
        } else if (match.user.kind == TransactionUser::Kind::registration) {
            registrations_.handle_response(now, match.user.id, response);
        }
        return;
    }
    if (response.vias.size() > 1) {
        if (!forwarder_.forward_response(now, response)) ++out_.stats().stray_responses;
        return;
    }
    const bool answer = response.cseq.method == "INVITE" && response.status / 100 == 2;
    if (!answer || !phones_.handle_late_answer(now, remote, response)) {
        ++out_.stats().stray_responses;
    }
}

void Router::refuse(TimePoint now, const Message& request, int status) {
    if (request.method == "ACK") return;
    transactions_.reply(now, request, make_response(request, status, random_.token(12)));
}

// Without a transaction: what is missing may be what transactions are matched by.
void Router::refuse_defective(TimePoint now, const Message& request) {
    ++out_.stats().malformed;
    const auto destination = response_destination(request.vias.front());
    if (request.method == "ACK" || !destination) return;
    const bool version = request.defect == "SIP version";
    const Message response =
        make_response(request, version ? 505 : 400, "",
                      version ? std::string() : "Bad Request (" + request.defect + ")");
    out_.send(now, *destination, response.to_string());
}

void Router::handle_request(TimePoint now, const SocketAddress& remote, Message request) {
    if (request.defect.empty() && request.vias.front().branch().empty()) {
        request.defect = "missing branch";
    }
    if (!request.defect.empty()) return refuse_defective(now, request);
    const auto match = transactions_.handle_request(now, request);
    if (match.matched && match.delivery != RequestDelivery::pass) {
        if (match.delivery == RequestDelivery::acknowledged &&
            match.user.kind == TransactionUser::Kind::call) {
            phones_.handle_reject_acknowledged(now, CallKey{match.user.id});
        }
        return;
    }
    if (request.method == "CANCEL" && cancel_ours(now, request)) return;
    dispatch(now, remote, std::move(request));
}

// 9.2. A CANCEL for an INVITE that was forwarded finds nothing here and goes the INVITE's way.
bool Router::cancel_ours(TimePoint now, const Message& cancel) {
    TransactionUser user;
    if (transactions_.find_invite(cancel, user) == 0) return false;
    refuse(now, cancel, 200);
    if (user.kind == TransactionUser::Kind::call) {
        phones_.handle_cancel(now, CallKey{user.id}, cancel);
    }
    return true;
}

void Router::dispatch(TimePoint now, const SocketAddress& remote, Message request) {
    while (!request.routes.empty() && is_ours(request.routes.front().uri)) {  // 16.4
        request.routes.erase(request.routes.begin());
    }
    if (!request.routes.empty()) {
        const auto destination = request.routes.front().uri.address();
        return forward(now, std::move(request), destination);
    }
    if (!request.to.tag().empty() && phones_.owns_dialog(request)) {
        return phones_.handle_in_dialog(now, remote, request);
    }
    if (!request.uri.is_sip()) return refuse(now, request, 416);
    const auto destination = request.uri.address();
    if (is_ours(request.uri) || (config_.accept_any_user && !destination)) {
        return dispatch_ours(now, remote, std::move(request));
    }
    forward(now, std::move(request), destination);
}

void Router::dispatch_ours(TimePoint now, const SocketAddress& remote, Message request) {
    if (request.method == "REGISTER") {
        if (!config_.registrar) return refuse(now, request, 405);
        return registrar_.handle_register(now, remote, request);
    }
    if (!request.uri.user.empty()) return dispatch_user(now, remote, std::move(request));
    if (request.method == "OPTIONS") {
        return transactions_.reply(now, request, phones_.make_options_answer(request));
    }
    refuse(now, request, request.to.tag().empty() ? 404 : 481);
}

void Router::dispatch_user(TimePoint now, const SocketAddress& remote, Message request) {
    const std::string& user = request.uri.user;
    const bool known = registrar_.has_account(user);
    if (phones_.has_phone(user) || (config_.accept_any_user && !known)) {
        return phones_.handle_request(now, remote, request);
    }
    // Keep-alives of registered clients go to their own address of record: ours to answer.
    if (known && request.method == "OPTIONS") {
        return transactions_.reply(now, request, phones_.make_options_answer(request));
    }
    const Binding* binding = registrar_.lookup(user);
    if (binding != nullptr && config_.forward) {
        request.uri = binding->contact.uri;
        return forward(now, std::move(request), binding->address());
    }
    if (!request.to.tag().empty() || request.method == "CANCEL") return refuse(now, request, 481);
    refuse(now, request, known ? 480 : 404);
}

void Router::forward(TimePoint now, Message request, std::optional<SocketAddress> destination) {
    if (!config_.forward || !destination || destination->port() == 0) {
        return refuse(now, request, request.to.tag().empty() ? 404 : 481);
    }
    if (forwarder_.forward_request(now, request, *destination) ==
        StatelessForwarder::Outcome::too_many_hops) {
        refuse(now, request, 483);
    }
}

void Router::handle_timeout(TimePoint now) {
    for (const auto& timeout : transactions_.handle_timeout(now)) {
        if (timeout.user.kind == TransactionUser::Kind::call) {
            phones_.handle_transaction_timeout(now, CallKey{timeout.user.id}, timeout.id);
        } else if (timeout.user.kind == TransactionUser::Kind::registration) {
            registrations_.handle_transaction_timeout(now, timeout.user.id);
        }
    }
    phones_.handle_timeout(now);
    registrar_.handle_timeout(now);
    registrations_.handle_timeout(now);
}

std::optional<TimePoint> Router::next_timeout() const {
    return earliest(transactions_.next_timeout(), phones_.next_timeout(), registrar_.next_timeout(),
                    registrations_.next_timeout());
}

std::optional<RoutedCall> Router::route(OutgoingCall call) const {
    auto to = Uri::parse(call.to_uri);
    if (!to || !to->is_sip()) return std::nullopt;
    RoutedCall routed{{}, *to, *to, {}};
    const PhoneRegistration* registration = registrations_.find(call.from_user);
    std::optional<SocketAddress> hop = call.next_hop;
    if (registration != nullptr) {
        if (!hop) hop = registration->registrar;
        if (!call.credentials) call.credentials = registration->credentials;
        if (call.from_domain.empty()) call.from_domain = registration->domain;
    }
    const Binding* binding = is_ours(*to) ? registrar_.lookup(to->user) : nullptr;
    if (!hop && binding != nullptr) {
        routed.request_uri = binding->contact.uri;
        hop = binding->address();
    }
    if (!hop) hop = to->address();
    if (!hop || hop->port() == 0) return std::nullopt;
    if (call.from_domain.empty()) call.from_domain = config_.domain;
    if (call.from_domain.empty()) call.from_domain = config_.local.ip();
    routed.next_hop = *hop;
    routed.call = std::move(call);
    return routed;
}

CallKey Router::call(TimePoint now, OutgoingCall call) {
    const CallKey key = phones_.next_key();
    auto routed = route(std::move(call));
    if (routed) {
        phones_.call(now, key, std::move(*routed));
    } else {
        out_.push(CallFailed{now, key, "no_route"});
    }
    return key;
}

void Router::register_phone(TimePoint now, PhoneRegistration registration) {
    phones_.add_phone(registration.user);
    registrations_.start(now, std::move(registration));
}

}  // namespace janus_harness::sip
