#include "dtls/key_export.h"

#include <doctest/doctest.h>
#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/ssl.h>

#include <memory>

#include "core/text.h"
#include "dtls/context.h"
#include "dtls/datagram_bio.h"
#include "dtls/peer_verification.h"

// Both ends of a handshake of ours would agree on wrongly cut keys, so the keys are compared with
// RFC 5705's exporter computed apart from the master secret.
namespace janus_harness::dtls {
namespace {

struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
};

struct End {
    explicit End(const Context& context) : ssl(SSL_new(context.ssl_context())) {
        BIO* made = bio.make();
        SSL_set_bio(ssl.get(), made, made);
        SSL_ctrl(ssl.get(), SSL_CTRL_SET_MTU, 1200, nullptr);
        verification.attach(ssl.get());
    }
    // Takes over what `from` has sent.
    void receive(End& from) {
        for (const Bytes& datagram : std::exchange(from.bio.outgoing(), {})) {
            bio.set_incoming(datagram);
            SSL_do_handshake(ssl.get());
            bio.set_incoming({});
        }
    }
    DatagramBio bio;
    PeerVerification verification;
    std::unique_ptr<SSL, FreeSsl> ssl;
};

// Two raw SSLs of one context after their handshake.
struct Handshake {
    explicit Handshake(srtp::Profile profile)
        : context(Context::create(Certificate::generate().value(), {profile}).value()),
          client(*context),
          server(*context) {
        for (End* end : {&client, &server}) {
            end->verification.expect({context->certificate().fingerprint()});
        }
        SSL_set_connect_state(client.ssl.get());
        SSL_set_accept_state(server.ssl.get());
        SSL_do_handshake(client.ssl.get());
        for (int flight = 0; flight < 4; ++flight) {
            server.receive(client);
            client.receive(server);
        }
        REQUIRE(SSL_is_init_finished(client.ssl.get()) == 1);
        REQUIRE(SSL_is_init_finished(server.ssl.get()) == 1);
    }
    std::shared_ptr<const Context> context;
    End client;
    End server;
};

// RFC 5246 section 5: PRF(master secret, label, client random + server random).
Bytes exporter(SSL* ssl, std::string digest, std::size_t length) {
    Bytes secret(48);
    SSL_SESSION_get_master_key(SSL_get_session(ssl), secret.data(), secret.size());
    const std::string_view label = "EXTRACTOR-dtls_srtp";
    Bytes seed(label.begin(), label.end());
    seed.resize(label.size() + 64);
    SSL_get_client_random(ssl, seed.data() + label.size(), 32);
    SSL_get_server_random(ssl, seed.data() + label.size() + 32, 32);
    EVP_KDF* kdf = EVP_KDF_fetch(nullptr, "TLS1-PRF", nullptr);
    EVP_KDF_CTX* context = EVP_KDF_CTX_new(kdf);
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, secret.data(), secret.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, seed.data(), seed.size()),
        OSSL_PARAM_construct_end()};
    Bytes block(length);
    CHECK(EVP_KDF_derive(context, block.data(), block.size(), parameters) == 1);
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kdf);
    return block;
}

std::string cut(const Bytes& block, std::size_t offset, std::size_t length) {
    return to_hex(ByteView(block).subspan(offset, length));
}

TEST_CASE("keys are cut from the exporter's block as RFC 5764 4.2 says") {
    for (const auto profile : srtp::all_profiles) {
        CAPTURE(srtp::profile_name(profile));
        Handshake handshake(profile);
        SSL* ssl = handshake.client.ssl.get();
        const auto keys = export_srtp_keys(ssl);
        REQUIRE(keys);
        CHECK(keys->profile == profile);
        const std::size_t key = srtp::master_key_length(profile);
        const std::size_t salt = srtp::master_salt_length(profile);
        const EVP_MD* digest = SSL_CIPHER_get_handshake_digest(SSL_get_current_cipher(ssl));
        const Bytes block = exporter(ssl, EVP_MD_get0_name(digest), 2 * (key + salt));
        CHECK(to_hex(keys->client_write.key) == cut(block, 0, key));
        CHECK(to_hex(keys->server_write.key) == cut(block, key, key));
        CHECK(to_hex(keys->client_write.salt) == cut(block, 2 * key, salt));
        CHECK(to_hex(keys->server_write.salt) == cut(block, 2 * key + salt, salt));
    }
}

}  // namespace
}  // namespace janus_harness::dtls
