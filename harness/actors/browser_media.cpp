#include "harness/actors/browser_media.h"

#include <algorithm>

#include "harness/actors/codec_names.h"

namespace janus_harness::actors {
namespace {

srtp::Profile profile_of(scenario::SrtpProfile profile) {
    switch (profile) {
        case scenario::SrtpProfile::aes128_cm_sha1_80:
            return srtp::Profile::aes_cm_128_hmac_sha1_80;
        case scenario::SrtpProfile::aes128_cm_sha1_32:
            return srtp::Profile::aes_cm_128_hmac_sha1_32;
        case scenario::SrtpProfile::aead_aes_128_gcm:
            return srtp::Profile::aead_aes_128_gcm;
        case scenario::SrtpProfile::aead_aes_256_gcm:
            return srtp::Profile::aead_aes_256_gcm;
    }
    return srtp::Profile::aes_cm_128_hmac_sha1_80;
}

std::vector<srtp::Profile> profiles_of(const scenario::BrowserActor& settings) {
    std::vector<srtp::Profile> profiles;
    for (const auto profile : settings.srtp_profiles) profiles.push_back(profile_of(profile));
    return profiles;
}

sdp::Setup setup_of(scenario::DtlsSetup setup) {
    switch (setup) {
        case scenario::DtlsSetup::actpass:
            return sdp::Setup::actpass;
        case scenario::DtlsSetup::active:
            return sdp::Setup::active;
        case scenario::DtlsSetup::passive:
            return sdp::Setup::passive;
    }
    return sdp::Setup::actpass;
}

}  // namespace

srtp::Implementation srtp_implementation(const scenario::Media& media) {
    return media.srtp == scenario::SrtpImplementation::libsrtp2 ? srtp::Implementation::libsrtp2
                                                                : srtp::Implementation::openssl;
}

Result<std::unique_ptr<BrowserMedia>> BrowserMedia::create(Environment& environment,
                                                           const scenario::BrowserActor& settings,
                                                           BrowserMediaListener& listener,
                                                           Random& random) {
    auto media = std::make_unique<BrowserMedia>(environment, settings, listener, random);
    if (const auto opened = media->open(settings); !opened) return opened.error();
    return media;
}

BrowserMedia::BrowserMedia(Environment& environment, const scenario::BrowserActor& settings,
                           BrowserMediaListener& listener, Random& random)
    : environment_(environment),
      random_(random),
      settings_(settings),
      listener_(listener),
      timer_(environment.loop, [this](TimePoint now) { handle_timeout(now); }),
      ssrc_(static_cast<std::uint32_t>(1 + random.below(0xfffffffe))),
      cname_(random.token(16)) {}

BrowserMedia::~BrowserMedia() = default;

Result<void> BrowserMedia::open(const scenario::BrowserActor& settings) {
    auto port = environment_.media_sockets->open_browser_port(*this);
    if (!port) return port.error();
    port_ = std::move(port).value();
    auto context = environment_.dtls_context(profiles_of(settings));
    if (!context) return context.error();

    webrtc::PeerConnectionConfig config;
    config.dtls_context = std::move(context).value();
    config.persona = settings.persona == scenario::Persona::chrome ? sdp::Persona::chrome
                                                                   : sdp::Persona::firefox;
    config.codecs = codec_names(settings.codecs);
    config.seed_offer = settings.offer == "seed";
    config.local_address = port_->local_address();
    config.inline_candidates = settings.trickle == scenario::TrickleMode::inline_candidates;
    config.setup = setup_of(settings.dtls.value_or(environment_.scenario.media.dtls));
    config.ssrc = ssrc_;
    config.cname = cname_;
    config.srtp_implementation = srtp_implementation(environment_.scenario.media);
    config.tamper_remote_fingerprint =
        std::find(settings.tamper.begin(), settings.tamper.end(),
                  scenario::Tamper::answer_fingerprint) != settings.tamper.end();
    connection_ = std::make_unique<webrtc::PeerConnection>(config, random_);
    port_->claim_user_name(connection_->local_ufrag());
    // Until the handshake is done every datagram is answered at once.
    port_->set_urgent(true);
    return {};
}

Result<void> BrowserMedia::set_remote_answer(TimePoint now, const std::string& answer) {
    auto result = connection_->set_remote_answer(now, answer);
    drain(now);
    return result;
}

Result<std::string> BrowserMedia::create_answer(TimePoint now, const std::string& offer) {
    auto result = connection_->create_answer(now, offer);
    drain(now);
    return result;
}

void BrowserMedia::add_remote_candidate(TimePoint now, const std::string& candidate) {
    // A candidate that cannot be read is one that cannot be tried; ICE goes on with the others.
    const auto added = connection_->add_remote_candidate(now, candidate);
    static_cast<void>(added);
    drain(now);
}

void BrowserMedia::end_of_remote_candidates(TimePoint now) {
    connection_->end_of_remote_candidates(now);
    drain(now);
}

Result<void> BrowserMedia::create_leg(media::AudioLegConfig config) {
    const auto& audio = connection_->audio();
    if (!audio) return Error{"audio_codec", "no audio has been negotiated"};
    config.codec = audio->codec;
    config.clock_rate = audio->clock_rate;
    config.send_payload_type = audio->send_payload_type;
    config.receive_payload_type = audio->receive_payload_type;
    config.ssrc = ssrc_;
    config.cname = cname_;
    auto leg = media::AudioLeg::create(std::move(config), *this, random_);
    if (!leg) return leg.error();
    leg_ = std::move(leg).value();
    return {};
}

bool BrowserMedia::send_rtp(std::size_t length) {
    if (!connection_->protect_rtp(port_->reserve(), length)) return false;
    port_->commit(connection_->remote(), length);
    return true;
}

void BrowserMedia::prefetch(std::size_t step) const {
    if (step == 1) {
        __builtin_prefetch(port_.get());
        connection_->prefetch_self();
    } else {
        connection_->prefetch_keys();
    }
}

bool BrowserMedia::send_rtcp(std::span<std::uint8_t> buffer, std::size_t length) {
    return connection_->protect_rtcp(buffer, length) &&
           port_->send_now(connection_->remote(), buffer.first(length));
}

void BrowserMedia::receive(TimePoint now, const SocketAddress& remote,
                           std::span<std::uint8_t> bytes) {
    const webrtc::Received received = connection_->handle_datagram(now, remote, bytes);
    if (received.kind == webrtc::Received::Kind::none) {
        drain(now);
    } else {
        handle_packet(now, bytes.first(received.length), received);
    }
}

void BrowserMedia::handle_packet(TimePoint now, std::span<std::uint8_t> bytes,
                                 webrtc::Received received) {
    if (!leg_) return;
    if (received.kind == webrtc::Received::Kind::rtcp) {
        leg_->receive_rtcp(now, bytes);
        return;
    }
    leg_->receive_rtp(now, bytes);
    if (!audio_seen_ && leg_->first_received()) {
        audio_seen_ = true;
        listener_.on_first_audio(*leg_->first_received());
        drain(now);
    }
    listener_.on_media_packet(now);
}

void BrowserMedia::handle_timeout(TimePoint now) {
    connection_->handle_timeout(now);
    if (leg_) leg_->handle_timeout(now);
    drain(now);
}

void BrowserMedia::drain(TimePoint now) {
    while (const auto datagram = connection_->poll_transmit()) send(*datagram);
    while (const auto event = connection_->poll_event()) handle(now, *event);
    if (address_conflict_) {
        address_conflict_ = false;
        listener_.on_media_failed(
            now,
            {"no_media_route",
             "two calls have the same transport address at Janus, so that their packets cannot "
             "be told apart on a shared socket: set media.sockets to \"per_call\""});
    }
    arm_timer();
}

// What answers comes from where we send to.
void BrowserMedia::send(const Datagram& datagram) {
    if (!port_->claim(datagram.remote)) address_conflict_ = true;
    port_->send_now(datagram.remote, datagram.bytes);
}

void BrowserMedia::arm_timer() {
    const auto due =
        earliest(connection_->next_timeout(), leg_ ? leg_->next_timeout() : std::nullopt);
    if (due) {
        timer_.start_at(*due);
    } else {
        timer_.stop();
    }
}

void BrowserMedia::handle(TimePoint now, const webrtc::Event& event) {
    if (std::holds_alternative<webrtc::IceConnected>(event)) {
        listener_.on_ice_connected(now);
    } else if (const auto* connected = std::get_if<webrtc::DtlsConnected>(&event)) {
        port_->set_urgent(false);
        listener_.on_dtls_connected(now, *connected);
    } else if (const auto* failed = std::get_if<webrtc::Failed>(&event)) {
        port_->set_urgent(false);
        listener_.on_media_failed(now, failed->error);
    } else if (std::holds_alternative<webrtc::PeerClosed>(event)) {
        listener_.on_media_closed(now);
    }
}

void BrowserMedia::close(TimePoint now) {
    if (leg_) leg_->stop(now);
    connection_->close();
    drain(now);
    // Janus may give the address to another call at once.
    port_->release();
}

}  // namespace janus_harness::actors
