#include "dtls/context.h"

#include <openssl/ssl.h>

#include <string>

#include "dtls/openssl_error.h"
#include "dtls/peer_verification.h"

namespace janus_harness::dtls {

namespace {

// What browsers offer: forward secrecy, AEAD first, a CBC suite for older peers.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES";
constexpr const char* kGroups = "X25519:P-256:P-384";

std::string_view openssl_name(srtp::Profile profile) {
    switch (profile) {
        case srtp::Profile::aes_cm_128_hmac_sha1_80:
            return "SRTP_AES128_CM_SHA1_80";
        case srtp::Profile::aes_cm_128_hmac_sha1_32:
            return "SRTP_AES128_CM_SHA1_32";
        case srtp::Profile::aead_aes_128_gcm:
            return "SRTP_AEAD_AES_128_GCM";
        case srtp::Profile::aead_aes_256_gcm:
            return "SRTP_AEAD_AES_256_GCM";
    }
    return "";
}

bool set_srtp_profiles(SSL_CTX* context, const std::vector<srtp::Profile>& profiles) {
    std::string names;
    for (const srtp::Profile profile : profiles) {
        if (!names.empty()) names += ':';
        names += openssl_name(profile);
    }
    return SSL_CTX_set_tlsext_use_srtp(context, names.c_str()) == 0;  // 0 is success here
}

bool set_protocol(SSL_CTX* context) {
    // No resumption: every client of the harness is a new browser.
    SSL_CTX_ctrl(context, SSL_CTRL_SET_SESS_CACHE_MODE, SSL_SESS_CACHE_OFF, nullptr);
    SSL_CTX_ctrl(context, SSL_CTRL_MODE, SSL_MODE_RELEASE_BUFFERS, nullptr);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
                                     SSL_OP_NO_COMPRESSION | SSL_OP_NO_QUERY_MTU);
    return SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, DTLS1_2_VERSION, nullptr) == 1 &&
           SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, DTLS1_2_VERSION, nullptr) == 1 &&
           SSL_CTX_set_cipher_list(context, kCiphers) == 1;
}

bool set_groups(SSL_CTX* context) {
    std::string groups = kGroups;  // the control takes a non-const pointer, but only reads
    return SSL_CTX_ctrl(context, SSL_CTRL_SET_GROUPS_LIST, 0, groups.data()) == 1;
}

}  // namespace

Result<std::shared_ptr<const Context>> Context::create(
    std::shared_ptr<const Certificate> certificate, const std::vector<srtp::Profile>& profiles) {
    X509* x509 = certificate->x509();
    EVP_PKEY* key = certificate->private_key();
    std::shared_ptr<const Context> context(
        new Context(std::move(certificate), SSL_CTX_new(DTLS_method())));
    SSL_CTX* native = context->ssl_context_;
    if (native == nullptr || !set_protocol(native) || !set_groups(native) ||
        !set_srtp_profiles(native, profiles) || SSL_CTX_use_certificate(native, x509) != 1 ||
        SSL_CTX_use_PrivateKey(native, key) != 1) {
        return openssl_error("dtls_context", "cannot set up DTLS");
    }
    PeerVerification::install(native);
    return context;
}

Context::~Context() {
    SSL_CTX_free(ssl_context_);
}

}  // namespace janus_harness::dtls
