#include "core/balance.h"
#include "tests/sim/peer_connection/connection_pair.h"

using namespace janus_harness;
using namespace std::chrono_literals;
using test::ConnectionPair;
using test::PairOptions;
using test::Peer;

TEST_CASE("every persona, DTLS role, SRTP profile and way of candidates connects") {
    std::uint64_t seed = 0;
    for (const auto offerer : {sdp::Persona::firefox, sdp::Persona::chrome}) {
        for (const auto answerer : {sdp::Persona::firefox, sdp::Persona::chrome}) {
            for (const auto setup : {sdp::Setup::active, sdp::Setup::passive}) {
                for (const auto profile :
                     {srtp::Profile::aes_cm_128_hmac_sha1_80, srtp::Profile::aead_aes_128_gcm}) {
                    for (const bool trickle : {false, true}) {
                        ++seed;
                        CAPTURE(seed);
                        ConnectionPair pair({.seed = seed,
                                             .offerer = offerer,
                                             .answerer = answerer,
                                             .answer_setup = setup,
                                             .profile = profile,
                                             .trickle = trickle,
                                             .network = {.delay = 10ms}});
                        pair.negotiate();
                        REQUIRE(pair.connect());
                        for (Peer* peer : {&pair.offerer, &pair.answerer}) {
                            REQUIRE(peer->event<webrtc::DtlsConnected>() != nullptr);
                            CHECK(peer->event<webrtc::DtlsConnected>()->profile == profile);
                            CHECK(peer->event<webrtc::DtlsConnected>()->version == "DTLSv1.2");
                            CHECK(peer->connection.remote() == pair.other(*peer).address);
                            REQUIRE(peer->connection.audio().has_value());
                            CHECK(peer->connection.audio()->codec == "PCMU");
                            // Each thing is told once, ICE first.
                            CHECK(peer->events.size() == 2);
                            CHECK(std::holds_alternative<webrtc::IceConnected>(peer->events[0]));
                        }
                        pair.talk(20);
                        pair.run_for(100ms);
                        CHECK(pair.offerer.reception.counts().received == 20);
                        CHECK(pair.answerer.reception.counts().received == 20);
                        CHECK(pair.offerer.wrong_payload + pair.answerer.wrong_payload == 0);
                    }
                }
            }
        }
    }
    CHECK(seed == 32);
}

TEST_CASE("every SRTP profile carries audio, whosever SRTP the two ends use") {
    using srtp::Implementation;
    std::uint64_t seed = 0;
    for (const auto profile : srtp::all_profiles) {
        for (const auto offerer : {Implementation::openssl, Implementation::libsrtp2}) {
            for (const auto answerer : {Implementation::openssl, Implementation::libsrtp2}) {
                CAPTURE(++seed);
                ConnectionPair pair({.seed = seed,
                                     .profile = profile,
                                     .offerer_srtp = offerer,
                                     .answerer_srtp = answerer});
                pair.negotiate();
                REQUIRE(pair.connect());
                pair.talk(20);
                pair.run_for(100ms);
                for (Peer* peer : {&pair.offerer, &pair.answerer}) {
                    CHECK(peer->event<webrtc::DtlsConnected>()->profile == profile);
                    CHECK(peer->reception.counts().received == 20);
                    CHECK(peer->wrong_payload == 0);
                }
            }
        }
    }
}

// The DTLS server's last flight: the client repeats its own after a while, and the server, though
// it is done, answers with its last flight again (RFC 6347 4.2.4).
TEST_CASE("a lost last DTLS flight of the server is sent again") {
    for (const auto setup : {sdp::Setup::active, sdp::Setup::passive}) {
        for (int losses = 1; losses <= 3; ++losses) {
            CAPTURE(losses);
            ConnectionPair pair({.answer_setup = setup, .network = {.delay = 10ms}});
            Peer& server = setup == sdp::Setup::active ? pair.offerer : pair.answerer;
            Peer& client = pair.other(server);
            int lost = 0;
            pair.network().set_impairment(
                {.delay = 10ms, .drop_if = [&](std::uint64_t, const netem::Packet& packet) {
                     const bool last_flight =
                         packet.from == server.address && test::has_dtls_record(packet.bytes, 20);
                     return last_flight && lost < losses && ++lost <= losses;
                 }});
            pair.negotiate();
            REQUIRE(pair.connect());
            CHECK(lost == losses);
            // The distance between two repetitions doubles (RFC 6347 4.2.4.1),
            // from 50 ms on as browsers have it.
            const Duration late = *client.connected_at - *server.connected_at;
            const Duration repeats = 50ms * ((1 << losses) - 1);
            CHECK(late >= repeats);
            CHECK(late <= repeats + 20ms);
            pair.talk(5);
            pair.run_for(100ms);
            CHECK(client.reception.counts().received == 5);
            CHECK(server.reception.counts().received == 5);
        }
    }
}

TEST_CASE("a lost last DTLS flight of the client is sent again") {
    for (const auto setup : {sdp::Setup::active, sdp::Setup::passive}) {
        ConnectionPair pair({.answer_setup = setup, .network = {.delay = 10ms}});
        Peer& client = setup == sdp::Setup::active ? pair.answerer : pair.offerer;
        int lost = 0;
        pair.network().set_impairment(
            {.delay = 10ms, .drop_if = [&](std::uint64_t, const netem::Packet& packet) {
                 return packet.from == client.address && test::has_dtls_record(packet.bytes, 20) &&
                        lost++ == 0;
             }});
        pair.negotiate();
        REQUIRE(pair.connect());
        CHECK(lost >= 2);
        CHECK(client.failure().empty());
    }
}

TEST_CASE("checks and handshake that come before the answer wait for it") {
    for (const auto setup : {sdp::Setup::active, sdp::Setup::passive}) {
        for (const bool trickle : {false, true}) {
            CAPTURE(trickle);
            ConnectionPair pair(
                {.answer_setup = setup, .trickle = trickle, .network = {.delay = 5ms}});
            pair.negotiate(3s);
            const TimePoint answered = pair.now();
            REQUIRE(pair.connect());
            // No check has to run into its retransmission.
            CHECK(pair.now() - answered < 400ms);
            CHECK(pair.offerer.failure().empty());
            CHECK(pair.answerer.failure().empty());
        }
    }
}

TEST_CASE("a connection is set up through loss, duplication and reordering") {
    int connected = 0;
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        CAPTURE(seed);
        ConnectionPair pair(
            {.seed = seed,
             .answer_setup = seed % 2 == 0 ? sdp::Setup::active : sdp::Setup::passive,
             .network = {.loss = 0.2,
                         .duplication = 0.1,
                         .delay = 5ms,
                         .jitter = 20ms,
                         .reordering = 0.1}});
        pair.negotiate();
        if (pair.connect(20s)) ++connected;
        CHECK(pair.offerer.failure() != "dtls_fingerprint_mismatch");
        CHECK(pair.answerer.failure() != "dtls_fingerprint_mismatch");
    }
    CHECK(connected == 30);
}

TEST_CASE("the same seed gives the same connection, packet for packet") {
    const auto trace = [] {
        std::vector<std::pair<TimePoint, std::size_t>> packets;
        ConnectionPair pair({.seed = 9, .network = {.loss = 0.1, .delay = 5ms, .jitter = 10ms}});
        pair.on_send = [&](Peer& from, Bytes& bytes) {
            const auto kind = ice::classify_packet(bytes);
            if (kind == ice::PacketKind::stun) packets.emplace_back(pair.now(), bytes.size());
            static_cast<void>(from);
        };
        pair.negotiate();
        pair.run_for(2s);
        return packets;
    };
    const auto first = trace();
    CHECK(first.size() > 4);
    CHECK(first == trace());
}

TEST_CASE("nothing of a connection is left") {
    {
        ConnectionPair pair(PairOptions{});
        pair.negotiate();
        REQUIRE(pair.connect());
        const auto live = Balance::outstanding();
        for (const char* kind : {"webrtc.peer_connection", "ice.agent", "dtls.transport", "ssl"}) {
            CAPTURE(kind);
            CHECK(live.contains(kind));
        }
    }
    for (const auto& [kind, count] : Balance::outstanding()) {
        INFO(kind << " " << count);
        CHECK(false);
    }
}
