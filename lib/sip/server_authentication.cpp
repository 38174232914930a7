#include "sip/server_authentication.h"

#include "core/text.h"

namespace janus_harness::sip {

std::string ServerAuthentication::realm() const {
    return config_.realm.empty() ? config_.domain : config_.realm;
}

ServerAuthentication::Verdict ServerAuthentication::check(TimePoint now, const Message& request,
                                                          const Credentials& expected) {
    for (const auto& value : request.header_values("Authorization")) {
        const auto answer = DigestAuthorization::parse(value);
        if (!answer || answer->realm != realm()) continue;
        if (answer->username != expected.username ||
            to_lower(answer->response) !=
                digest_response(*answer, expected.password, request.method)) {
            return Verdict::wrong;
        }
        return check_nonce(now, *answer);
    }
    return Verdict::missing;
}

ServerAuthentication::Verdict ServerAuthentication::check_nonce(TimePoint now,
                                                                const DigestAuthorization& answer) {
    const auto found = nonces_.find(answer.nonce);
    if (found == nonces_.end() || found->second.expires <= now) return Verdict::stale;
    if (!answer.qop_auth) return Verdict::accepted;
    if (answer.nonce_count <= found->second.last_count) return Verdict::stale;
    found->second.last_count = answer.nonce_count;
    return Verdict::accepted;
}

void ServerAuthentication::challenge(TimePoint now, Message& response, bool stale) {
    while (!by_age_.empty() && by_age_.front().first <= now) {
        nonces_.erase(by_age_.front().second);
        by_age_.pop_front();
    }
    DigestChallenge challenge;
    challenge.realm = realm();
    challenge.nonce = random_.token(32);
    challenge.opaque = random_.token(16);
    challenge.qop_auth = true;
    challenge.stale = stale;
    const TimePoint expires = now + config_.nonce_lifetime;
    nonces_[challenge.nonce] = {expires, 0};
    by_age_.emplace_back(expires, challenge.nonce);
    for (const auto algorithm : config_.digest_algorithms) {
        challenge.algorithm = algorithm;
        response.add_header("WWW-Authenticate", challenge.to_string());
    }
}

}  // namespace janus_harness::sip
