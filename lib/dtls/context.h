#pragma once

#include <openssl/types.h>

#include <memory>
#include <vector>

#include "core/result.h"
#include "dtls/certificate.h"
#include "srtp/key_material.h"

namespace janus_harness::dtls {

// What all transports of a worker share: one SSL_CTX for DTLS 1.2 with our certificate, the SRTP
// profiles, and a peer certificate that is asked for and judged by its fingerprint alone. Keep it
// in a shared_ptr; transports hold a reference. Not to be shared between threads.
class Context {
  public:
    // `profiles` in order of preference, not empty: as client they are offered in this order, as
    // server the first that the client offers too is chosen. Error "dtls_context".
    static Result<std::shared_ptr<const Context>> create(
        std::shared_ptr<const Certificate> certificate,
        const std::vector<srtp::Profile>& profiles = {srtp::Profile::aes_cm_128_hmac_sha1_80,
                                                      srtp::Profile::aead_aes_128_gcm});
    ~Context();
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    const Certificate& certificate() const { return *certificate_; }
    SSL_CTX* ssl_context() const { return ssl_context_; }

  private:
    Context(std::shared_ptr<const Certificate> certificate, SSL_CTX* ssl_context)
        : certificate_(std::move(certificate)), ssl_context_(ssl_context) {}

    std::shared_ptr<const Certificate> certificate_;
    SSL_CTX* ssl_context_;  // owned
};

}  // namespace janus_harness::dtls
