#include "harness/media/audio_leg.h"

#include <fmt/format.h>

#include <array>
#include <cstring>

#include "audio/codec.h"
#include "audio/identity_frames.h"
#include "audio/identity_verifier.h"
#include "audio/mos.h"
#include "audio/one_way_delay.h"
#include "rtp/reception_statistics.h"
#include "rtp/rtcp_session.h"
#include "rtp/sender.h"
#include "srtp/session.h"

namespace janus_harness::media {
namespace {

// The largest payload is an Opus frame or an echoed packet of a foreign peer.
constexpr std::size_t max_packet = AudioLeg::kMaxPacket - srtp::kMaxTrailer;
// What a phone adds to the network's delay: 20 ms of packetization and a jitter buffer of two.
constexpr Duration end_point_delay = std::chrono::milliseconds{60};

reports::Identity identity_of(audio::IdentityVerdict verdict) {
    switch (verdict) {
        case audio::IdentityVerdict::proven:
            return reports::Identity::proven;
        case audio::IdentityVerdict::silence:
            return reports::Identity::silence;
        case audio::IdentityVerdict::other_stream:
            return reports::Identity::other_stream;
        case audio::IdentityVerdict::noise:
            return reports::Identity::noise;
        case audio::IdentityVerdict::unknown:
            return reports::Identity::unknown;
    }
    return reports::Identity::unknown;
}

}  // namespace

struct AudioLeg::State {
    State(AudioLegConfig leg_config, const audio::Codec& leg_codec, PacketSink& packet_sink,
          Random& source)
        : config(std::move(leg_config)),
          codec(leg_codec),
          sink(packet_sink),
          random(source.fork(source())),
          sender(random, config.send_payload_type, codec.rtp_clock_rate, codec.timestamp_step()),
          reception(codec.rtp_clock_rate),
          source_audio(config.stream_id, codec.kind),
          verifier(config.expected_stream_id, codec.kind) {
        sender.set_ssrc(config.ssrc);
    }

    AudioLegConfig config;
    const audio::Codec& codec;
    PacketSink& sink;
    Random random;
    rtp::Sender sender;
    rtp::ReceptionStatistics reception;
    std::optional<rtp::RtcpSession> rtcp;
    audio::IdentitySource source_audio;
    audio::IdentityVerifier verifier;
    audio::OneWayDelay delay_meter;
    // Of the delays of this call alone there is the mean, which needs no histogram.
    Duration delay_sum{0};
    std::uint64_t delay_count = 0;
    const AudioLeg* peer = nullptr;
    Pacer* pacer = nullptr;
    bool sending = false;
    std::uint64_t send_errors = 0;
    std::optional<TimePoint> first_received;

    void ensure_rtcp(TimePoint now) {
        if (!rtcp) rtcp.emplace(random.fork(1), config.cname, now);
    }
    void send_payload(TimePoint now, ByteView payload);
    void identify(TimePoint now, const rtp::Arrival& arrival, ByteView payload);
    void measure_delay(TimePoint now, std::int64_t extended_sequence);
};

Result<std::unique_ptr<AudioLeg>> AudioLeg::create(AudioLegConfig config, PacketSink& sink,
                                                   Random& random) {
    const audio::Codec* codec = audio::find_codec(config.codec);
    if (codec == nullptr) {
        return Error{
            "audio_codec",
            fmt::format("the negotiated codec {} is none of opus, PCMU, PCMA, G722", config.codec)};
    }
    auto state = std::make_unique<State>(std::move(config), *codec, sink, random);
    return std::unique_ptr<AudioLeg>(new AudioLeg(std::move(state)));
}

AudioLeg::AudioLeg(std::unique_ptr<State> state) : state_(std::move(state)) {}

AudioLeg::~AudioLeg() {
    if (state_->pacer != nullptr) state_->pacer->remove(*this);
}

void AudioLeg::set_peer(const AudioLeg* peer) {
    state_->peer = peer;
}

void AudioLeg::start(Pacer& pacer, TimePoint now) {
    if (state_->sending) return;
    state_->sending = true;
    state_->ensure_rtcp(now);
    // An echo is sent when a packet comes in, not at a tick.
    if (state_->config.content == Content::echo) return;
    state_->pacer = &pacer;
    pacer.add(*this, now);
}

void AudioLeg::stop(TimePoint) {
    state_->sending = false;
    if (state_->pacer != nullptr) state_->pacer->remove(*this);
    state_->pacer = nullptr;
}

bool AudioLeg::sending() const {
    return state_->sending;
}

void AudioLeg::set_content(Content content) {
    state_->config.content = content;
}

void AudioLeg::expect(Content content) {
    state_->config.expected = content;
}

void AudioLeg::send_packet(TimePoint, TimePoint now) {
    const bool silent = state_->config.content == Content::silence;
    state_->send_payload(now, silent ? state_->source_audio.silence()
                                     : state_->source_audio.payload_for(state_->sender.packets()));
}

void AudioLeg::prefetch(std::size_t stage) const {
    const State& state = *state_;
    if (stage == 1) {
        __builtin_prefetch(&state.config.content);
        __builtin_prefetch(&state.sink);
        __builtin_prefetch(&state.sender);
        __builtin_prefetch(&state.source_audio);
    } else if (stage == 2) {
        constexpr std::size_t cache_line = 64;
        const auto* sink = reinterpret_cast<const char*>(&state.sink);
        for (std::size_t i = 0; i < 3; ++i) __builtin_prefetch(sink + i * cache_line);
        state.sender.prefetch();
    } else {
        state.sink.prefetch(stage - 2);
    }
}

void AudioLeg::State::send_payload(TimePoint now, ByteView payload) {
    const std::size_t length =
        sender.write_packet(now, payload, sink.packet_buffer().first(max_packet));
    // The packet counts as sent even when it could not leave: it is lost then, and our fault.
    if (length == 0 || !sink.send_rtp(length)) ++send_errors;
}

void AudioLeg::State::identify(TimePoint now, const rtp::Arrival& arrival, ByteView payload) {
    if (arrival.kind == rtp::Arrival::Kind::restarted) verifier.restart();
    verifier.handle_packet(now, arrival.extended_sequence, payload);
    if (arrival.current_source) measure_delay(now, arrival.extended_sequence);
}

void AudioLeg::State::measure_delay(TimePoint now, std::int64_t extended_sequence) {
    // An echo carries our own code word under the echoer's packet numbers: its place in the word
    // says nothing of when the echoer sent it.
    if (peer == nullptr || peer->state_->config.content == Content::echo) return;
    const auto delay = delay_meter.delay_of(verifier, peer->state_->sender, extended_sequence, now);
    if (!delay) return;
    delay_sum += *delay;
    ++delay_count;
    if (config.delays != nullptr) config.delays->record(*delay);
}

void AudioLeg::receive_rtp(TimePoint now, std::span<const std::uint8_t> bytes) {
    const auto packet = rtp::RtpPacketView::parse(bytes);
    if (!packet) return;
    State& state = *state_;
    const rtp::Arrival arrival = state.reception.handle_packet(now, *packet);
    if (!state.first_received) {
        state.first_received = now;
        state.ensure_rtcp(now);
    }
    if (!arrival.distinct()) return;
    if (packet->payload_type() != state.config.receive_payload_type) return;
    // What a stranger sends proves nothing, so looking for our own tones in it is work in vain.
    if (state.config.peer_known) state.identify(now, arrival, packet->payload());
    if (state.config.content == Content::echo && state.sending) {
        state.send_payload(now, packet->payload());
        state.sink.flush();
    }
}

void AudioLeg::receive_rtcp(TimePoint now, std::span<const std::uint8_t> packet) {
    state_->ensure_rtcp(now);
    state_->rtcp->handle_rtcp(now, packet, state_->sender.ssrc());
}

void AudioLeg::handle_timeout(TimePoint now) {
    State& state = *state_;
    if (!state.rtcp || now < state.rtcp->next_report()) return;
    const Bytes report =
        state.rtcp->make_report(now, &state.sender, &state.reception, state.sender.ssrc());
    std::array<std::uint8_t, max_packet + srtp::kMaxTrailer> buffer;
    if (report.size() > max_packet) return;
    std::memcpy(buffer.data(), report.data(), report.size());
    state.sink.send_rtcp(buffer, report.size());
}

std::optional<TimePoint> AudioLeg::next_timeout() const {
    if (!state_->rtcp) return std::nullopt;
    return state_->rtcp->next_report();
}

std::uint64_t AudioLeg::packets_sent() const {
    return state_->sender.packets();
}

std::uint64_t AudioLeg::packets_received() const {
    return state_->reception.counts().received;
}

std::uint64_t AudioLeg::send_errors() const {
    return state_->send_errors;
}

std::optional<TimePoint> AudioLeg::first_received() const {
    return state_->first_received;
}

const AudioLegConfig& AudioLeg::config() const {
    return state_->config;
}

std::uint64_t AudioLeg::rtcp_received() const {
    return state_->rtcp ? state_->rtcp->compounds_received() : 0;
}

void AudioLeg::fill(reports::CallAudio& result) const {
    const rtp::SequenceCounts counts = state_->reception.counts();
    result.received = counts.received;
    result.duplicated = counts.duplicated;
    result.reordered = counts.reordered;
    if (counts.received > 1) result.jitter = state_->reception.jitter();
    if (state_->delay_count > 0) {
        result.delay = state_->delay_sum / static_cast<std::int64_t>(state_->delay_count);
    }
    if (state_->config.peer_known) {
        result.identity = identity_of(state_->verifier.result().verdict);
    }
}

void AudioLeg::rate(reports::CallAudio& result) const {
    if (!result.sent || !result.lost || *result.sent == 0 || !result.delay) return;
    audio::MosInput input;
    input.codec = state_->codec.kind;
    input.one_way_delay = *result.delay + end_point_delay;
    input.loss_ratio = static_cast<double>(*result.lost) / static_cast<double>(*result.sent);
    result.mos = audio::estimate_mos(input);
}

}  // namespace janus_harness::media
