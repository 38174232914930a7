#include "sip/client_authentication.h"

namespace janus_harness::sip {
namespace {

std::optional<DigestChallenge> strongest(const std::vector<std::string>& values) {
    std::optional<DigestChallenge> best;
    for (const auto& value : values) {
        auto challenge = DigestChallenge::parse(value);
        if (!challenge) continue;
        if (!best || challenge->algorithm > best->algorithm) best = std::move(challenge);
    }
    return best;
}

}  // namespace

void ClientAuthentication::set_credentials(std::optional<Credentials> credentials) {
    *this = ClientAuthentication();
    credentials_ = std::move(credentials);
}

bool ClientAuthentication::accept_challenge(const Message& response) {
    const bool proxy = response.status == 407;
    if (!credentials_ || (!proxy && response.status != 401)) return false;
    constexpr int max_attempts = 5;
    if (++attempts_ > max_attempts) return false;
    auto challenge =
        strongest(response.header_values(proxy ? "Proxy-Authenticate" : "WWW-Authenticate"));
    if (!challenge || (answered_ && proxy == proxy_ && !challenge->stale)) return false;
    challenge_ = std::move(challenge);
    proxy_ = proxy;
    nonce_count_ = 0;
    return true;
}

void ClientAuthentication::authorize(Message& request, Random& random) {
    request.remove_headers("Authorization");
    request.remove_headers("Proxy-Authorization");
    if (!challenge_ || !credentials_) return;
    answered_ = true;
    const auto answer = answer_challenge(*challenge_, *credentials_, request.method,
                                         request.uri.to_string(), random.token(16), ++nonce_count_);
    request.add_header(proxy_ ? "Proxy-Authorization" : "Authorization", answer.to_string());
}

}  // namespace janus_harness::sip
