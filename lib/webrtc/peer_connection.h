#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/balance.h"
#include "core/datagram.h"
#include "core/random.h"
#include "core/result.h"
#include "core/time.h"
#include "dtls/context.h"
#include "dtls/transport.h"
#include "ice/agent.h"
#include "sdp/browser_answer.h"
#include "sdp/browser_offer.h"
#include "sdp/negotiation.h"
#include "sdp/session_description.h"
#include "srtp/session.h"

namespace janus_harness::webrtc {

struct PeerConnectionConfig {
    std::shared_ptr<const dtls::Context> dtls_context;  // shared by the connections of a worker
    sdp::Persona persona = sdp::Persona::firefox;
    std::vector<std::string> codecs{"opus", "PCMU"};  // encoding names in order of preference
    bool seed_offer = false;      // offer the seed's SDP instead of the persona's
    SocketAddress local_address;  // of the socket that this connection will use: its only candidate
    bool inline_candidates = true;  // in the SDP; otherwise the owner trickles local_candidate()
    sdp::Setup setup = sdp::Setup::actpass;  // offered; as answerer actpass means active
    std::uint32_t ssrc = 0;
    std::string cname;
    srtp::Implementation srtp_implementation = srtp::Implementation::openssl;
    // A planted fault: the fingerprint of the remote description is changed before it is used, so
    // that the peer's true certificate cannot match.
    bool tamper_remote_fingerprint = false;
};

struct IceConnected {
    SocketAddress remote;
};
// Media may be sent and received from now on.
struct DtlsConnected {
    srtp::Profile profile;
    std::string version;
    std::string cipher;
};
// Final. The codes are those of ice::Failed, dtls::Failed, dtls::FingerprintMismatch and
// ice::ConsentLost ("ice_consent_lost").
struct Failed {
    Error error;
};
// The peer sent close_notify; final.
struct PeerClosed {};
using Event = std::variant<IceConnected, DtlsConnected, Failed, PeerClosed>;

// What a datagram turned out to be. For rtp and rtcp the plain packet is the first `length` bytes
// of the buffer that was handed in.
struct Received {
    enum class Kind { none, rtp, rtcp } kind = Kind::none;
    std::size_t length = 0;
};

// What arrived and could not be used.
struct ReceiveErrors {
    std::uint64_t before_keys = 0;  // SRTP before the DTLS handshake was done
    std::uint64_t auth_failed = 0;
    std::uint64_t replayed = 0;  // a network duplicate, or worse
    std::uint64_t malformed = 0;
    std::uint64_t unknown = 0;  // neither STUN, DTLS nor RTP
};

// The WebRTC end of one call: SDP, ICE, DTLS and SRTP over one UDP socket (BUNDLE, rtcp-mux),
// sans-IO. Offerer or answerer, decided by the first call. After every call, drain poll_transmit()
// and poll_event(), and arm a timer for next_timeout(). RTP itself (what is sent, what was lost) is
// its owner's.
class PeerConnection {
  public:
    PeerConnection(PeerConnectionConfig config, Random& random);
    ~PeerConnection();
    PeerConnection(const PeerConnection&) = delete;
    PeerConnection& operator=(const PeerConnection&) = delete;

    // Offerer: the offer, made once; then the peer's answer. Errors of set_remote_answer() are
    // those of sdp::SessionDescription::parse, sdp::transport_parameters, sdp::negotiate_audio and
    // dtls::Fingerprint::parse, and "sdp_setup" for a role that cannot be taken.
    const std::string& create_offer();
    Result<void> set_remote_answer(TimePoint now, std::string_view answer);
    // Answerer: takes the peer's offer, gives our answer. Errors as above.
    Result<std::string> create_answer(TimePoint now, std::string_view offer);

    // One a=candidate or trickled candidate of the peer. What is not UDP or not numeric is ignored,
    // as a browser does. Error "sdp_candidate" when it is malformed.
    Result<void> add_remote_candidate(TimePoint now, std::string_view candidate);
    void end_of_remote_candidates(TimePoint now);
    // Our candidate as a trickle message carries it, and the mid it belongs to.
    std::string local_candidate() const;
    const std::string& mid() const { return mid_; }
    // Names this connection in the peer's connectivity checks (RFC 8445 7.3).
    const std::string& local_ufrag() const { return ufrag_; }

    // `datagram` is changed in place: SRTP is decrypted there.
    Received handle_datagram(TimePoint now, const SocketAddress& remote,
                             std::span<std::uint8_t> datagram);
    void handle_timeout(TimePoint now);
    std::optional<TimePoint> next_timeout() const;
    std::optional<Datagram> poll_transmit();
    std::optional<Event> poll_event();

    // Protects the packet in place; the buffer needs srtp::kMaxTrailer bytes of room behind it.
    // False before DtlsConnected, and after Failed or close().
    bool protect_rtp(std::span<std::uint8_t> buffer, std::size_t& length);
    bool protect_rtcp(std::span<std::uint8_t> buffer, std::size_t& length);
    // Ask for the memory that protect_rtp() needs, the second some time after the first.
    void prefetch_self() const {
        __builtin_prefetch(&srtp_);
        __builtin_prefetch(&remote_);
        __builtin_prefetch(&failed_);
    }
    void prefetch_keys() const { __builtin_prefetch(srtp_.get()); }
    // Where media goes. Only meaningful once media_up().
    const SocketAddress& remote() const { return remote_; }
    // False again after Failed: without consent nothing may be sent (RFC 7675 5.1).
    bool media_up() const { return srtp_ != nullptr && !closed_ && !failed_; }
    // Known once both descriptions are.
    const std::optional<sdp::NegotiatedAudio>& audio() const { return audio_; }
    const ReceiveErrors& receive_errors() const { return receive_errors_; }
    const std::string& local_description() const { return local_text_; }

    // Sends close_notify; nothing happens after that.
    void close();

  private:
    std::string write_offer();
    sdp::AnswerOptions answer_options() const;
    Result<void> apply_remote(TimePoint now, const sdp::SessionDescription& remote);
    Result<std::vector<dtls::Fingerprint>> remote_fingerprints(
        const sdp::TransportParameters& parameters) const;
    Result<dtls::Role> choose_role(const sdp::TransportParameters& parameters) const;
    void start_ice(bool controlling, bool lite);
    void drain_ice(TimePoint now);
    void drain_dtls(TimePoint now);
    void handle(TimePoint now, const ice::Event& event);
    void handle(TimePoint now, dtls::Event& event);
    void fail(Error error);
    Received unprotect(std::span<std::uint8_t> datagram, bool rtcp);
    void count(srtp::Unprotect outcome);

    PeerConnectionConfig config_;
    Random& random_;
    std::string ufrag_;
    std::string pwd_;
    std::string mid_ = "0";
    std::uint64_t session_id_ = 0;
    std::string local_text_;
    std::unique_ptr<ice::Agent> ice_;
    std::unique_ptr<dtls::Transport> dtls_;
    std::unique_ptr<srtp::Session> srtp_;
    std::optional<sdp::NegotiatedAudio> audio_;
    SocketAddress remote_;
    std::deque<Datagram> transmit_;
    std::deque<Event> events_;
    ReceiveErrors receive_errors_;
    bool offerer_ = false;
    dtls::Role dtls_role_ = dtls::Role::client;
    bool dtls_started_ = false;
    bool peer_has_keys_ = false;  // our last DTLS flight cannot be asked for any more
    bool failed_ = false;
    bool closed_ = false;
    Counted counted_;
};

}  // namespace janus_harness::webrtc
