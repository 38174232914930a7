// DTLS 1.2 handshakes with nothing around them but OpenSSL: the peer of the benchmark "setup". Both
// ends run in this process over memory BIOs and are counted apart: a set-up of the harness does one
// end's work. As in a call, both have a self-signed P-256 certificate, ask for the other's, judge
// it by a callback that says yes, and agree on an SRTP profile. No keys are made meanwhile but
// those of the handshake; contexts are shared, SSL objects are made anew each time.
#include <openssl/ec.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <time.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "figures.h"

namespace janus_harness::bench {
namespace {

struct Options {
    double seconds = 3;
    int core = -1;
};

void require(bool done) {
    if (!done) give_up("OpenSSL refused an operation of a handshake");
}

struct Identity {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
};

Identity self_signed() {
    Identity made;
    X509_set_version(made.certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made.certificate), 86400);
    X509_NAME* const name = X509_get_subject_name(made.certificate);
    const std::string common_name = "benchmark";
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                               0);
    X509_set_issuer_name(made.certificate, name);
    X509_set_pubkey(made.certificate, made.key);
    require(X509_sign(made.certificate, made.key, EVP_sha256()) > 0);
    return made;
}

SSL_CTX* context(const SSL_METHOD* method, const Identity& identity) {
    SSL_CTX* const made = SSL_CTX_new(method);
    SSL_CTX_set_min_proto_version(made, DTLS1_2_VERSION);
    require(SSL_CTX_use_certificate(made, identity.certificate) == 1 &&
            SSL_CTX_use_PrivateKey(made, identity.key) == 1 &&
            SSL_CTX_set_tlsext_use_srtp(made, "SRTP_AES128_CM_SHA1_80") == 0);
    SSL_CTX_set_verify(made, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                       [](int, X509_STORE_CTX*) { return 1; });
    SSL_CTX_set_session_cache_mode(made, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(made, SSL_OP_NO_TICKET | SSL_OP_NO_QUERY_MTU);
    return made;
}

double thread_cpu_s() {
    timespec value{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &value);
    return static_cast<double>(value.tv_sec) + static_cast<double>(value.tv_nsec) / 1e9;
}

// One end and the CPU time that its work took in all handshakes.
class End {
  public:
    End(SSL_CTX* shared, bool is_client) : context_(shared), is_client_(is_client) {}

    void begin() {
        const double before = thread_cpu_s();
        ssl_.reset(SSL_new(context_));
        incoming_ = BIO_new(BIO_s_mem());
        outgoing_ = BIO_new(BIO_s_mem());
        BIO_set_mem_eof_return(incoming_, -1);
        SSL_set_bio(ssl_.get(), incoming_, outgoing_);
        SSL_set_mtu(ssl_.get(), 1200);
        is_client_ ? SSL_set_connect_state(ssl_.get()) : SSL_set_accept_state(ssl_.get());
        cpu_ += thread_cpu_s() - before;
    }
    void advance() {
        const double before = thread_cpu_s();
        const int status = SSL_do_handshake(ssl_.get());
        require(status == 1 || SSL_get_error(ssl_.get(), status) == SSL_ERROR_WANT_READ);
        cpu_ += thread_cpu_s() - before;
    }
    void finish() {
        const double before = thread_cpu_s();
        ssl_.reset();
        cpu_ += thread_cpu_s() - before;
    }
    bool done() const { return SSL_is_init_finished(ssl_.get()) == 1; }
    double cpu_s() const { return cpu_; }
    void deliver_to(End& peer) {
        char* bytes = nullptr;
        const long length = BIO_get_mem_data(outgoing_, &bytes);
        if (length > 0) BIO_write(peer.incoming_, bytes, static_cast<int>(length));
        static_cast<void>(BIO_reset(outgoing_));
    }

  private:
    struct Free {
        void operator()(SSL* ssl) const { SSL_free(ssl); }
    };
    SSL_CTX* context_;
    bool is_client_;
    std::unique_ptr<SSL, Free> ssl_;
    BIO* incoming_ = nullptr;  // both owned by the SSL
    BIO* outgoing_ = nullptr;
    double cpu_ = 0;
};

void shake_hands(End& client, End& server) {
    client.begin();
    server.begin();
    while (!client.done() || !server.done()) {
        client.advance();
        client.deliver_to(server);
        server.advance();
        server.deliver_to(client);
    }
    client.finish();
    server.finish();
}

void measure(const Options& options) {
    pin_to_core(options.core);
    const Identity identity = self_signed();
    End client(context(DTLS_client_method(), identity), true);
    End server(context(DTLS_server_method(), identity), false);
    shake_hands(client, server);  // fetches OpenSSL's algorithms
    const double client_before = client.cpu_s();
    const double server_before = server.cpu_s();
    const double end = monotonic_s() + options.seconds;
    double handshakes = 0;
    for (; monotonic_s() < end; ++handshakes) shake_hands(client, server);
    print_figures({}, {{"handshakes", handshakes},
                       {"client_ms", (client.cpu_s() - client_before) * 1e3 / handshakes},
                       {"server_ms", (server.cpu_s() - server_before) * 1e3 / handshakes}});
}

}  // namespace
}  // namespace janus_harness::bench

int main(int argc, char** argv) {
    janus_harness::bench::Options options;
    CLI::App app{"DTLS handshakes of OpenSSL alone"};
    app.add_option("--seconds", options.seconds);
    app.add_option("--core", options.core);
    CLI11_PARSE(app, argc, argv);
    janus_harness::bench::measure(options);
}
