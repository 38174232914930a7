#include "dtls/fingerprint.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <array>

#include "core/text.h"
#include "dtls/openssl_error.h"

namespace janus_harness::dtls {

namespace {

struct HashDescription {
    HashFunction hash;
    std::string_view name;
    std::size_t length;  // bytes
};

constexpr std::array<HashDescription, 4> kHashes{{{HashFunction::sha1, "sha-1", 20},
                                                  {HashFunction::sha256, "sha-256", 32},
                                                  {HashFunction::sha384, "sha-384", 48},
                                                  {HashFunction::sha512, "sha-512", 64}}};

const HashDescription& describe(HashFunction hash) {
    return kHashes[static_cast<std::size_t>(hash)];
}

const EVP_MD* digest_of(HashFunction hash) {
    switch (hash) {
        case HashFunction::sha1:
            return EVP_sha1();
        case HashFunction::sha256:
            return EVP_sha256();
        case HashFunction::sha384:
            return EVP_sha384();
        case HashFunction::sha512:
            return EVP_sha512();
    }
    return nullptr;
}

Error syntax_error(std::string_view what, std::string_view found) {
    return {"dtls_fingerprint_syntax", fmt::format("fingerprint: {}, found \"{}\"", what, found)};
}

// "AB:cd:01" as three bytes.
std::optional<Bytes> parse_pairs(std::string_view text) {
    Bytes bytes;
    for (const std::string_view pair : split(text, ':')) {
        const auto byte = from_hex(pair);
        if (!byte || byte->size() != 1) return std::nullopt;
        bytes.push_back(byte->front());
    }
    return bytes;
}

}  // namespace

Result<Fingerprint> Fingerprint::parse(std::string_view hash_name, std::string_view value) {
    for (const HashDescription& known : kHashes) {
        if (!iequals(known.name, hash_name)) continue;
        auto digest = parse_pairs(value);
        if (!digest) return syntax_error("expected pairs of hex digits with colons between", value);
        if (digest->size() != known.length) {
            return syntax_error(
                fmt::format("{} has {} bytes, not {}", known.name, known.length, digest->size()),
                value);
        }
        return Fingerprint(known.hash, std::move(*digest));
    }
    return syntax_error("expected sha-1, sha-256, sha-384 or sha-512", hash_name);
}

Result<Fingerprint> Fingerprint::parse(std::string_view attribute_value) {
    const std::string_view text = trim(attribute_value);
    const std::size_t space = text.find(' ');
    if (space == std::string_view::npos) {
        return syntax_error("expected a hash function, a space and the digest", text);
    }
    return parse(text.substr(0, space), trim(text.substr(space)));
}

Result<Fingerprint> Fingerprint::of(const X509& certificate, HashFunction hash) {
    Bytes digest(EVP_MAX_MD_SIZE);
    unsigned length = 0;
    if (X509_digest(&certificate, digest_of(hash), digest.data(), &length) != 1) {
        return openssl_error("dtls_certificate", "cannot hash the certificate");
    }
    digest.resize(length);
    return Fingerprint(hash, std::move(digest));
}

std::string_view Fingerprint::hash_name() const {
    return describe(hash_).name;
}

std::string Fingerprint::value() const {
    std::string text;
    for (const std::uint8_t byte : digest_) {
        if (!text.empty()) text += ':';
        text += fmt::format("{:02X}", byte);
    }
    return text;
}

std::string Fingerprint::to_string() const {
    return fmt::format("{} {}", hash_name(), value());
}

}  // namespace janus_harness::dtls
