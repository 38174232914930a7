#include "webrtc/peer_connection.h"

#include <fmt/format.h>

#include "ice/packet_demux.h"
#include "sdp/seed_offer.h"

namespace janus_harness::webrtc {
namespace {

std::atomic<std::int64_t>& live_connections() {
    static auto& counter = Balance::counter("webrtc.peer_connection");
    return counter;
}

// Another digest of the same form: the first digit is changed, whatever it is.
std::string tampered(std::string value) {
    if (!value.empty()) value[0] = value[0] == '0' ? '1' : '0';
    return value;
}

}  // namespace

PeerConnection::PeerConnection(PeerConnectionConfig config, Random& random)
    : config_(std::move(config)),
      random_(random),
      ufrag_(random.token(8)),
      pwd_(random.token(24)),
      session_id_(random.below(std::uint64_t{1} << 62)),
      counted_(live_connections()) {}

PeerConnection::~PeerConnection() = default;

std::string PeerConnection::write_offer() {
    const auto candidate = sdp::Candidate::host(config_.local_address);
    const auto candidates = config_.inline_candidates ? std::vector<sdp::Candidate>{candidate}
                                                      : std::vector<sdp::Candidate>{};
    const std::string fingerprint = config_.dtls_context->certificate().fingerprint().value();
    if (config_.seed_offer) {
        return sdp::seed_offer_with({.ice_ufrag = ufrag_,
                                     .ice_pwd = pwd_,
                                     .fingerprint_hash = "sha-256",
                                     .fingerprint = fingerprint,
                                     .ssrc = config_.ssrc,
                                     .cname = config_.cname,
                                     .candidates = candidates,
                                     .end_of_candidates = config_.inline_candidates});
    }
    sdp::OfferOptions options;
    options.persona = config_.persona;
    options.codecs = config_.codecs;
    options.ice_ufrag = ufrag_;
    options.ice_pwd = pwd_;
    options.fingerprint = fingerprint;
    options.ssrc = config_.ssrc;
    options.cname = config_.cname;
    options.candidates = candidates;
    options.end_of_candidates = config_.inline_candidates;
    options.session_id = session_id_;
    options.setup = std::string(sdp::to_string(config_.setup));
    return sdp::make_offer(options);
}

const std::string& PeerConnection::create_offer() {
    if (local_text_.empty()) {
        offerer_ = true;
        local_text_ = write_offer();
        // Janus may send checks before we have read its answer: the agent keeps them until then.
        start_ice(true, false);
    }
    return local_text_;
}

void PeerConnection::start_ice(bool controlling, bool lite) {
    ice::AgentConfig agent;
    agent.controlling = controlling || lite;
    agent.local_ufrag = ufrag_;
    agent.local_pwd = pwd_;
    agent.tie_breaker = random_();
    ice_ = std::make_unique<ice::Agent>(agent);
    ice_->add_local_candidate(config_.local_address);
}

Result<std::vector<dtls::Fingerprint>> PeerConnection::remote_fingerprints(
    const sdp::TransportParameters& parameters) const {
    std::vector<dtls::Fingerprint> fingerprints;
    for (const sdp::Fingerprint& line : parameters.fingerprints) {
        const std::string value =
            config_.tamper_remote_fingerprint ? tampered(line.value) : line.value;
        auto fingerprint = dtls::Fingerprint::parse(line.hash, value);
        if (!fingerprint) return fingerprint.error();
        fingerprints.push_back(std::move(fingerprint).value());
    }
    return fingerprints;
}

// RFC 8842 5.3: the answerer chooses; an answer of actpass is a fault that no role follows from.
Result<dtls::Role> PeerConnection::choose_role(const sdp::TransportParameters& parameters) const {
    if (!offerer_) {
        const bool active =
            parameters.setup == sdp::Setup::passive ||
            (parameters.setup != sdp::Setup::active && config_.setup != sdp::Setup::passive);
        return active ? dtls::Role::client : dtls::Role::server;
    }
    if (parameters.setup == sdp::Setup::active) return dtls::Role::server;
    if (parameters.setup == sdp::Setup::passive) return dtls::Role::client;
    return Error{"sdp_setup",
                 "the answer has no a=setup:active or a=setup:passive, so neither end "
                 "would begin the DTLS handshake (RFC 8842 5.3)"};
}

Result<void> PeerConnection::apply_remote(TimePoint now, const sdp::SessionDescription& remote) {
    const auto parameters = sdp::transport_parameters(remote);
    if (!parameters) return parameters.error();
    auto fingerprints = remote_fingerprints(parameters.value());
    if (!fingerprints) return fingerprints.error();
    const auto role = choose_role(parameters.value());
    if (!role) return role.error();

    if (!ice_) start_ice(offerer_, parameters->ice_lite);
    // Browsers begin with 50 ms, not the 1 s of RFC 6347 4.2.4.1: Janus drops a ClientHello that
    // overtakes the end of its own ICE, and a call must not wait a second for the next.
    dtls_role_ = role.value();
    dtls_ = std::make_unique<dtls::Transport>(
        config_.dtls_context,
        dtls::TransportConfig{.role = role.value(),
                              .first_retransmission = std::chrono::milliseconds{50}});
    dtls_->set_remote_fingerprints(std::move(fingerprints).value());
    ice_->set_remote_credentials(now, parameters->ice_ufrag, parameters->ice_pwd,
                                 parameters->ice_lite);
    for (const sdp::Candidate& candidate : parameters->candidates) {
        const auto added = add_remote_candidate(now, candidate.to_string());
        if (!added) return added.error();
    }
    if (parameters->end_of_candidates) end_of_remote_candidates(now);
    drain_ice(now);
    return {};
}

Result<void> PeerConnection::set_remote_answer(TimePoint now, std::string_view answer) {
    const auto remote = sdp::SessionDescription::parse(answer);
    if (!remote) return remote.error();
    const auto local = sdp::SessionDescription::parse(local_text_);
    if (!local) return local.error();
    auto audio = sdp::negotiate_audio(local.value(), remote.value());
    if (!audio) return audio.error();
    audio_ = std::move(audio).value();
    return apply_remote(now, remote.value());
}

sdp::AnswerOptions PeerConnection::answer_options() const {
    sdp::AnswerOptions options;
    options.persona = config_.persona;
    options.codecs = config_.codecs;
    options.ice_ufrag = ufrag_;
    options.ice_pwd = pwd_;
    options.fingerprint = config_.dtls_context->certificate().fingerprint().value();
    options.ssrc = config_.ssrc;
    options.cname = config_.cname;
    if (config_.inline_candidates) {
        options.candidates = {sdp::Candidate::host(config_.local_address)};
        options.end_of_candidates = true;
    }
    options.session_id = session_id_;
    options.setup = config_.setup == sdp::Setup::passive ? sdp::Setup::passive : sdp::Setup::active;
    return options;
}

Result<std::string> PeerConnection::create_answer(TimePoint now, std::string_view offer) {
    const auto remote = sdp::SessionDescription::parse(offer);
    if (!remote) return remote.error();
    local_text_ = sdp::make_answer(remote.value(), answer_options());
    const auto local = sdp::SessionDescription::parse(local_text_);
    if (!local) return local.error();
    auto audio = sdp::negotiate_audio(local.value(), remote.value());
    if (!audio) return audio.error();
    audio_ = std::move(audio).value();
    if (const auto section = remote->first_active("audio")) {
        mid_ = std::string(section->mid().value_or("0"));
    }
    if (const auto applied = apply_remote(now, remote.value()); !applied) return applied.error();
    return local_text_;
}

Result<void> PeerConnection::add_remote_candidate(TimePoint now, std::string_view text) {
    const auto candidate = sdp::Candidate::parse(text);
    if (!candidate) return candidate.error();
    const auto address = candidate->socket_address();
    if (!ice_ || !address || candidate->component != 1 ||
        (candidate->transport != "udp" && candidate->transport != "UDP")) {
        return {};
    }
    ice_->add_remote_candidate(now, address.value(), candidate->priority);
    drain_ice(now);
    return {};
}

void PeerConnection::end_of_remote_candidates(TimePoint now) {
    if (!ice_) return;
    ice_->end_of_remote_candidates(now);
    drain_ice(now);
}

std::string PeerConnection::local_candidate() const {
    return sdp::Candidate::host(config_.local_address).to_string();
}

Received PeerConnection::handle_datagram(TimePoint now, const SocketAddress& remote,
                                         std::span<std::uint8_t> datagram) {
    if (closed_) return {};
    switch (ice::classify_packet(datagram)) {
        case ice::PacketKind::stun:
            if (ice_) ice_->handle_datagram(now, remote, datagram);
            drain_ice(now);
            return {};
        case ice::PacketKind::dtls:
            // Once the handshake is done, nobody else has anything to say.
            if (dtls_ && (!srtp_ || remote == remote_)) dtls_->handle_datagram(now, datagram);
            drain_dtls(now);
            return {};
        case ice::PacketKind::rtp:
            return unprotect(datagram, false);
        case ice::PacketKind::rtcp:
            return unprotect(datagram, true);
        case ice::PacketKind::unknown:
            ++receive_errors_.unknown;
            return {};
    }
    return {};
}

Received PeerConnection::unprotect(std::span<std::uint8_t> datagram, bool rtcp) {
    if (!srtp_) {
        ++receive_errors_.before_keys;
        return {};
    }
    std::size_t length = datagram.size();
    const srtp::Unprotect outcome =
        rtcp ? srtp_->unprotect_rtcp(datagram, length) : srtp_->unprotect_rtp(datagram, length);
    if (outcome != srtp::Unprotect::ok) {
        count(outcome);
        return {};
    }
    if (!peer_has_keys_) {
        peer_has_keys_ = true;
        dtls_->release();
    }
    return {rtcp ? Received::Kind::rtcp : Received::Kind::rtp, length};
}

void PeerConnection::count(srtp::Unprotect outcome) {
    switch (outcome) {
        case srtp::Unprotect::ok:
            return;
        case srtp::Unprotect::auth_failed:
            ++receive_errors_.auth_failed;
            return;
        case srtp::Unprotect::replayed:
            ++receive_errors_.replayed;
            return;
        case srtp::Unprotect::malformed:
            ++receive_errors_.malformed;
            return;
    }
}

void PeerConnection::handle_timeout(TimePoint now) {
    if (closed_) return;
    if (ice_) ice_->handle_timeout(now);
    drain_ice(now);
    if (dtls_) dtls_->handle_timeout(now);
    drain_dtls(now);
}

std::optional<TimePoint> PeerConnection::next_timeout() const {
    if (closed_ || failed_) return std::nullopt;
    return earliest(ice_ ? ice_->next_timeout() : std::nullopt,
                    dtls_ ? dtls_->next_timeout() : std::nullopt);
}

void PeerConnection::drain_ice(TimePoint now) {
    if (!ice_) return;
    while (auto event = ice_->poll_event()) handle(now, *event);
    while (auto datagram = ice_->poll_transmit()) transmit_.push_back(std::move(*datagram));
}

void PeerConnection::handle(TimePoint now, const ice::Event& event) {
    if (const auto* connected = std::get_if<ice::Connected>(&event)) {
        remote_ = connected->remote;
        // Janus drops a ClientHello that comes before it has a selected pair, so the handshake
        // begins here and not with the answer.
        if (!dtls_ || dtls_started_ || failed_) return;
        dtls_started_ = true;
        events_.push_back(IceConnected{connected->remote});
        const auto started = dtls_->start(now);
        if (!started) fail(started.error());
        drain_dtls(now);
    } else if (const auto* failed = std::get_if<ice::Failed>(&event)) {
        fail(failed->error);
    } else if (const auto* lost = std::get_if<ice::ConsentLost>(&event)) {
        fail({"ice_consent_lost",
              fmt::format("{} no longer answers STUN consent checks (RFC 7675 5.1)",
                          lost->remote.to_string())});
    }
}

void PeerConnection::drain_dtls(TimePoint now) {
    if (!dtls_) return;
    while (auto event = dtls_->poll_event()) handle(now, *event);
    // Until ICE has a pair there is nowhere to send to; the handshake has not begun then either.
    while (auto bytes = dtls_->poll_transmit()) {
        transmit_.push_back({remote_, std::move(*bytes)});
    }
}

void PeerConnection::handle(TimePoint, dtls::Event& event) {
    if (const auto* connected = std::get_if<dtls::Connected>(&event)) {
        auto session = srtp::Session::create(connected->profile, connected->local,
                                             connected->remote, config_.srtp_implementation);
        if (!session) {
            fail(session.error());
            return;
        }
        srtp_ = std::move(session).value();
        events_.push_back(DtlsConnected{connected->profile, dtls_->version(), dtls_->cipher()});
        // A client's handshake ends with the server's last message: the server has its keys.
        peer_has_keys_ = dtls_role_ == dtls::Role::client;
        if (peer_has_keys_) dtls_->release();
    } else if (const auto* mismatch = std::get_if<dtls::FingerprintMismatch>(&event)) {
        fail(mismatch->error);
    } else if (const auto* failed = std::get_if<dtls::Failed>(&event)) {
        fail(failed->error);
    } else if (std::holds_alternative<dtls::Closed>(event)) {
        events_.push_back(PeerClosed{});
    }
}

void PeerConnection::fail(Error error) {
    if (failed_) return;
    failed_ = true;
    events_.push_back(Failed{std::move(error)});
}

std::optional<Datagram> PeerConnection::poll_transmit() {
    if (transmit_.empty()) return std::nullopt;
    Datagram datagram = std::move(transmit_.front());
    transmit_.pop_front();
    return datagram;
}

std::optional<Event> PeerConnection::poll_event() {
    if (events_.empty()) return std::nullopt;
    Event event = std::move(events_.front());
    events_.pop_front();
    return event;
}

bool PeerConnection::protect_rtp(std::span<std::uint8_t> buffer, std::size_t& length) {
    return media_up() && srtp_->protect_rtp(buffer, length);
}

bool PeerConnection::protect_rtcp(std::span<std::uint8_t> buffer, std::size_t& length) {
    return media_up() && srtp_->protect_rtcp(buffer, length);
}

void PeerConnection::close() {
    if (closed_) return;
    if (dtls_ && dtls_started_) {
        dtls_->close();
        while (auto bytes = dtls_->poll_transmit())
            transmit_.push_back({remote_, std::move(*bytes)});
    }
    closed_ = true;
}

}  // namespace janus_harness::webrtc
