#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/datagram.h"
#include "core/result.h"
#include "core/time.h"
#include "dtls/context.h"
#include "dtls/fingerprint.h"
#include "srtp/key_material.h"

namespace janus_harness::dtls {

// a=setup:active is the client and sends the ClientHello, a=setup:passive the server (RFC 5763).
enum class Role { client, server };

struct TransportConfig {
    Role role = Role::client;
    std::size_t mtu = 1200;  // largest datagram to send, in bytes
    // RFC 6347 section 4.2.4.1: the first retransmission, doubling up to the longest.
    Duration first_retransmission = std::chrono::seconds(1);
    Duration longest_retransmission = std::chrono::seconds(60);
    // A handshake that takes longer from start() on has failed.
    Duration handshake_timeout = std::chrono::seconds(20);
};

// The handshake is done and the peer's certificate matched its fingerprint.
struct Connected {
    srtp::Profile profile = srtp::Profile::aes_cm_128_hmac_sha1_80;
    srtp::KeyMaterial local;   // protects what we send
    srtp::KeyMaterial remote;  // unprotects what the peer sends
};
// The peer's certificate is not the one announced; final. The peer was sent a fatal alert.
struct FingerprintMismatch {
    std::string expected;  // "sha-256 AB:CD:..." (several are separated by ", ")
    std::string actual;
    Error error;  // "dtls_fingerprint_mismatch"
};
// Final. Codes: "dtls_timeout", "dtls_alert" (the peer sent a fatal one), "dtls_handshake" (OpenSSL
// gave up), "dtls_no_srtp_profile" (none in common).
struct Failed {
    Error error;
};
// The peer sent close_notify; final.
struct Closed {};
using Event = std::variant<Connected, FingerprintMismatch, Failed, Closed>;

// One DTLS-SRTP association (RFC 6347, RFC 5764), sans-IO. The retransmission timer runs on the
// caller's time, never on the real clock. Call poll_transmit() and poll_event() until empty after
// every call, and handle_timeout() when next_timeout() is due. Media does not pass through here.
class Transport {
  public:
    Transport(std::shared_ptr<const Context> context, TransportConfig config);
    ~Transport();
    Transport(Transport&&) noexcept;
    Transport& operator=(Transport&&) noexcept;

    // From the remote description, before start(). When hash functions differ, those of the
    // strongest count, and one of them has to match (RFC 8122 section 5).
    void set_remote_fingerprints(std::vector<Fingerprint> fingerprints);
    // Begins the handshake; what arrived before is handled now. Errors: "dtls_no_fingerprint" (none
    // was set: it could never connect), "dtls_started" (twice), "dtls_handshake" (OpenSSL refused).
    Result<void> start(TimePoint now);
    // A DTLS datagram (see ice::is_dtls()). Before start() the last few are kept.
    void handle_datagram(TimePoint now, ByteView datagram);
    void handle_timeout(TimePoint now);
    std::optional<TimePoint> next_timeout() const;
    std::optional<Bytes> poll_transmit();
    std::optional<Event> poll_event();
    // Sends close_notify if the handshake was done; nothing happens after that.
    void close();
    // Gives back OpenSSL's state, some 40 KB, once the association is Connected and the peer is
    // known to have its keys too: a client knows it at once, a server when an authenticated SRTP
    // packet has come, since until then its last flight may be asked for again (RFC 6347 4.2.4).
    // Our close_notify is kept for close(). An encrypted alert of the peer counts as its
    // close_notify from then on, unread: nothing else is sent once a handshake is done. Without
    // effect in any other state.
    void release();

    bool connected() const;
    // "DTLSv1.2" and "ECDHE-ECDSA-AES128-GCM-SHA256"; empty before Connected.
    const std::string& version() const;
    const std::string& cipher() const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace janus_harness::dtls
