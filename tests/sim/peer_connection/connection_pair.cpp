#include "tests/sim/peer_connection/connection_pair.h"

#include <algorithm>
#include <utility>

#include "rtp/packet.h"

namespace janus_harness::test {
namespace {

constexpr std::size_t payload_size = 160;

webrtc::PeerConnectionConfig config_of(const PairOptions& options, bool offers,
                                       const SocketAddress& address) {
    webrtc::PeerConnectionConfig config;
    config.dtls_context = shared_context({options.profile});
    config.persona = offers ? options.offerer : options.answerer;
    config.codecs = {"PCMU"};
    config.local_address = address;
    config.inline_candidates = !options.trickle;
    if (!offers) config.setup = options.answer_setup;
    config.ssrc = offers ? 0x11111111 : 0x22222222;
    config.cname = offers ? "offerer" : "answerer";
    config.srtp_implementation = offers ? options.offerer_srtp : options.answerer_srtp;
    config.tamper_remote_fingerprint =
        offers ? options.tamper_at_offerer : options.tamper_at_answerer;
    return config;
}

SocketAddress address_of(const char* text) {
    return SocketAddress::parse(text).value();
}

}  // namespace

std::shared_ptr<const dtls::Context> shared_context(const std::vector<srtp::Profile>& profiles) {
    static std::map<std::vector<srtp::Profile>, std::shared_ptr<const dtls::Context>> contexts;
    auto& context = contexts[profiles];
    if (!context) {
        context =
            dtls::Context::create(dtls::Certificate::generate("test").value(), profiles).value();
    }
    return context;
}

Peer::Peer(const PairOptions& options, bool offers, const SocketAddress& own)
    : address(own),
      random(options.seed * 2 + (offers ? 0 : 1)),
      connection(config_of(options, offers, own), random),
      sender(random, 0, 8000, 160) {
    sender.set_ssrc(offers ? 0x11111111 : 0x22222222);
}

ConnectionPair::ConnectionPair(const PairOptions& options)
    : offerer(options, true, address_of("192.0.2.1:40000")),
      answerer(options, false, address_of("192.0.2.2:50000")),
      trickle_(options.trickle),
      network_(options.network, options.seed) {}

void ConnectionPair::negotiate(Duration answer_after) {
    const std::string offer = offerer.connection.create_offer();
    const auto answer = answerer.connection.create_answer(now_, offer);
    REQUIRE_MESSAGE(answer.ok(), (answer.ok() ? "" : answer.error().message));
    if (trickle_) {
        REQUIRE(answerer.connection.add_remote_candidate(now_, offerer.connection.local_candidate())
                    .ok());
        answerer.connection.end_of_remote_candidates(now_);
    }
    run_for(answer_after);
    CHECK_FALSE(offerer.was_up);
    REQUIRE(offerer.connection.set_remote_answer(now_, answer.value()).ok());
    if (!trickle_) return;
    // A trickled candidate comes on its own way and a little later.
    run_for(std::chrono::milliseconds(30));
    REQUIRE(
        offerer.connection.add_remote_candidate(now_, answerer.connection.local_candidate()).ok());
    offerer.connection.end_of_remote_candidates(now_);
}

void ConnectionPair::flush(Peer& peer) {
    while (auto datagram = peer.connection.poll_transmit()) {
        if (on_send) on_send(peer, datagram->bytes);
        network_.send(now_, peer.address, datagram->remote, std::move(datagram->bytes));
    }
    while (auto event = peer.connection.poll_event()) {
        if (std::holds_alternative<webrtc::DtlsConnected>(*event)) peer.connected_at = now_;
        peer.events.push_back(std::move(*event));
    }
    peer.was_up = peer.was_up || peer.connection.media_up();
}

void ConnectionPair::deliver(Peer& peer, const SocketAddress& from, Bytes bytes) {
    if (ice::classify_packet(bytes) == ice::PacketKind::rtp) ++peer.rtp_arrived;
    const auto received = peer.connection.handle_datagram(now_, from, bytes);
    REQUIRE(received.length <= bytes.size());
    if (received.kind != webrtc::Received::Kind::rtp) return;
    const auto packet = rtp::RtpPacketView::parse(ByteView(bytes).first(received.length));
    REQUIRE(packet.has_value());
    const auto& sent = other(peer).sent_payloads;
    const auto original = sent.find(packet->sequence_number());
    const auto payload = packet->payload();
    if (original == sent.end() || !std::equal(payload.begin(), payload.end(),
                                              original->second.begin(), original->second.end())) {
        ++peer.wrong_payload;
    }
    peer.reception.handle_packet(now_, *packet);
}

void ConnectionPair::inject(Peer& to, const SocketAddress& from, Bytes bytes) {
    deliver(to, from, std::move(bytes));
    flush(to);
}

TimePoint ConnectionPair::next_time(TimePoint limit) const {
    TimePoint next = limit;
    for (const auto& due : {network_.next_timeout(), offerer.connection.next_timeout(),
                            answerer.connection.next_timeout()}) {
        if (due) next = std::min(next, std::max(*due, now_));
    }
    return next;
}

void ConnectionPair::step(TimePoint time) {
    now_ = time;
    while (auto packet = network_.poll_deliver(now_)) {
        if (packet->to == offerer.address) {
            deliver(offerer, packet->from, std::move(packet->bytes));
        } else if (packet->to == answerer.address) {
            deliver(answerer, packet->from, std::move(packet->bytes));
        }
        flush(offerer);
        flush(answerer);
    }
    for (Peer* peer : {&offerer, &answerer}) {
        const auto due = peer->connection.next_timeout();
        if (due && *due <= now_) peer->connection.handle_timeout(now_);
        flush(*peer);
    }
}

void ConnectionPair::run_for(Duration duration) {
    const TimePoint end = now_ + duration;
    flush(offerer);
    flush(answerer);
    // A timer that stays due without the time going on would be a busy loop in the harness.
    int steps_without_time = 0;
    while (now_ < end) {
        const TimePoint before = now_;
        step(next_time(end));
        steps_without_time = now_ == before ? steps_without_time + 1 : 0;
        REQUIRE(steps_without_time < 1000);
    }
}

bool ConnectionPair::connect(Duration limit) {
    const TimePoint end = now_ + limit;
    const auto both_up = [this] {
        return offerer.connection.media_up() && answerer.connection.media_up();
    };
    while (!both_up() && now_ < end) run_for(std::chrono::milliseconds(5));
    return both_up();
}

bool ConnectionPair::send_rtp(Peer& from) {
    Bytes payload(payload_size);
    for (std::size_t i = 0; i < payload.size(); ++i) {
        payload[i] = static_cast<std::uint8_t>(from.sender.packets() >> (8 * (i % 8)));
    }
    Bytes packet(12 + payload_size + srtp::kMaxTrailer);
    const std::uint16_t sequence_number = from.sender.next_sequence_number();
    if (!from.connection.media_up()) return false;
    std::size_t length = from.sender.write_packet(now_, payload, packet);
    REQUIRE(length == 12 + payload_size);
    if (!from.connection.protect_rtp(packet, length)) return false;
    from.sent_payloads[sequence_number] = std::move(payload);
    packet.resize(length);
    if (on_send) on_send(from, packet);
    network_.send(now_, from.address, from.connection.remote(), std::move(packet));
    return true;
}

void ConnectionPair::talk(int packets) {
    for (int i = 0; i < packets; ++i) {
        CHECK(send_rtp(offerer));
        CHECK(send_rtp(answerer));
        run_for(std::chrono::milliseconds(20));
    }
}

bool has_dtls_record(ByteView datagram, std::uint8_t content_type) {
    constexpr std::size_t header = 13;
    while (datagram.size() >= header) {
        if (datagram[0] < 20 || datagram[0] > 63) return false;
        if (datagram[0] == content_type) return true;
        const std::size_t length = (std::size_t{datagram[11]} << 8U) | datagram[12];
        if (datagram.size() < header + length) return false;
        datagram = datagram.subspan(header + length);
    }
    return false;
}

}  // namespace janus_harness::test
