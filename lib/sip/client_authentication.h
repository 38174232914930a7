#pragma once

#include <optional>

#include "core/random.h"
#include "sip/digest.h"
#include "sip/message.h"

namespace janus_harness::sip {

// The client side of digest authentication (RFC 3261 22.2, 22.3): remembers the last challenge, so
// that later requests carry credentials at once, and counts the uses of its nonce.
class ClientAuthentication {
  public:
    void set_credentials(std::optional<Credentials> credentials);
    // Takes the strongest challenge of a 401 or 407 that we can answer. False when the request is
    // not worth repeating: no credentials, no usable challenge, or the same credentials were just
    // refused (a new challenge without stale=true).
    bool accept_challenge(const Message& response);
    // Adds credentials for the remembered challenge, if there is one.
    void authorize(Message& request, Random& random);
    // After a success: the next challenge may be answered again.
    void succeeded() {
        answered_ = false;
        attempts_ = 0;
    }

  private:
    std::optional<Credentials> credentials_;
    std::optional<DigestChallenge> challenge_;
    bool proxy_ = false;     // 407: Proxy-Authorization
    bool answered_ = false;  // the remembered challenge has been answered without success so far
    int attempts_ = 0;       // challenges since the last success; bounds 401 and 407 in turn
    std::uint32_t nonce_count_ = 0;
};

}  // namespace janus_harness::sip
