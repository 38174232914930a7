#include "tests/sim/peer_connection/connection_pair.h"

using namespace janus_harness;
using namespace std::chrono_literals;
using test::ConnectionPair;
using test::PairOptions;
using test::Peer;

TEST_CASE("a wrong fingerprint on either side fails by its name and never brings media up") {
    for (const bool at_offerer : {true, false}) {
        for (const auto setup : {sdp::Setup::active, sdp::Setup::passive}) {
            CAPTURE(at_offerer);
            ConnectionPair pair({.answer_setup = setup,
                                 .tamper_at_offerer = at_offerer,
                                 .tamper_at_answerer = !at_offerer,
                                 .network = {.delay = 10ms}});
            pair.negotiate();
            pair.run_for(60s);
            Peer& deceived = at_offerer ? pair.offerer : pair.answerer;
            CHECK(deceived.failure() == "dtls_fingerprint_mismatch");
            // The peer is told by an alert, not by its own time-out.
            CHECK(pair.other(deceived).failure() == "dtls_alert");
            for (Peer* peer : {&pair.offerer, &pair.answerer}) {
                CHECK_FALSE(peer->was_up);
                CHECK_FALSE(peer->connected());
                CHECK_FALSE(pair.send_rtp(*peer));
                // Final: one failure, and nothing to wait for.
                CHECK(peer->events.size() == 2);
                CHECK_FALSE(peer->connection.next_timeout().has_value());
            }
        }
    }
}

TEST_CASE("a peer that does not exist is an ICE failure") {
    ConnectionPair pair(PairOptions{.network = {.loss = 1}});
    pair.negotiate();
    pair.run_for(120s);
    for (Peer* peer : {&pair.offerer, &pair.answerer}) {
        CHECK(peer->failure().starts_with("ice_"));
        CHECK(peer->events.size() == 1);
        CHECK_FALSE(peer->was_up);
    }
}

TEST_CASE("a handshake that gets no answer times out") {
    ConnectionPair pair(
        PairOptions{.network = {.drop_if = [](std::uint64_t, const netem::Packet& packet) {
                        return ice::classify_packet(packet.bytes) == ice::PacketKind::dtls;
                    }}});
    pair.negotiate();
    pair.run_for(60s);
    for (Peer* peer : {&pair.offerer, &pair.answerer}) {
        CHECK(peer->event<webrtc::IceConnected>() != nullptr);
        CHECK(peer->failure() == "dtls_timeout");
        CHECK_FALSE(peer->was_up);
    }
}

TEST_CASE("without consent nothing is sent any more") {
    ConnectionPair pair(PairOptions{.network = {.delay = 10ms}});
    pair.negotiate();
    REQUIRE(pair.connect());
    pair.run_for(90s);
    CHECK(pair.offerer.failure().empty());  // consent is refreshed
    pair.network().set_impairment({.loss = 1});
    pair.run_for(23s);  // consent lasts 30 s from an answer that is up to 6 s old
    CHECK(pair.offerer.failure().empty());
    pair.run_for(8s);
    for (Peer* peer : {&pair.offerer, &pair.answerer}) {
        CHECK(peer->failure() == "ice_consent_lost");
        CHECK_FALSE(peer->connection.media_up());
        CHECK_FALSE(pair.send_rtp(*peer));
    }
    // What was lost does not come back by itself.
    pair.network().set_impairment({.delay = 10ms});
    const auto sent = pair.network().statistics().sent;
    pair.run_for(60s);
    CHECK(pair.network().statistics().sent == sent);
}

TEST_CASE("close_notify is told to the peer, and the closed end is silent") {
    for (const bool offerer_closes : {true, false}) {
        ConnectionPair pair(PairOptions{.network = {.delay = 10ms}});
        pair.negotiate();
        REQUIRE(pair.connect());
        Peer& closer = offerer_closes ? pair.offerer : pair.answerer;
        Peer& peer = pair.other(closer);
        closer.connection.close();
        CHECK_FALSE(closer.connection.media_up());
        CHECK_FALSE(closer.connection.next_timeout().has_value());
        const std::size_t events = closer.events.size();
        pair.run_for(1s);
        CHECK(peer.event<webrtc::PeerClosed>() != nullptr);
        CHECK(peer.failure().empty());
        CHECK(closer.events.size() == events);
        closer.connection.close();  // a second one does nothing
        CHECK_FALSE(closer.connection.poll_transmit().has_value());
    }
}

TEST_CASE("a connection closed before its handshake sends nothing and hears nothing") {
    ConnectionPair pair(PairOptions{.network = {.delay = 10ms}});
    pair.offerer.connection.create_offer();
    pair.offerer.connection.close();
    CHECK_FALSE(pair.offerer.connection.poll_transmit().has_value());
    pair.inject(pair.offerer, pair.answerer.address, Bytes(40, 0x16));
    CHECK(pair.offerer.events.empty());
}

TEST_CASE("descriptions that cannot be used are refused by name and change nothing") {
    ConnectionPair pair(PairOptions{});
    const std::string offer = pair.offerer.connection.create_offer();
    CHECK(pair.offerer.connection.set_remote_answer(pair.now(), "nonsense").error().code ==
          "sdp_syntax");
    auto answer = pair.answerer.connection.create_answer(pair.now(), offer);
    REQUIRE(answer.ok());
    std::string undecided = answer.value();
    const auto place = undecided.find("a=setup:active");
    REQUIRE(place != std::string::npos);
    undecided.replace(place, 14, "a=setup:actpass");
    const auto refused = pair.offerer.connection.set_remote_answer(pair.now(), undecided);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == "sdp_setup");
    CHECK(pair.offerer.connection
              .add_remote_candidate(pair.now(), "candidate:1 1 udp x 192.0.2.2 1 typ host")
              .error()
              .code == "sdp_candidate");
    // The right one still works.
    REQUIRE(pair.offerer.connection.set_remote_answer(pair.now(), answer.value()).ok());
    CHECK(pair.connect());
}
