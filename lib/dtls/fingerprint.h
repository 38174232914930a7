#pragma once

#include <openssl/types.h>

#include <string>
#include <string_view>

#include "core/datagram.h"
#include "core/result.h"

namespace janus_harness::dtls {

// In the order of RFC 8122 section 5's preference, weakest first.
enum class HashFunction { sha1, sha256, sha384, sha512 };

// The hash of a certificate in DER, as in "a=fingerprint:sha-256 AB:CD:..." (RFC 8122 section 5).
class Fingerprint {
  public:
    // The hash name is matched without regard to case, and so are the hex digits. `value` is pairs
    // of hex digits with colons between. Error "dtls_fingerprint_syntax".
    static Result<Fingerprint> parse(std::string_view hash_name, std::string_view value);
    // "sha-256 AB:CD:...": what stands behind "a=fingerprint:".
    static Result<Fingerprint> parse(std::string_view attribute_value);
    // Error "dtls_certificate" when OpenSSL cannot hash the certificate.
    static Result<Fingerprint> of(const X509& certificate, HashFunction hash);

    HashFunction hash() const { return hash_; }
    std::string_view hash_name() const;  // "sha-256"
    std::string value() const;           // "AB:CD:...", upper case
    std::string to_string() const;       // "sha-256 AB:CD:..."

    friend bool operator==(const Fingerprint&, const Fingerprint&) = default;

  private:
    Fingerprint(HashFunction hash, Bytes digest) : hash_(hash), digest_(std::move(digest)) {}

    HashFunction hash_;
    Bytes digest_;
};

}  // namespace janus_harness::dtls
