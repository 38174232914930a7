#include "tests/sim/peer_connection/connection_pair.h"

using namespace janus_harness;
using namespace std::chrono_literals;
using test::ConnectionPair;
using test::PairOptions;
using test::Peer;

namespace {

void mutate(Random& random, Bytes& bytes) {
    switch (random.below(5)) {
        case 0:
            bytes.resize(random.below(bytes.size() + 1));
            break;
        case 1:
            for (auto i = random.below(8); i > 0; --i) {
                bytes.push_back(static_cast<std::uint8_t>(random()));
            }
            break;
        default:
            for (auto i = 1 + random.below(4); i > 0 && !bytes.empty(); --i) {
                bytes[random.below(bytes.size())] = static_cast<std::uint8_t>(random());
            }
    }
}

Bytes noise(Random& random) {
    Bytes bytes(random.below(200));
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    // STUN, DTLS, RTP and RTCP each in their turn.
    constexpr std::uint8_t first[] = {0x00, 0x01, 0x14, 0x16, 0x17, 0x80, 0x81, 0xff};
    if (!bytes.empty()) bytes[0] = first[random.below(std::size(first))];
    return bytes;
}

// Whatever arrived: media only ever goes to the peer, and only what the peer sent comes out.
void check_sound(ConnectionPair& pair) {
    for (Peer* peer : {&pair.offerer, &pair.answerer}) {
        CHECK(peer->wrong_payload == 0);
        if (peer->event<webrtc::IceConnected>() != nullptr) {
            CHECK(peer->connection.remote() == pair.other(*peer).address);
        }
        CHECK(peer->events.size() <= 4);
    }
}

}  // namespace

TEST_CASE("a network that mutates datagrams crashes nothing and connects nothing wrongly") {
    int connected = 0;
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        ConnectionPair pair(
            {.seed = seed,
             .answer_setup = seed % 2 == 0 ? sdp::Setup::active : sdp::Setup::passive,
             .profile = seed % 3 == 0 ? srtp::Profile::aead_aes_128_gcm
                                      : srtp::Profile::aes_cm_128_hmac_sha1_80,
             .trickle = seed % 5 == 0,
             .network = {.delay = 5ms}});
        const double share = seed % 4 == 0 ? 0.5 : 0.1;
        pair.on_send = [&](Peer&, Bytes& bytes) {
            if (random.unit() < share) mutate(random, bytes);
        };
        pair.negotiate(seed % 7 == 0 ? Duration(50ms) : Duration{});
        if (pair.connect(15s)) {
            ++connected;
            for (int i = 0; i < 50 && pair.send_rtp(pair.offerer); ++i) pair.run_for(20ms);
        }
        check_sound(pair);
    }
    // Every damage is repaired by retransmission, or ends the handshake.
    CHECK(connected > 50);
}

TEST_CASE("a stranger's datagrams do not disturb a connection, at any time of its life") {
    const SocketAddress stranger = SocketAddress::parse("203.0.113.9:9").value();
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        ConnectionPair pair({.seed = seed, .network = {.delay = 5ms}});
        Bytes last;
        pair.on_send = [&](Peer&, Bytes& bytes) { last = bytes; };
        const auto attack = [&] {
            for (Peer* peer : {&pair.offerer, &pair.answerer}) {
                pair.inject(*peer, stranger, noise(random));
                Bytes changed = last;
                if (changed.size() < 30) continue;
                // In the part of STUN that the integrity covers, or anywhere in the others.
                changed[random.below(30)] ^= static_cast<std::uint8_t>(1 + random.below(255));
                if (ice::classify_packet(changed) == ice::PacketKind::dtls) continue;
                pair.inject(*peer, stranger, changed);
            }
        };
        pair.negotiate();
        for (int i = 0; i < 100; ++i) {
            attack();
            pair.run_for(5ms);
        }
        REQUIRE(pair.connect());
        for (int i = 0; i < 20; ++i) {
            REQUIRE(pair.send_rtp(pair.offerer));
            attack();
            pair.run_for(20ms);
        }
        check_sound(pair);
        CHECK(pair.answerer.reception.counts().received == 20);
        CHECK(pair.offerer.failure().empty());
        CHECK(pair.answerer.failure().empty());
    }
}

TEST_CASE("mutated descriptions are taken or refused, and never crash") {
    ConnectionPair sample(PairOptions{});
    const std::string offer = sample.offerer.connection.create_offer();
    const std::string answer =
        sample.answerer.connection.create_answer(sample.now(), offer).value();
    Random random(3);
    for (int round = 0; round < 400; ++round) {
        std::string text = round % 2 == 0 ? answer : offer;
        for (auto i = 1 + random.below(5); i > 0; --i) {
            text[random.below(text.size())] = static_cast<char>(random());
        }
        if (random.below(4) == 0) text.resize(random.below(text.size()));
        ConnectionPair pair(PairOptions{.seed = static_cast<std::uint64_t>(round) + 1});
        if (round % 2 == 0) {
            pair.offerer.connection.create_offer();
            const auto taken = pair.offerer.connection.set_remote_answer(pair.now(), text);
            CHECK((taken.ok() || !taken.error().code.empty()));
        } else {
            const auto taken = pair.answerer.connection.create_answer(pair.now(), text);
            CHECK((taken.ok() || !taken.error().code.empty()));
        }
        pair.run_for(2s);
        CHECK_FALSE(pair.offerer.was_up);
        CHECK_FALSE(pair.answerer.was_up);
    }
}
