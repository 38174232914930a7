#include <algorithm>

#include "ice/agent_impl.h"

// What arrives: requests of the peer (RFC 8445 section 7.3) and responses to ours (7.2.5).
namespace janus_harness::ice {

namespace {

constexpr int kBadRequest = 400;
constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;
constexpr int kUnknownAttribute = 420;
constexpr int kRoleConflict = 487;

}  // namespace

void Agent::Impl::handle_datagram(TimePoint now, const SocketAddress& remote, ByteView datagram) {
    if (ended_) return;
    const auto message = parse_stun(datagram);
    // ICE demands FINGERPRINT in every message (RFC 8445 section 7.1).
    if (!message || !message->has_fingerprint || message->method != kStunBinding) return;
    switch (message->message_class) {
        case StunClass::request:
            return handle_request(now, remote, *message, datagram);
        case StunClass::success:
        case StunClass::error:
            return handle_response(now, remote, *message, datagram);
        case StunClass::indication:
            return;  // a keepalive (RFC 8445 section 11)
    }
}

void Agent::Impl::handle_request(TimePoint now, const SocketAddress& remote,
                                 const StunMessage& request, ByteView datagram) {
    const int code = judge_request(request, datagram);
    if (code == kUnknownAttribute) {
        return send(remote, encode_error(request.transaction_id, code, config_.local_pwd,
                                         request.unknown_attributes));
    }
    if (code != 0) {
        // Without MESSAGE-INTEGRITY, as the peer has not shown that it knows the password (RFC 8489
        // section 9.1.3).
        return send(remote, encode_error(request.transaction_id, code, ""));
    }
    if (!settle_roles(request)) {
        return send(remote, encode_error(request.transaction_id, kRoleConflict, config_.local_pwd));
    }
    send(remote, encode_success(request.transaction_id, remote, config_.local_pwd));
    learn_from_request(now, remote, request);
    run_checks(now);
}

int Agent::Impl::judge_request(const StunMessage& request, ByteView datagram) const {
    if (!request.has_integrity || request.username.empty()) return kBadRequest;
    const bool is_for_us = request.username.starts_with(config_.local_ufrag + ":");
    if (!is_for_us || !verify_short_term(datagram, config_.local_pwd)) return kUnauthorized;
    if (!request.unknown_attributes.empty()) return kUnknownAttribute;
    if (!request.priority) return kBadRequest;
    return 0;
}

bool Agent::Impl::settle_roles(const StunMessage& request) {
    if (controlling_ && request.ice_controlling) {
        if (tie_breaker_ >= *request.ice_controlling) return false;
        controlling_ = false;
        nominating_ = false;
    } else if (!controlling_ && request.ice_controlled) {
        if (tie_breaker_ < *request.ice_controlled) return false;
        controlling_ = true;
    }
    return true;
}

void Agent::Impl::learn_from_request(TimePoint now, const SocketAddress& remote,
                                     const StunMessage& request) {
    CandidatePair* pair = checks_.find(remote);
    if (pair == nullptr) pair = checks_.add(remote, *request.priority);  // peer-reflexive
    if (pair == nullptr) return;
    const bool is_nomination = request.use_candidate && !controlling_;
    if (is_nomination) pair->peer_nominated = true;
    // When all is decided, only a nomination can still change anything.
    if (!completed_ || is_nomination) trigger_check(now, *pair);
}

// RFC 8445 section 7.3.1.4.
void Agent::Impl::trigger_check(TimePoint now, CandidatePair& pair) {
    switch (pair.state) {
        case PairState::succeeded:
            return select_if_nominated(now, pair);
        case PairState::waiting:
        case PairState::failed:
            return checks_.trigger(pair);
        case PairState::in_progress:
            break;
    }
    // Our check may have been lost before the peer opened the path; the answer may also be under
    // way already. So the same check is repeated soon, instead of a new one at once.
    CheckTransaction& transaction = *pair.transaction;
    if (transaction.transmissions >= config_.max_transmissions) return checks_.trigger(pair);
    transaction.next = std::min(transaction.next, now + config_.check_interval);
    transaction.interval = config_.rto;
}

void Agent::Impl::handle_response(TimePoint now, const SocketAddress& remote,
                                  const StunMessage& response, ByteView datagram) {
    if (consent_.is_ours(response.transaction_id)) {
        return handle_consent_response(now, remote, response, datagram);
    }
    CandidatePair* pair = checks_.find(response.transaction_id);
    if (pair == nullptr) return;
    const int code = response.error_code.value_or(0);
    // 400 and 401 cannot be authenticated (RFC 8489 section 9.1.4); all else has to be.
    const bool is_refusal = response.message_class == StunClass::error &&
                            (code == kBadRequest || code == kUnauthorized);
    if (!is_refusal && !verify_short_term(datagram, remote_pwd_)) return;
    if (remote != pair->remote) return pair_failed(now, *pair);  // section 7.2.5.2.1
    if (response.message_class == StunClass::error) {
        handle_error(now, *pair, code);
    } else {
        pair_succeeded(now, *pair);
    }
    run_checks(now);
}

void Agent::Impl::handle_consent_response(TimePoint now, const SocketAddress& remote,
                                          const StunMessage& response, ByteView datagram) {
    if (remote != selected_ || !verify_short_term(datagram, remote_pwd_)) return;
    if (response.message_class == StunClass::success) return consent_.renew(now);
    // Not in the RFC, but how libnice revokes consent.
    if (response.error_code == kForbidden) end(ConsentLost{remote});
}

void Agent::Impl::handle_error(TimePoint now, CandidatePair& pair, int code) {
    if (code == kRoleConflict) {
        handle_role_conflict(pair);
    } else {
        pair_failed(now, pair);
    }
}

// RFC 8445 section 7.2.5.1. A request of the peer may have made us switch already.
void Agent::Impl::handle_role_conflict(CandidatePair& pair) {
    if (pair.transaction->controlling == controlling_) {
        controlling_ = !controlling_;
        tie_breaker_ = random_();
        nominating_ = false;
    }
    checks_.trigger(pair);
}

void Agent::Impl::pair_succeeded(TimePoint now, CandidatePair& pair) {
    const bool was_nomination = pair.transaction->use_candidate;
    pair.transaction.reset();
    pair.state = PairState::succeeded;
    if (!controlling_) return select_if_nominated(now, pair);
    if (was_nomination) {
        nominating_ = false;
        completed_ = true;
        select(now, pair);
        checks_.abandon_all_but(pair.remote);
    } else if (!nominating_ && !completed_) {
        nominate(now, pair);
    }
}

void Agent::Impl::pair_failed(TimePoint now, CandidatePair& pair) {
    const bool was_nomination = pair.transaction && pair.transaction->use_candidate;
    pair.transaction.reset();
    pair.triggered = 0;
    pair.state = PairState::failed;
    if (was_nomination && nominating_) {
        nominating_ = false;
        if (CandidatePair* other = checks_.best_succeeded()) nominate(now, *other);
    }
    fail_if_hopeless();
}

}  // namespace janus_harness::ice
