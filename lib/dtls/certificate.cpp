#include "dtls/certificate.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <array>
#include <cstdint>

#include "dtls/openssl_error.h"

namespace janus_harness::dtls {

namespace {

constexpr long kDay = 24 * 60 * 60;

bool set_serial(X509* x509) {
    std::uint64_t serial = 0;
    std::array<unsigned char, sizeof serial> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
    for (const unsigned char byte : bytes) serial = serial << 8 | byte;
    return ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509), serial >> 1) == 1;
}

bool set_names(X509* x509, const std::string& common_name) {
    X509_NAME* name = X509_get_subject_name(x509);
    const auto* text = reinterpret_cast<const unsigned char*>(common_name.c_str());
    return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1 &&
           X509_set_issuer_name(x509, name) == 1;
}

bool fill(X509* x509, EVP_PKEY* key, const std::string& common_name) {
    return X509_set_version(x509, X509_VERSION_3) == 1 && set_serial(x509) &&
           X509_gmtime_adj(X509_getm_notBefore(x509), -kDay) != nullptr &&
           X509_gmtime_adj(X509_getm_notAfter(x509), 30 * kDay) != nullptr &&
           set_names(x509, common_name) && X509_set_pubkey(x509, key) == 1 &&
           X509_sign(x509, key, EVP_sha256()) > 0;
}

}  // namespace

Result<std::shared_ptr<const Certificate>> Certificate::generate(const std::string& common_name) {
    std::shared_ptr<const Certificate> certificate(
        new Certificate(X509_new(), EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")));
    if (certificate->x509_ == nullptr || certificate->private_key_ == nullptr ||
        !fill(certificate->x509_, certificate->private_key_, common_name)) {
        return openssl_error("dtls_certificate", "cannot make a certificate");
    }
    return certificate;
}

Certificate::~Certificate() {
    X509_free(x509_);
    EVP_PKEY_free(private_key_);
}

Fingerprint Certificate::fingerprint(HashFunction hash) const {
    // Hashing a certificate of our own with a built-in digest cannot fail; value() aborts if it
    // does.
    return Fingerprint::of(*x509_, hash).value();
}

}  // namespace janus_harness::dtls
