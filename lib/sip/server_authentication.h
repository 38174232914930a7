#pragma once

#include <deque>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/random.h"
#include "core/time.h"
#include "sip/config.h"
#include "sip/digest.h"
#include "sip/message.h"

namespace janus_harness::sip {

// The registrar's side of digest authentication (RFC 7616, RFC 3261 22): issues nonces, forgets
// them after nonce_lifetime, and takes each nonce count once.
class ServerAuthentication {
  public:
    enum class Verdict {
        accepted,
        missing,  // no credentials for our realm: challenge
        wrong,    // wrong user or password
        stale,    // right password, but the nonce is unknown, too old or its count was used
    };

    ServerAuthentication(const EndpointConfig& config, Random random)
        : config_(config), random_(random) {}

    // The `uri` parameter is taken as sent: proxies on the way may have rewritten the request-URI.
    Verdict check(TimePoint now, const Message& request, const Credentials& expected);
    // Adds a WWW-Authenticate for each configured algorithm, on a new nonce.
    void challenge(TimePoint now, Message& response, bool stale);

  private:
    std::string realm() const;
    Verdict check_nonce(TimePoint now, const DigestAuthorization& answer);

    struct Nonce {
        TimePoint expires;
        std::uint32_t last_count = 0;
    };
    const EndpointConfig& config_;
    Random random_;
    std::unordered_map<std::string, Nonce> nonces_;
    std::deque<std::pair<TimePoint, std::string>> by_age_;  // all live equally long
};

}  // namespace janus_harness::sip
