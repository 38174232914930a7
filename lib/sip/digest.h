#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace janus_harness::sip {

// The algorithms of RFC 7616 that SIP peers use (RFC 8760). The -sess variants are not supported.
enum class DigestAlgorithm { md5, sha256 };

std::string_view to_string(DigestAlgorithm algorithm);  // "MD5", "SHA-256"
// Case-insensitive; the empty text is MD5 (RFC 7616 3.3). None for what we cannot compute.
std::optional<DigestAlgorithm> parse_digest_algorithm(std::string_view text);

struct Credentials {
    std::string username;  // the digest user
    std::string password;
};

// The value of WWW-Authenticate or Proxy-Authenticate.
struct DigestChallenge {
    std::string realm;
    std::string nonce;
    std::string opaque;
    DigestAlgorithm algorithm = DigestAlgorithm::md5;
    bool qop_auth = false;  // the server offers qop=auth
    bool stale = false;

    std::string to_string() const;
    // None when the scheme is not Digest, the algorithm or every offered qop is unknown to us, or
    // realm or nonce is missing.
    static std::optional<DigestChallenge> parse(std::string_view value);
};

// The value of Authorization or Proxy-Authorization.
struct DigestAuthorization {
    std::string username;
    std::string realm;
    std::string nonce;
    std::string uri;
    std::string response;  // lower-case hexadecimal
    std::string opaque;
    std::string cnonce;             // with qop only
    std::uint32_t nonce_count = 0;  // with qop only
    bool qop_auth = false;
    DigestAlgorithm algorithm = DigestAlgorithm::md5;

    std::string to_string() const;
    static std::optional<DigestAuthorization> parse(std::string_view value);
};

// Lower-case hexadecimal hash of `text`.
std::string digest_hash(DigestAlgorithm algorithm, std::string_view text);

// `request-digest` of RFC 7616 3.4.1 for what `authorization` says (its own `response` is not
// read), without qop that of RFC 2069.
std::string digest_response(const DigestAuthorization& authorization, std::string_view password,
                            std::string_view method);

// Answers `challenge` for a request of `method` to `uri`; the `nonce_count`-th use of the nonce.
DigestAuthorization answer_challenge(const DigestChallenge& challenge,
                                     const Credentials& credentials, std::string_view method,
                                     std::string_view uri, std::string_view cnonce,
                                     std::uint32_t nonce_count);

}  // namespace janus_harness::sip
