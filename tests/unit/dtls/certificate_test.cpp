#include "dtls/certificate.h"

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "dtls/context.h"

namespace janus_harness::dtls {
namespace {

TEST_CASE("a certificate is self-signed, valid now and P-256") {
    const auto certificate = Certificate::generate("tester");
    REQUIRE(certificate);
    X509* x509 = certificate.value()->x509();
    CHECK(X509_verify(x509, certificate.value()->private_key()) == 1);
    CHECK(X509_cmp_current_time(X509_get0_notBefore(x509)) < 0);
    CHECK(X509_cmp_current_time(X509_get0_notAfter(x509)) > 0);
    CHECK(EVP_PKEY_get_bits(certificate.value()->private_key()) == 256);
    CHECK(X509_NAME_cmp(X509_get_subject_name(x509), X509_get_issuer_name(x509)) == 0);
}

TEST_CASE("fingerprints have their hash's length and belong to one certificate") {
    const auto one = Certificate::generate().value();
    const auto other = Certificate::generate().value();
    CHECK(one->fingerprint().value().size() == 32 * 3 - 1);
    CHECK(one->fingerprint(HashFunction::sha1).value().size() == 20 * 3 - 1);
    CHECK(one->fingerprint(HashFunction::sha384).value().size() == 48 * 3 - 1);
    CHECK(one->fingerprint(HashFunction::sha512).value().size() == 64 * 3 - 1);
    CHECK(one->fingerprint() == one->fingerprint());
    CHECK(one->fingerprint() != other->fingerprint());
    CHECK(Fingerprint::parse(one->fingerprint().to_string()).value() == one->fingerprint());
}

TEST_CASE("a context keeps its certificate alive") {
    auto certificate = Certificate::generate().value();
    const auto expected = certificate->fingerprint();
    const auto context = Context::create(certificate);
    REQUIRE(context);
    certificate.reset();
    CHECK(context.value()->certificate().fingerprint() == expected);
}

TEST_CASE("a context needs at least one SRTP profile") {
    const auto context = Context::create(Certificate::generate().value(), {});
    REQUIRE_FALSE(context);
    CHECK(context.error().code == "dtls_context");
}

}  // namespace
}  // namespace janus_harness::dtls
