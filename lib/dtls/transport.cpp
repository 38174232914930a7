#include "dtls/transport.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/balance.h"
#include "dtls/datagram_bio.h"
#include "dtls/key_export.h"
#include "dtls/openssl_error.h"
#include "dtls/peer_verification.h"

// State        Event                    Next         Output
// idle         start()                  handshaking  the kept datagrams are handled; client: flight
// 1 handshaking  handshake done           connected    Connected
//              certificate refused      ended        FingerprintMismatch, alert
//              alert, error, deadline   ended        Failed
// connected    client's last flight again  connected   our last flight again (server)
//              close_notify             ended        Closed, close_notify
//              close()                  ended        close_notify
//              release()                released     OpenSSL's state goes, close_notify is kept
// released     an encrypted alert       ended        Closed, close_notify
//              close()                  ended        close_notify
namespace janus_harness::dtls {

namespace {

// A ClientHello is one datagram or two; more than this before start() is not a browser or Janus.
constexpr std::size_t kMostEarlyDatagrams = 4;
constexpr std::size_t kLargestEarlyDatagram = 2048;

// For OpenSSL's own timer, in microseconds: longer than any handshake, so that it expires only when
// we say so.
constexpr unsigned kNever = 3600U * 1000U * 1000U;

struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
};

std::atomic<std::int64_t>& live_transports() {
    static auto& counter = Balance::counter("dtls.transport");
    return counter;
}

std::atomic<std::int64_t>& live_ssl() {
    static auto& counter = Balance::counter("ssl");
    return counter;
}

// OpenSSL reports an alert from the peer as an error whose reason is the alert plus an offset.
Error describe_failure() {
    const int reason = ERR_GET_REASON(ERR_peek_error());
    const bool is_alert = reason >= SSL_AD_REASON_OFFSET && reason < SSL_AD_REASON_OFFSET + 256;
    if (!is_alert) return openssl_error("dtls_handshake", "the handshake failed");
    const int alert = reason - SSL_AD_REASON_OFFSET;
    return openssl_error("dtls_alert", fmt::format("the peer sent alert {} ({})", alert,
                                                   SSL_alert_desc_string_long(alert)));
}

}  // namespace

class Transport::Impl {
  public:
    Impl(std::shared_ptr<const Context> context, TransportConfig config)
        : context_(std::move(context)), config_(config) {}
    ~Impl() {
        if (ssl_) --live_ssl();
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    Result<void> start(TimePoint now);
    void handle_datagram(TimePoint now, ByteView datagram);
    void handle_timeout(TimePoint now);
    std::optional<TimePoint> next_timeout() const;
    std::optional<Bytes> poll_transmit();
    std::optional<Event> poll_event();
    void close();
    void release();

    PeerVerification& verification() { return verification_; }
    bool connected() const { return state_ == State::connected || state_ == State::released; }
    const std::string& version() const { return version_; }
    const std::string& cipher() const { return cipher_; }

  private:
    enum class State { idle, handshaking, connected, released, ended };

    static unsigned timer_callback(SSL* ssl, unsigned previous);
    bool make_ssl();
    void keep_early(ByteView datagram);
    void handle_after_release(ByteView datagram);
    void handshake(TimePoint now);
    void finish_handshake();
    void read();
    void fail_from_openssl();
    void end(Event event);
    void follow_timer(TimePoint now);

    std::shared_ptr<const Context> context_;
    TransportConfig config_;
    State state_ = State::idle;
    PeerVerification verification_;
    DatagramBio bio_;
    std::unique_ptr<SSL, FreeSsl> ssl_;  // goes before what it points to
    std::vector<Bytes> early_;
    std::vector<Event> events_;
    std::string version_;
    std::string cipher_;
    Bytes close_notify_;  // while released
    TimePoint handshake_deadline_{};
    Duration retransmission_interval_{};
    std::optional<TimePoint> retransmission_;
    Counted counted_{live_transports()};
};

bool Transport::Impl::make_ssl() {
    ssl_.reset(SSL_new(context_->ssl_context()));
    if (!ssl_) return false;
    ++live_ssl();
    BIO* bio = bio_.make();
    SSL_set_bio(ssl_.get(), bio, bio);  // takes the reference
    SSL_ctrl(ssl_.get(), SSL_CTRL_SET_MTU, static_cast<long>(config_.mtu), nullptr);
    DTLS_set_timer_cb(ssl_.get(), &Impl::timer_callback);
    verification_.attach(ssl_.get());
    if (config_.role == Role::client) {
        SSL_set_connect_state(ssl_.get());
    } else {
        SSL_set_accept_state(ssl_.get());
    }
    return true;
}

unsigned Transport::Impl::timer_callback(SSL*, unsigned) {
    return kNever;
}

Result<void> Transport::Impl::start(TimePoint now) {
    if (state_ != State::idle) return Error{"dtls_started", "the handshake was started before"};
    if (!verification_.has_expectation()) {
        return Error{"dtls_no_fingerprint", "no fingerprint of the peer is known"};
    }
    if (!make_ssl()) return openssl_error("dtls_handshake", "cannot make an SSL");
    state_ = State::handshaking;
    handshake_deadline_ = now + config_.handshake_timeout;
    handshake(now);
    for (const Bytes& datagram : std::exchange(early_, {})) handle_datagram(now, datagram);
    return {};
}

void Transport::Impl::handle_datagram(TimePoint now, ByteView datagram) {
    if (state_ == State::idle) return keep_early(datagram);
    if (state_ == State::ended || datagram.empty()) return;
    if (state_ == State::released) return handle_after_release(datagram);
    bio_.set_incoming(datagram);
    if (state_ == State::handshaking) handshake(now);
    if (state_ == State::connected) read();
    bio_.set_incoming({});  // the bytes are the caller's
    if (state_ == State::connected) SSL_free_buffers(ssl_.get());
}

void Transport::Impl::keep_early(ByteView datagram) {
    if (early_.size() >= kMostEarlyDatagrams || datagram.size() > kLargestEarlyDatagram) return;
    early_.emplace_back(datagram.begin(), datagram.end());
}

void Transport::Impl::handshake(TimePoint now) {
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_.get());
    if (result == 1) {
        finish_handshake();
    } else if (const int error = SSL_get_error(ssl_.get(), result);
               error == SSL_ERROR_ZERO_RETURN) {
        end(Closed{});
    } else if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
        fail_from_openssl();
    }
    follow_timer(now);
}

// Takes over a timer that OpenSSL set or stopped. It does so when it sends a new flight; the
// retransmissions of that flight are ours to schedule.
void Transport::Impl::follow_timer(TimePoint now) {
    if (state_ != State::handshaking || !bio_.timer_running()) {
        retransmission_.reset();
    } else if (bio_.take_timer_change()) {
        retransmission_interval_ = config_.first_retransmission;
        retransmission_ = now + retransmission_interval_;
    }
}

void Transport::Impl::finish_handshake() {
    if (!verification_.verified()) {
        return end(Failed{{"dtls_handshake", "the peer showed no certificate"}});
    }
    auto keys = export_srtp_keys(ssl_.get());
    if (!keys) {
        SSL_shutdown(ssl_.get());
        return end(Failed{keys.error()});
    }
    state_ = State::connected;
    version_ = SSL_get_version(ssl_.get());
    const char* const name = SSL_CIPHER_get_name(SSL_get_current_cipher(ssl_.get()));
    cipher_ = name == nullptr ? "" : name;
    Connected event{keys->profile, std::move(keys->client_write), std::move(keys->server_write)};
    if (config_.role == Role::server) std::swap(event.local, event.remote);
    events_.emplace_back(std::move(event));
}

// The record buffers are half of an SSL's memory and idle for the whole call, so they are only
// there while OpenSSL works (it does not bring them back for an alert by itself).
// After the handshake only alerts and repeated handshake messages are of interest; OpenSSL answers
// the latter itself. Application data is none of ours.
void Transport::Impl::read() {
    SSL_alloc_buffers(ssl_.get());
    std::array<std::uint8_t, 2048> ignored;
    int result = 1;
    while (result > 0) {
        ERR_clear_error();
        result = SSL_read(ssl_.get(), ignored.data(), static_cast<int>(ignored.size()));
    }
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_ZERO_RETURN:
            SSL_shutdown(ssl_.get());
            return end(Closed{});
        case SSL_ERROR_SSL:
        case SSL_ERROR_SYSCALL:
            return fail_from_openssl();
        default:
            return;
    }
}

void Transport::Impl::fail_from_openssl() {
    Error error = describe_failure();
    if (!verification_.refused()) return end(Failed{std::move(error)});
    FingerprintMismatch mismatch{verification_.expected(), *verification_.refused(), {}};
    mismatch.error = {"dtls_fingerprint_mismatch",
                      fmt::format("the peer's certificate is {}, the description announced {}",
                                  mismatch.actual, mismatch.expected)};
    end(std::move(mismatch));
}

void Transport::Impl::end(Event event) {
    state_ = State::ended;
    events_.push_back(std::move(event));
}

void Transport::Impl::handle_timeout(TimePoint now) {
    if (state_ != State::handshaking) return;
    if (now >= handshake_deadline_) {
        retransmission_.reset();
        return end(Failed{{"dtls_timeout", fmt::format("the handshake was not done within {:.0f} s",
                                                       to_seconds(config_.handshake_timeout))}});
    }
    if (!retransmission_ || now < *retransmission_) return;
    ERR_clear_error();
    bio_.expire_timer();
    if (DTLSv1_handle_timeout(ssl_.get()) < 0) return fail_from_openssl();
    (void)bio_.take_timer_change();  // the same flight: the interval grows
    retransmission_interval_ =
        std::min(2 * retransmission_interval_, config_.longest_retransmission);
    retransmission_ = now + retransmission_interval_;
}

std::optional<TimePoint> Transport::Impl::next_timeout() const {
    if (state_ != State::handshaking) return std::nullopt;
    return retransmission_ ? std::min(*retransmission_, handshake_deadline_) : handshake_deadline_;
}

std::optional<Bytes> Transport::Impl::poll_transmit() {
    auto& outgoing = bio_.outgoing();
    if (outgoing.empty()) return std::nullopt;
    Bytes datagram = std::move(outgoing.front());
    outgoing.erase(outgoing.begin());
    return datagram;
}

std::optional<Event> Transport::Impl::poll_event() {
    if (events_.empty()) return std::nullopt;
    Event event = std::move(events_.front());
    events_.erase(events_.begin());
    return event;
}

void Transport::Impl::release() {
    if (state_ != State::connected) return;
    auto& outgoing = bio_.outgoing();
    const std::size_t before = outgoing.size();
    SSL_alloc_buffers(ssl_.get());
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    if (outgoing.size() > before) {
        close_notify_ = std::move(outgoing.back());
        outgoing.pop_back();
    }
    ssl_.reset();
    --live_ssl();
    retransmission_.reset();
    state_ = State::released;
}

void Transport::Impl::handle_after_release(ByteView datagram) {
    // RFC 6347 4.1: type, version, epoch.
    constexpr std::uint8_t alert = 21;
    const bool encrypted = datagram.size() > 13 && (datagram[3] != 0 || datagram[4] != 0);
    if (datagram[0] != alert || !encrypted) return;
    bio_.outgoing().push_back(std::move(close_notify_));
    end(Closed{});
}

void Transport::Impl::close() {
    if (state_ == State::released) {
        bio_.outgoing().push_back(std::move(close_notify_));
    } else if (state_ == State::connected) {
        SSL_alloc_buffers(ssl_.get());
        ERR_clear_error();
        SSL_shutdown(ssl_.get());
    }
    state_ = State::ended;
}

Transport::Transport(std::shared_ptr<const Context> context, TransportConfig config)
    : impl_(std::make_unique<Impl>(std::move(context), config)) {}
Transport::~Transport() = default;
Transport::Transport(Transport&&) noexcept = default;
Transport& Transport::operator=(Transport&&) noexcept = default;

void Transport::set_remote_fingerprints(std::vector<Fingerprint> fingerprints) {
    impl_->verification().expect(std::move(fingerprints));
}
Result<void> Transport::start(TimePoint now) {
    return impl_->start(now);
}
void Transport::handle_datagram(TimePoint now, ByteView datagram) {
    impl_->handle_datagram(now, datagram);
}
void Transport::handle_timeout(TimePoint now) {
    impl_->handle_timeout(now);
}
std::optional<TimePoint> Transport::next_timeout() const {
    return impl_->next_timeout();
}
std::optional<Bytes> Transport::poll_transmit() {
    return impl_->poll_transmit();
}
std::optional<Event> Transport::poll_event() {
    return impl_->poll_event();
}
void Transport::close() {
    impl_->close();
}
bool Transport::connected() const {
    return impl_->connected();
}

void Transport::release() {
    impl_->release();
}

const std::string& Transport::version() const {
    return impl_->version();
}

const std::string& Transport::cipher() const {
    return impl_->cipher();
}

}  // namespace janus_harness::dtls
