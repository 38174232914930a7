// The media of a phone: plain RTP (RFC 3550, RFC 3264).
#include <fmt/format.h>

#include "harness/actors/codec_names.h"
#include "harness/actors/phone_actor.h"
#include "harness/media/call_audio.h"
#include "sdp/sip_media.h"

namespace janus_harness::actors {

using reports::LatencyMetric;

namespace {

media::Content content_of(scenario::Audio audio) {
    switch (audio) {
        case scenario::Audio::tone:
            return media::Content::tone;
        case scenario::Audio::silence:
            return media::Content::silence;
        case scenario::Audio::echo:
            return media::Content::echo;
    }
    return media::Content::tone;
}

}  // namespace

bool PhoneActor::open_media(TimePoint now) {
    release_media();
    auto ports = environment_.media_sockets->open_phone_ports(rtp_receiver_, rtcp_receiver_);
    if (!ports) {
        auto event = event_at(now, "media_failed");
        event.failure = run::Failure{"no_media", ports.error().message};
        host_.emit(std::move(event));
        return false;
    }
    ports_ = std::move(ports).value();
    audio_seen_ = false;
    return true;
}

void PhoneActor::release_media() {
    if (leg_) {
        leg_->stop(net::Loop::now());
        host_.audio().set_far_leg(nullptr);
    }
    // We may be inside a callback of these ports.
    auto leg = std::shared_ptr<media::AudioLeg>(std::move(leg_));
    auto ports = std::make_shared<media::PhonePorts>(std::move(ports_));
    for (const auto* port : {&ports->rtp, &ports->rtcp}) {
        if (*port) (*port)->release();
    }
    ports_ = {};
    environment_.loop.defer([leg, ports] {});
}

std::string PhoneActor::local_offer() {
    sdp::SipMediaOptions options;
    options.rtp_address = ports_.rtp->local_address();
    options.codecs = codec_names(settings_.codecs);
    options.session_id = host_.random(index_).below(1U << 30);
    local_sdp_ = sdp::make_sip_offer(options);
    return local_sdp_;
}

std::string PhoneActor::local_answer() {
    const auto& answer = settings_.answer;
    sdp::SipMediaOptions options;
    options.rtp_address = ports_.rtp->local_address();
    options.codecs = codec_names(answer.codecs.empty() ? settings_.codecs : answer.codecs);
    options.session_id = host_.random(index_).below(1U << 30);
    options.extra_media_lines = answer.sdp_lines;
    if (answer.payload_type) {
        options.force_payload_type = static_cast<std::uint8_t>(*answer.payload_type);
    }
    const auto offer = sdp::SessionDescription::parse(remote_offer_);
    if (!offer) return {};
    local_sdp_ = sdp::make_sip_answer(offer.value(), options);
    return local_sdp_;
}

// The peer's description: where its media is, and what both ends agreed on.
void PhoneActor::apply_remote(TimePoint now, const std::string& remote_sdp) {
    if (leg_) return;
    const auto fail = [&](const Error& error) {
        auto event = event_at(now, "media_failed");
        event.failure = run::Failure{
            "no_media",
            fmt::format("the SDP of the call cannot be used by the far end: {}", error.message)};
        host_.emit(std::move(event));
    };
    const auto remote = sdp::SessionDescription::parse(remote_sdp);
    if (!remote) return fail(remote.error());
    const auto local = sdp::SessionDescription::parse(local_sdp_);
    if (!local) return fail(local.error());
    const auto rtp = sdp::rtp_address(remote.value());
    if (!rtp) return fail(rtp.error());
    const auto rtcp = sdp::rtcp_address(remote.value());
    const auto audio = sdp::negotiate_audio(local.value(), remote.value());
    if (!audio) return fail(audio.error());
    remote_rtp_ = rtp.value();
    remote_rtcp_ = rtcp ? rtcp.value() : rtp.value();
    if (!ports_.rtp->claim(remote_rtp_)) {
        return fail({"no_media_route",
                     "another call has the same address for its audio, so that they cannot be told "
                     "apart on a shared socket: set media.sockets to \"per_call\""});
    }
    ports_.rtcp->claim(remote_rtcp_);
    if (!create_leg(audio.value())) return;
    ports_.rtp->receive_early();
    ports_.rtcp->receive_early();
}

bool PhoneActor::create_leg(const sdp::NegotiatedAudio& audio) {
    media::AudioLegConfig config;
    config.codec = audio.codec;
    config.clock_rate = audio.clock_rate;
    config.send_payload_type = audio.send_payload_type;
    config.receive_payload_type = audio.receive_payload_type;
    config.ssrc = static_cast<std::uint32_t>(host_.random(index_)());
    config.cname = account_.username;
    config.stream_id = streams_.own;
    config.expected_stream_id = streams_.expected;
    if (streams_.silence_expected) config.expected = media::Content::silence;
    config.content = content_of(settings_.audio);
    config.delays = &environment_.recorder.delays_to_far_end(run::period_of(host_.tracker()));
    auto leg = media::AudioLeg::create(config, *this, host_.random(index_));
    if (!leg) return false;
    leg_ = std::move(leg).value();
    auto& audio_pair = host_.audio();
    audio_pair.set_far_leg(leg_.get());
    if (settings_.audio_start == scenario::AudioStart::answer) audio_pair.far_end_sends_at_once();
    return true;
}

void PhoneActor::media_ready(TimePoint now) {
    if (!leg_) return;
    host_.audio().far_end_ready(now, environment_.pacer);
    environment_.pacer_changed();
    arm_timer();
}

bool PhoneActor::send_rtp(std::size_t length) {
    ports_.rtp->commit(remote_rtp_, length);
    return true;
}

bool PhoneActor::send_rtcp(std::span<std::uint8_t> buffer, std::size_t length) {
    return ports_.rtcp->send_now(remote_rtcp_, buffer.first(length));
}

void PhoneActor::receive_rtcp(TimePoint now, std::span<std::uint8_t> bytes) {
    if (leg_) leg_->receive_rtcp(now, bytes);
}

void PhoneActor::receive_rtp(TimePoint now, std::span<std::uint8_t> bytes) {
    if (!leg_) return;
    leg_->receive_rtp(now, bytes);
    if (!audio_seen_ && leg_->first_received()) {
        audio_seen_ = true;
        if (auto* tracker = host_.tracker()) {
            tracker->mark(LatencyMetric::first_audio_at_far_end, *leg_->first_received());
        }
        host_.emit(event_at(now, "first_audio"));
        host_.audio_progress(now);
        arm_timer();
    }
    if (host_.audio().awaits_packets()) {
        host_.audio_progress(now);
        host_.wake();
    }
}

}  // namespace janus_harness::actors
