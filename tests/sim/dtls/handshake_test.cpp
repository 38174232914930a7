#include <doctest/doctest.h>

#include "core/balance.h"
#include "core/random.h"
#include "dtls_pair.h"

namespace janus_harness::dtls {
namespace {

using namespace std::chrono_literals;
using srtp::Profile;

TEST_CASE("both ends connect with the same keys, crosswise") {
    DtlsPair pair({.impairment = {.delay = 10ms}});
    pair.start();
    pair.run();
    CHECK(pair.keys_match());
    CHECK(pair.client.transport.version() == "DTLSv1.2");
    CHECK(pair.client.transport.cipher() == pair.server.transport.cipher());
    // Two round trips and a half, no retransmission.
    CHECK(pair.now == TimePoint{1s} + 40ms);
    CHECK_FALSE(pair.client.transport.next_timeout());
    CHECK_FALSE(pair.server.transport.next_timeout());
    CHECK(pair.largest_datagram <= 1200);
}

TEST_CASE("the server's order decides among the common SRTP profiles") {
    const std::vector<Profile> counter_mode = {Profile::aes_cm_128_hmac_sha1_80};
    const std::vector<Profile> gcm = {Profile::aead_aes_128_gcm};
    const std::vector<Profile> both = {Profile::aes_cm_128_hmac_sha1_80, Profile::aead_aes_128_gcm};
    const std::vector<Profile> gcm_first = {Profile::aead_aes_256_gcm, Profile::aead_aes_128_gcm,
                                            Profile::aes_cm_128_hmac_sha1_80};
    const struct {
        std::vector<Profile> client, server;
        Profile expected;
    } cases[] = {{both, both, Profile::aes_cm_128_hmac_sha1_80},
                 {both, gcm_first, Profile::aead_aes_128_gcm},
                 {gcm_first, gcm_first, Profile::aead_aes_256_gcm},
                 {gcm, both, Profile::aead_aes_128_gcm},
                 {gcm_first, counter_mode, Profile::aes_cm_128_hmac_sha1_80}};
    for (const auto& example : cases) {
        DtlsPair pair({.client_profiles = example.client, .server_profiles = example.server});
        pair.start();
        pair.run();
        REQUIRE(pair.keys_match());
        const auto* connected = pair.client.find<Connected>();
        CHECK(connected->profile == example.expected);
        CHECK(connected->local.key.size() == srtp::master_key_length(example.expected));
        CHECK(connected->local.salt.size() == srtp::master_salt_length(example.expected));
    }
}

TEST_CASE("without a common SRTP profile nobody connects") {
    DtlsPair pair({.client_profiles = {Profile::aead_aes_128_gcm},
                   .server_profiles = {Profile::aes_cm_128_hmac_sha1_80}});
    pair.start();
    pair.run();
    CHECK(pair.client.find<Connected>() == nullptr);
    CHECK(pair.server.find<Connected>() == nullptr);
    REQUIRE(pair.client.find<Failed>() != nullptr);
    CHECK(pair.client.find<Failed>()->error.code == "dtls_no_srtp_profile");
}

TEST_CASE("a certificate with another fingerprint never connects: the server's") {
    DtlsPair pair;
    const auto announced = pair.client.certificate->fingerprint();  // not the server's
    pair.client.transport.set_remote_fingerprints({announced});
    pair.start();
    pair.run();
    const auto* mismatch = pair.client.find<FingerprintMismatch>();
    REQUIRE(mismatch != nullptr);
    CHECK(mismatch->error.code == "dtls_fingerprint_mismatch");
    CHECK(mismatch->expected == announced.to_string());
    CHECK(mismatch->actual == pair.server.certificate->fingerprint().to_string());
    CHECK(pair.client.find<Connected>() == nullptr);
    CHECK(pair.server.find<Connected>() == nullptr);
    REQUIRE(pair.server.find<Failed>() != nullptr);
    CHECK(pair.server.find<Failed>()->error.code == "dtls_alert");
}

TEST_CASE("a certificate with another fingerprint never connects: the client's") {
    DtlsPair pair;
    pair.server.transport.set_remote_fingerprints({pair.server.certificate->fingerprint()});
    pair.start();
    pair.run();
    CHECK(pair.server.find<FingerprintMismatch>() != nullptr);
    CHECK(pair.server.find<Connected>() == nullptr);
    CHECK(pair.client.find<Connected>() == nullptr);
    REQUIRE(pair.client.find<Failed>() != nullptr);
    CHECK(pair.client.find<Failed>()->error.code == "dtls_alert");
}

TEST_CASE("of several hash functions the strongest counts") {
    DtlsPair pair;
    const auto& right = *pair.server.certificate;
    const auto& wrong = *pair.client.certificate;
    SUBCASE("right sha-512, wrong sha-1") {
        pair.client.transport.set_remote_fingerprints(
            {wrong.fingerprint(HashFunction::sha1), right.fingerprint(HashFunction::sha512)});
        pair.start();
        pair.run();
        CHECK(pair.connected());
    }
    SUBCASE("wrong sha-512, right sha-1") {
        pair.client.transport.set_remote_fingerprints(
            {wrong.fingerprint(HashFunction::sha512), right.fingerprint(HashFunction::sha1)});
        pair.start();
        pair.run();
        CHECK(pair.client.find<FingerprintMismatch>() != nullptr);
        CHECK_FALSE(pair.connected());
    }
    SUBCASE("two of the same strength, one right") {
        pair.client.transport.set_remote_fingerprints({wrong.fingerprint(), right.fingerprint()});
        pair.start();
        pair.run();
        CHECK(pair.connected());
    }
}

TEST_CASE("a ClientHello before start() is kept and answered") {
    DtlsPair pair;
    REQUIRE(pair.client.transport.start(pair.now));
    pair.run(500ms);
    CHECK(pair.network.statistics().delivered == 1);
    CHECK(pair.server.events.empty());
    REQUIRE(pair.server.transport.start(pair.now));
    pair.run();
    CHECK(pair.keys_match());
    CHECK(pair.now < TimePoint{1s} + 1s);  // before the client had to retransmit
}

TEST_CASE("close() is seen by the other end") {
    DtlsPair pair;
    pair.start();
    pair.run();
    REQUIRE(pair.connected());
    DtlsEnd* closing = &pair.client;
    DtlsEnd* seeing = &pair.server;
    SUBCASE("by the client") {}
    SUBCASE("by the server") {
        std::swap(closing, seeing);
    }
    closing->transport.close();
    pair.run();
    CHECK(seeing->find<Closed>() != nullptr);
    CHECK(closing->find<Closed>() == nullptr);
    CHECK_FALSE(seeing->transport.connected());
}

TEST_CASE("close() is seen by and from an end that has released its state") {
    for (const bool closer_released : {true, false}) {
        for (const bool client_closes : {true, false}) {
            CAPTURE(closer_released);
            CAPTURE(client_closes);
            DtlsPair pair;
            pair.start();
            pair.run();
            REQUIRE(pair.connected());
            DtlsEnd& closing = client_closes ? pair.client : pair.server;
            DtlsEnd& seeing = client_closes ? pair.server : pair.client;
            const auto ssl = Balance::counter("ssl").load();
            (closer_released ? closing : seeing).transport.release();
            CHECK(Balance::counter("ssl").load() == ssl - 1);
            CHECK(pair.connected());
            CHECK(closing.transport.version() == "DTLSv1.2");
            closing.transport.close();
            pair.run();
            CHECK(seeing.find<Closed>() != nullptr);
            CHECK(closing.find<Closed>() == nullptr);
            CHECK_FALSE(seeing.transport.connected());
            closing.transport.close();
            CHECK_FALSE(closing.transport.poll_transmit().has_value());
        }
    }
}

TEST_CASE("release() waits for the end of the handshake, and then takes only encrypted alerts") {
    DtlsPair pair;
    pair.client.transport.release();
    pair.start();
    pair.server.transport.release();
    pair.run();
    REQUIRE(pair.keys_match());
    pair.client.transport.release();
    // A plain fatal alert, a handshake record, and what is too short for a record.
    for (const Bytes& bytes : {Bytes{21, 254, 253, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40},
                               Bytes{22, 254, 253, 0, 1, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40},
                               Bytes{21, 254, 253, 0, 1}, Bytes{21}}) {
        pair.client.transport.handle_datagram(pair.now, bytes);
        CHECK(pair.client.transport.connected());
        CHECK_FALSE(pair.client.transport.poll_transmit().has_value());
    }
}

TEST_CASE("start() refuses to begin what cannot end well") {
    DtlsEnd end({.role = Role::client});
    const auto without = end.transport.start(TimePoint{1s});
    REQUIRE_FALSE(without);
    CHECK(without.error().code == "dtls_no_fingerprint");
    end.transport.set_remote_fingerprints({end.certificate->fingerprint()});
    CHECK(end.transport.start(TimePoint{1s}));
    const auto twice = end.transport.start(TimePoint{1s});
    REQUIRE_FALSE(twice);
    CHECK(twice.error().code == "dtls_started");
}

TEST_CASE("mutated handshake datagrams crash nothing and connect no impostor") {
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        DtlsPair pair({.handshake_timeout = 5s});
        pair.start();
        for (int i = 0; i < 12; ++i) {
            // What the other end would have got, damaged, besides the real datagram.
            pair.network.set_impairment({.drop_if = [&](std::uint64_t,
                                                        const netem::Packet& packet) {
                Bytes damaged = packet.bytes;
                for (std::size_t n = 1 + random.below(5); n > 0; --n) {
                    damaged[random.below(damaged.size())] ^= static_cast<std::uint8_t>(random());
                }
                if (random.below(3) == 0) damaged.resize(random.below(damaged.size()));
                damaged.shrink_to_fit();
                DtlsEnd& end = random.below(2) == 0 ? pair.client : pair.server;
                end.transport.handle_datagram(pair.now, damaged);
                return false;
            }});
            pair.run(Duration{500ms} * (i + 1));
        }
        if (pair.connected()) CHECK(pair.keys_match());
    }
}

TEST_CASE("random bytes before, during and after the handshake change nothing") {
    Random random(7);
    const auto noise = [&] {
        Bytes bytes(random.below(300));
        for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
        // A first byte of 20..63, as the demultiplexer guarantees, but never a handshake record:
        // a forged one can end a handshake, which DTLS cannot prevent.
        if (!bytes.empty()) bytes[0] = static_cast<std::uint8_t>(23 + random.below(41));
        return bytes;
    };
    DtlsPair pair({.impairment = {.delay = 10ms}});
    pair.server.transport.handle_datagram(pair.now, noise());
    pair.start();
    for (int i = 0; i < 1000; ++i) {
        pair.client.transport.handle_datagram(pair.now, noise());
        pair.server.transport.handle_datagram(pair.now, noise());
        pair.run(Duration{1ms} * i);
    }
    CHECK(pair.keys_match());
    CHECK(pair.client.transport.connected());
    CHECK(pair.server.transport.connected());
}

TEST_CASE("transports and SSLs are counted") {
    auto& transports = Balance::counter("dtls.transport");
    auto& ssls = Balance::counter("ssl");
    const auto before = std::pair(transports.load(), ssls.load());
    {
        DtlsPair pair;
        CHECK(transports == before.first + 2);
        CHECK(ssls == before.second);
        pair.start();
        CHECK(ssls == before.second + 2);
        Transport moved = std::move(pair.client.transport);
        CHECK(ssls == before.second + 2);
        pair.client.transport = std::move(moved);
    }
    CHECK(transports == before.first);
    CHECK(ssls == before.second);
}

}  // namespace
}  // namespace janus_harness::dtls
