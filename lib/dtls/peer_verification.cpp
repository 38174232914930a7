#include "dtls/peer_verification.h"

#include <openssl/x509_vfy.h>

#include <algorithm>

namespace janus_harness::dtls {

namespace {

constexpr int kAppData = 0;  // the index behind SSL_set_app_data()

}  // namespace

void PeerVerification::attach(SSL* ssl) {
    SSL_set_ex_data(ssl, kAppData, this);
}

void PeerVerification::install(SSL_CTX* context) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    SSL_CTX_set_cert_verify_callback(context, &PeerVerification::verify, nullptr);
}

int PeerVerification::verify(X509_STORE_CTX* store, void*) {
    const auto* ssl = static_cast<const SSL*>(
        X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto* self = static_cast<PeerVerification*>(SSL_get_ex_data(ssl, kAppData));
    const X509* certificate = X509_STORE_CTX_get0_cert(store);
    if (self != nullptr && certificate != nullptr && self->judge(*certificate)) return 1;
    X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
    return 0;
}

bool PeerVerification::judge(const X509& certificate) {
    const auto actual = Fingerprint::of(certificate, strongest_hash());
    if (!actual) return false;
    verified_ = std::find(expected_.begin(), expected_.end(), actual.value()) != expected_.end();
    if (!verified_) refused_ = actual->to_string();
    return verified_;
}

HashFunction PeerVerification::strongest_hash() const {
    HashFunction strongest = HashFunction::sha1;
    for (const Fingerprint& one : expected_) strongest = std::max(strongest, one.hash());
    return strongest;
}

std::string PeerVerification::expected() const {
    std::string text;
    for (const Fingerprint& one : expected_) {
        if (!text.empty()) text += ", ";
        text += one.to_string();
    }
    return text;
}

}  // namespace janus_harness::dtls
