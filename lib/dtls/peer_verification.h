#pragma once

#include <openssl/ssl.h>

#include <optional>
#include <string>
#include <vector>

#include "dtls/fingerprint.h"

namespace janus_harness::dtls {

// Judges the peer's certificate during the handshake by the fingerprints of the remote description
// alone (RFC 8122 section 6.2); chains, names and dates do not count. Refusing makes OpenSSL send
// a bad_certificate alert and end the handshake.
class PeerVerification {
  public:
    void expect(std::vector<Fingerprint> fingerprints) { expected_ = std::move(fingerprints); }
    bool has_expectation() const { return !expected_.empty(); }
    // True once a certificate was seen and matched.
    bool verified() const { return verified_; }
    // The fingerprint of a certificate that did not match.
    const std::optional<std::string>& refused() const { return refused_; }
    std::string expected() const;

    // Makes `ssl` ask this object, which must outlive it.
    void attach(SSL* ssl);
    // Makes all SSLs of `context` ask the object attached to them.
    static void install(SSL_CTX* context);

  private:
    static int verify(X509_STORE_CTX* store, void* unused);
    bool judge(const X509& certificate);
    HashFunction strongest_hash() const;

    std::vector<Fingerprint> expected_;
    bool verified_ = false;
    std::optional<std::string> refused_;
};

}  // namespace janus_harness::dtls
