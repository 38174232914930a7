#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>

#include "core/result.h"
#include "dtls/fingerprint.h"

namespace janus_harness::dtls {

// A self-signed ECDSA P-256 certificate with its private key; valid from a day ago for 30 days.
// Made once a worker and shared (it is immutable).
class Certificate {
  public:
    // Error "dtls_certificate" with OpenSSL's reason.
    static Result<std::shared_ptr<const Certificate>> generate(
        const std::string& common_name = "janus-harness");
    ~Certificate();
    Certificate(const Certificate&) = delete;
    Certificate& operator=(const Certificate&) = delete;

    Fingerprint fingerprint(HashFunction hash = HashFunction::sha256) const;
    X509* x509() const { return x509_; }
    EVP_PKEY* private_key() const { return private_key_; }

  private:
    Certificate(X509* x509, EVP_PKEY* private_key) : x509_(x509), private_key_(private_key) {}

    X509* x509_;             // owned
    EVP_PKEY* private_key_;  // owned
};

}  // namespace janus_harness::dtls
