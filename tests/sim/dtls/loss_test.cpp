#include <doctest/doctest.h>

#include <algorithm>

#include "dtls_pair.h"

namespace janus_harness::dtls {
namespace {

using namespace std::chrono_literals;

// The DTLS content type of the first record (RFC 6347 section 4.1).
constexpr std::uint8_t kChangeCipherSpec = 20;

const SocketAddress kServer = SocketAddress::parse("192.0.2.2:2000").value();

// Content types of the records of a datagram, in order.
std::vector<std::uint8_t> record_types(ByteView datagram) {
    std::vector<std::uint8_t> types;
    while (datagram.size() >= 13) {
        types.push_back(datagram[0]);
        const std::size_t length = 13 + (std::size_t{datagram[11]} << 8 | datagram[12]);
        datagram = datagram.subspan(std::min(length, datagram.size()));
    }
    return types;
}

bool has_change_cipher_spec(ByteView datagram) {
    const auto types = record_types(datagram);
    return std::find(types.begin(), types.end(), kChangeCipherSpec) != types.end();
}

TEST_CASE("handshakes survive 20 % loss") {
    constexpr int kSeeds = 200;
    int connected = 0;
    int retransmitted = 0;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        CAPTURE(seed);
        DtlsPair pair({.impairment = {.loss = 0.2, .delay = 20ms, .jitter = 10ms},
                       .seed = seed,
                       .handshake_timeout = 120s});
        pair.start();
        pair.run(200s);
        CHECK(pair.keys_match());
        CHECK(pair.largest_datagram <= 1200);
        connected += pair.connected() ? 1 : 0;
        retransmitted += pair.now > TimePoint{2s} ? 1 : 0;
    }
    CHECK(connected == kSeeds);
    CHECK(retransmitted > kSeeds / 4);  // else nothing was tested
}

TEST_CASE("handshakes survive reordering and duplication") {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        CAPTURE(seed);
        DtlsPair pair({.impairment = {.loss = 0.05,
                                      .duplication = 0.3,
                                      .delay = 20ms,
                                      .jitter = 40ms,
                                      .reordering = 0.3},
                       .seed = seed});
        pair.start();
        pair.run();
        CHECK(pair.keys_match());
    }
}

TEST_CASE("the same seed gives the same handshake time") {
    const auto duration = [](std::uint64_t seed) {
        DtlsPair pair(
            {.impairment = {.loss = 0.3, .delay = 15ms}, .seed = seed, .handshake_timeout = 120s});
        pair.start();
        pair.run(200s);
        return pair.now;
    };
    for (std::uint64_t seed = 1; seed <= 20; ++seed) CHECK(duration(seed) == duration(seed));
}

TEST_CASE("a lost ClientHello is repeated after 1, 2 and 4 s") {
    DtlsPair pair({.impairment = {.drop = {0, 1, 2}}});
    pair.start();
    pair.run(999ms);
    CHECK(pair.network.statistics().sent == 1);
    pair.run(1s);
    CHECK(pair.network.statistics().sent == 2);
    pair.run(3s);
    CHECK(pair.network.statistics().sent == 3);
    pair.run(6999ms);
    CHECK(pair.network.statistics().sent == 3);
    pair.run();
    CHECK(pair.keys_match());
    CHECK(pair.now == TimePoint{1s} + 7s);
}

TEST_CASE("the server's lost last flight is sent again when the client repeats its own") {
    int lost = 0;
    const auto lose_once = [&](std::uint64_t, const netem::Packet& packet) {
        const bool is_last_flight =
            packet.from == kServer && has_change_cipher_spec(packet.bytes) && lost == 0;
        lost += is_last_flight ? 1 : 0;
        return is_last_flight;
    };
    DtlsPair pair({.impairment = {.delay = 10ms, .drop_if = lose_once}});
    pair.start();
    pair.run(500ms);
    CHECK(lost == 1);
    CHECK(pair.server.find<Connected>() != nullptr);
    CHECK(pair.client.find<Connected>() == nullptr);
    pair.run();
    CHECK(pair.keys_match());
    CHECK(pair.now < TimePoint{1s} + 1200ms);
}

TEST_CASE("the server answers a repeated last flight more than once") {
    int lost = 0;
    const auto lose_thrice = [&](std::uint64_t, const netem::Packet& packet) {
        const bool drop =
            packet.from == kServer && has_change_cipher_spec(packet.bytes) && lost < 3;
        lost += drop ? 1 : 0;
        return drop;
    };
    DtlsPair pair({.impairment = {.delay = 10ms, .drop_if = lose_thrice}});
    pair.start();
    pair.run();
    CHECK(lost == 3);
    CHECK(pair.keys_match());
}

TEST_CASE("a silent peer is given up at the limit") {
    DtlsPair pair({.impairment = {.loss = 1}, .handshake_timeout = 20s});
    pair.start();
    pair.run();
    CHECK(pair.now == TimePoint{1s} + 20s);
    for (const DtlsEnd* end : {&pair.client, &pair.server}) {
        REQUIRE(end->find<Failed>() != nullptr);
        CHECK(end->find<Failed>()->error.code == "dtls_timeout");
    }
    CHECK(pair.network.statistics().sent == 5);  // at 0, 1, 3, 7 and 15 s
}

TEST_CASE("a wrong fingerprint never connects under loss either") {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        DtlsPair pair({.impairment = {.loss = 0.2, .delay = 20ms}, .seed = seed});
        const bool is_client = seed % 2 == 0;
        DtlsEnd& deceived = is_client ? pair.client : pair.server;
        deceived.transport.set_remote_fingerprints({deceived.certificate->fingerprint()});
        pair.start();
        pair.run();
        CHECK(deceived.find<Connected>() == nullptr);
        CHECK(pair.server.find<Connected>() == nullptr);
        CHECK((deceived.find<FingerprintMismatch>() != nullptr ||
               deceived.find<Failed>() != nullptr));
    }
}

}  // namespace
}  // namespace janus_harness::dtls
