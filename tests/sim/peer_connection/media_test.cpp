#include <algorithm>
#include <set>

#include "core/balance.h"
#include "tests/sim/peer_connection/connection_pair.h"

using namespace janus_harness;
using namespace std::chrono_literals;
using test::ConnectionPair;
using test::PairOptions;
using test::Peer;

namespace {

bool is_rtp(ByteView bytes) {
    return ice::classify_packet(bytes) == ice::PacketKind::rtp;
}

// Counts for itself what the network did to one direction.
struct Reference {
    std::uint64_t dropped = 0;
    std::uint64_t reordered = 0;
    std::uint64_t delivered = 0;  // duplicates included
    std::set<std::uint16_t> seen;
    std::optional<std::uint16_t> highest;

    void arrived(std::uint16_t number) {
        ++delivered;
        if (!seen.insert(number).second) return;
        if (highest && static_cast<std::int16_t>(number - *highest) < 0) {
            ++reordered;
        } else {
            highest = number;
        }
    }
};

std::uint16_t sequence_number(ByteView bytes) {
    return static_cast<std::uint16_t>((bytes[2] << 8U) | bytes[3]);
}

}  // namespace

TEST_CASE("what is lost, repeated and reordered on the way is counted to the packet") {
    constexpr int packets = 1500;
    std::uint64_t all_dropped = 0;
    std::uint64_t all_duplicates = 0;
    std::uint64_t all_reordered = 0;
    for (const auto profile :
         {srtp::Profile::aes_cm_128_hmac_sha1_80, srtp::Profile::aead_aes_128_gcm}) {
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            CAPTURE(seed);
            ConnectionPair pair({.seed = seed, .profile = profile});
            pair.negotiate();
            REQUIRE(pair.connect());

            std::map<SocketAddress, Reference> towards;
            Random fate(seed);
            pair.network().set_impairment(
                {.duplication = 0.05,
                 .delay = 30ms,
                 .jitter = 5ms,
                 .reordering = 0.1,
                 .reorder_delay = 90ms,
                 .drop_if = [&](std::uint64_t, const netem::Packet& packet) {
                     const bool drop = is_rtp(packet.bytes) && fate.unit() < 0.08;
                     if (drop) ++towards[packet.to].dropped;
                     return drop;
                 }});
            pair.talk(packets);
            pair.run_for(1s);

            for (Peer* peer : {&pair.offerer, &pair.answerer}) {
                const Reference& reference = towards[peer->address];
                const auto counts = peer->reception.counts();
                const auto& errors = peer->connection.receive_errors();
                const std::uint64_t sent = pair.other(*peer).sender.packets();
                CHECK(sent == packets);
                CHECK(counts.received == sent - reference.dropped);
                // SRTP refuses each second copy, so RTP never sees one.
                CHECK(counts.duplicated == 0);
                CHECK(errors.replayed == peer->rtp_arrived - counts.received);
                CHECK(errors.auth_failed + errors.before_keys + errors.malformed + errors.unknown ==
                      0);
                CHECK(peer->wrong_payload == 0);
                all_dropped += reference.dropped;
                all_duplicates += errors.replayed;
                all_reordered += counts.reordered;
            }
        }
    }
    // 18,000 packets: about 8 %, 5 % of the rest and up to 10 %.
    CHECK(all_dropped > 1000);
    CHECK(all_duplicates > 600);
    CHECK(all_reordered > 1000);
}

TEST_CASE("OpenSSL's state goes as soon as the peer has its keys, and both still close in order") {
    ConnectionPair pair(PairOptions{.network = {.delay = 10ms}});
    pair.negotiate();
    const auto ssl = Balance::counter("ssl").load();
    REQUIRE(pair.connect());
    // The client needs nothing more; the server's last flight may still be asked for again.
    CHECK(Balance::counter("ssl").load() == ssl + 1);
    pair.talk(10);
    pair.run_for(1s);
    CHECK(Balance::counter("ssl").load() == ssl);
    pair.talk(10);
    pair.run_for(1s);
    CHECK(pair.answerer.reception.counts().received == 20);
    CHECK(pair.offerer.reception.counts().received == 20);
    pair.offerer.connection.close();
    pair.run_for(1s);
    CHECK(pair.answerer.event<webrtc::PeerClosed>() != nullptr);
}

TEST_CASE("reordering is what the order of arrival says") {
    ConnectionPair pair(PairOptions{.seed = 5});
    pair.negotiate();
    REQUIRE(pair.connect());
    // The fate of the packets is drawn alike by an emulator of our own with the same seed.
    const netem::Impairment impairment{
        .loss = 0.05, .delay = 10ms, .jitter = 2ms, .reordering = 0.2, .reorder_delay = 70ms};
    netem::NetworkEmulator network(impairment, 77);
    Reference reference;
    rtp::ReceptionStatistics reception(8000);
    std::uint64_t unprotected = 0;
    TimePoint now = pair.now();
    const auto drain = [&] {
        while (auto packet = network.poll_deliver(now)) {
            reference.arrived(sequence_number(packet->bytes));
            const auto received =
                pair.answerer.connection.handle_datagram(now, pair.offerer.address, packet->bytes);
            if (received.kind != webrtc::Received::Kind::rtp) continue;
            ++unprotected;
            reception.handle_packet(
                now, *rtp::RtpPacketView::parse(ByteView(packet->bytes).first(received.length)));
        }
    };
    for (int i = 0; i < 2000; ++i, now += 20ms) {
        Bytes packet(12 + 160 + srtp::kMaxTrailer);
        std::size_t length = pair.offerer.sender.write_packet(now, Bytes(160), packet);
        REQUIRE(pair.offerer.connection.protect_rtp(packet, length));
        packet.resize(length);
        network.send(now, pair.offerer.address, pair.answerer.address, std::move(packet));
        drain();
    }
    now += 1s;
    drain();
    CHECK(unprotected == 2000 - network.statistics().dropped);
    CHECK(reception.counts().received == reference.seen.size());
    CHECK(reception.counts().reordered == reference.reordered);
    CHECK(reference.reordered > 200);
}

TEST_CASE("a packet that is sent twice on purpose is one replay") {
    ConnectionPair pair(PairOptions{});
    pair.negotiate();
    REQUIRE(pair.connect());
    Bytes copy;
    pair.on_send = [&](Peer& from, Bytes& bytes) {
        if (&from == &pair.offerer && is_rtp(bytes)) copy = bytes;
    };
    REQUIRE(pair.send_rtp(pair.offerer));
    pair.run_for(10ms);
    REQUIRE_FALSE(copy.empty());
    pair.inject(pair.answerer, pair.offerer.address, copy);
    CHECK(pair.answerer.reception.counts().received == 1);
    CHECK(pair.answerer.connection.receive_errors().replayed == 1);
    copy.back() ^= 1U;
    copy[3] ^= 1U;  // another number, so that it is no replay
    pair.inject(pair.answerer, pair.offerer.address, copy);
    CHECK(pair.answerer.connection.receive_errors().auth_failed == 1);
    pair.inject(pair.answerer, pair.offerer.address, Bytes{0x80, 0, 0, 1});
    const auto& errors = pair.answerer.connection.receive_errors();
    CHECK(errors.malformed + errors.unknown + errors.auth_failed == 2);
    CHECK(pair.answerer.reception.counts().received == 1);
}

// The server is done a flight earlier than the client; if its last flight is lost, what it sends in
// the meantime finds no keys.
TEST_CASE("SRTP that comes before the keys is counted and nothing else") {
    ConnectionPair pair(PairOptions{});
    Peer& server = pair.offerer;
    Peer& client = pair.answerer;
    pair.network().set_impairment({.drop_if = [&](std::uint64_t, const netem::Packet& packet) {
        return packet.from == server.address && test::has_dtls_record(packet.bytes, 20);
    }});
    pair.negotiate();
    pair.run_for(500ms);
    REQUIRE(server.connection.media_up());
    REQUIRE_FALSE(client.connection.media_up());
    for (int i = 0; i < 7; ++i) REQUIRE(pair.send_rtp(server));
    pair.run_for(10ms);
    CHECK(client.connection.receive_errors().before_keys == 7);
    pair.network().set_impairment({});
    REQUIRE(pair.connect());
    for (int i = 0; i < 5; ++i) REQUIRE(pair.send_rtp(server));
    pair.run_for(10ms);
    CHECK(client.connection.receive_errors().before_keys == 7);
    CHECK(client.reception.counts().received == 5);
}

TEST_CASE("each direction has its own keys") {
    ConnectionPair pair(PairOptions{});
    pair.negotiate();
    REQUIRE(pair.connect());
    Bytes copy;
    pair.on_send = [&](Peer&, Bytes& bytes) {
        if (is_rtp(bytes)) copy = bytes;
    };
    REQUIRE(pair.send_rtp(pair.offerer));
    // Its own packet, reflected.
    pair.inject(pair.offerer, pair.answerer.address, copy);
    CHECK(pair.offerer.connection.receive_errors().auth_failed == 1);
    CHECK(pair.offerer.reception.counts().received == 0);
}
