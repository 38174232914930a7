#include <doctest/doctest.h>

#include <map>
#include <optional>

#include "core/byte_io.h"
#include "packets.h"
#include "srtp/packet_layout.h"

// Packet for packet, the OpenSSL implementation is held against libsrtp2: two senders and two
// receivers with the same keys do the same things, over a network that loses, delays, repeats and
// alters packets.
namespace janus_harness::srtp {
namespace {

constexpr std::uint32_t kFirstSsrc = 0xfffffff0;
constexpr std::size_t kStreams = 4;

std::uint8_t random_byte(Random& random) {
    return static_cast<std::uint8_t>(random());
}

// CSRCs, a header extension, padding, marker and any payload type, each now and then.
Bytes random_rtp(Random& random, std::uint16_t sequence_number, std::uint32_t ssrc) {
    const std::size_t csrcs = random.below(5) == 0 ? random.below(16) : 0;
    const bool extension = random.below(5) == 0;
    const bool padding = random.below(20) == 0;
    Bytes packet;
    ByteWriter writer(packet);
    writer.u8(
        static_cast<std::uint8_t>(0x80U | (padding ? 0x20U : 0) | (extension ? 0x10U : 0) | csrcs));
    writer.u8(random_byte(random));
    writer.u16(sequence_number);
    writer.u32(static_cast<std::uint32_t>(random()));
    writer.u32(ssrc);
    writer.bytes(random_bytes(random, csrcs * 4));
    if (extension) {
        const std::size_t words = random.below(6);
        writer.u16(0xbede);
        writer.u16(static_cast<std::uint16_t>(words));
        writer.bytes(random_bytes(random, words * 4));
    }
    writer.bytes(random_bytes(random, random.below(4) == 0 ? random.below(1401) : 160));
    return packet;
}

Bytes random_rtcp(Random& random, std::uint32_t ssrc) {
    Bytes packet{0x80, static_cast<std::uint8_t>(200 + random.below(4)), 0, 0};
    ByteWriter(packet).u32(ssrc);
    const Bytes rest = random_bytes(random, 4 * random.below(40));
    packet.insert(packet.end(), rest.begin(), rest.end());
    return packet;
}

Bytes altered(Random& random, Bytes packet) {
    if (random.below(4) == 0) {
        packet.resize(random.below(packet.size() + 40));
    } else {
        const std::size_t flips = 1 + random.below(3);
        for (std::size_t i = 0; i < flips; ++i) {
            packet[random.below(packet.size())] ^= static_cast<std::uint8_t>(1 << random.below(8));
        }
    }
    packet.shrink_to_fit();  // so that AddressSanitizer sees a read past the end
    return packet;
}

// Ours looks at the E flag before it looks for a replay, libsrtp2 with GCM afterwards. Neither
// reads such a packet: ours because all profiles of DTLS-SRTP encrypt, libsrtp2 with GCM because
// the flag is authenticated.
bool lacks_encrypted_flag(Profile profile, Kind kind, const Bytes& packet) {
    return kind == Kind::rtcp && is_gcm(profile) && packet.size() >= 4 &&
           (packet[packet.size() - 4] & 0x80) == 0;
}

class Comparison {
  public:
    Comparison(Profile profile, std::uint64_t seed)
        : profile_(profile),
          random_(seed),
          ours_(profile, Implementation::openssl),
          theirs_(profile, Implementation::libsrtp2) {}

    // One step of the clock: something may be sent, what is due arrives.
    void step() {
        ++now_;
        const std::size_t stream = random_.below(kStreams);
        const auto ssrc = static_cast<std::uint32_t>(kFirstSsrc + stream * 7);
        if (random_.below(20) == 0) {
            send(Kind::rtcp, random_rtcp(random_, ssrc));
        } else {
            send(Kind::rtp, random_rtp(random_, next_number(stream), ssrc));
        }
        while (!network_.empty() && network_.begin()->first <= now_) {
            auto first = network_.extract(network_.begin());
            arrive(first.mapped().kind, std::move(first.mapped().packet));
        }
    }

    // Rounds of the sequence numbers that the slowest stream has been through.
    std::uint32_t rounds() const {
        std::uint64_t least = UINT64_MAX;
        for (const auto index : indexes_) least = std::min(least, index);
        return static_cast<std::uint32_t>(least >> 16);
    }

    std::map<Unprotect, std::size_t> verdicts;
    std::size_t refused = 0;

  private:
    struct Delivery {
        Kind kind;
        Bytes packet;
    };

    // Mostly the next one; sometimes one skipped, used before, or far ahead.
    std::uint16_t next_number(std::size_t stream) {
        std::uint64_t& index = indexes_[stream];
        const std::uint64_t choice = random_.below(100);
        if (choice < 3) return static_cast<std::uint16_t>(index - random_.below(1500));
        index += choice < 80 ? 1 + random_.below(20) : choice < 99 ? 1 : random_.below(4000);
        return static_cast<std::uint16_t>(index);
    }

    void send(Kind kind, const Bytes& packet) {
        Bytes protected_packet = protect(*ours_.alice, kind, packet);
        REQUIRE(protected_packet == protect(*theirs_.alice, kind, packet));
        if (protected_packet.empty()) {
            ++refused;
            return;
        }
        if (random_.below(10) == 0) return;  // lost
        if (random_.below(10) == 0) deliver(kind, altered(random_, protected_packet));
        if (random_.below(10) == 0) deliver(kind, protected_packet);
        deliver(kind, std::move(protected_packet));
    }

    void deliver(Kind kind, Bytes packet) {
        const std::uint64_t choice = random_.below(100);
        const std::uint64_t reach = choice < 70 ? 1 : choice < 90 ? 10 : choice < 98 ? 300 : 6000;
        network_.emplace(now_ + random_.below(reach), Delivery{kind, std::move(packet)});
    }

    void arrive(Kind kind, Bytes packet) {
        const bool differs = lacks_encrypted_flag(profile_, kind, packet);
        const std::size_t length = packet.size();
        Bytes copy = packet;
        const Unprotect mine = unprotect(*ours_.bob, kind, packet);
        const Unprotect other = unprotect(*theirs_.bob, kind, copy);
        ++verdicts[mine];
        if (differs) {
            REQUIRE(mine != Unprotect::ok);
            REQUIRE(other != Unprotect::ok);
        } else {
            REQUIRE(mine == other);
        }
        if (mine == Unprotect::ok) {
            REQUIRE(packet == copy);
        } else {
            REQUIRE(packet.size() == length);
        }
    }

    Profile profile_;
    Random random_;
    Ends ours_;
    Ends theirs_;
    std::uint64_t now_ = 0;
    std::array<std::uint64_t, kStreams> indexes_{65530, 65530, 65530, 65530};
    std::multimap<std::uint64_t, Delivery> network_;
};

TEST_CASE("packet for packet the same as libsrtp2, through more than two rollovers") {
    for (const Profile profile : all_profiles) {
        CAPTURE(profile_name(profile));
        Comparison comparison(profile, static_cast<std::uint64_t>(profile) + 41);
        while (comparison.rounds() < 3) comparison.step();
        // Each kind of thing has happened, or the comparison says little.
        CHECK(comparison.verdicts[Unprotect::ok] > 5000);
        CHECK(comparison.verdicts[Unprotect::replayed] > 500);
        CHECK(comparison.verdicts[Unprotect::auth_failed] > 500);
        CHECK(comparison.verdicts[Unprotect::malformed] > 5);
        CHECK(comparison.refused > 50);
    }
}

// Every number of more than two rounds, with loss across the wrap and packets of the round before.
TEST_CASE("in order through two rollovers, the same as libsrtp2") {
    for (const Profile profile : all_profiles) {
        CAPTURE(profile_name(profile));
        Random random(5);
        Ends ours(profile, Implementation::openssl);
        Ends theirs(profile, Implementation::libsrtp2);
        std::vector<Bytes> late;
        for (std::uint64_t index = 65530; index < 3 * 65536 + 100; ++index) {
            const auto number = static_cast<std::uint16_t>(index);
            const Bytes packet = protect(*ours.alice, Kind::rtp, rtp(number, 1, 20));
            REQUIRE(packet == protect(*theirs.alice, Kind::rtp, rtp(number, 1, 20)));
            const bool near_wrap = number > 65526 || number < 5;
            if (near_wrap && random.below(2) == 0) {
                late.push_back(packet);
                continue;
            }
            std::vector<Bytes> arriving{packet};
            if (number == 200) arriving.insert(arriving.end(), late.begin(), late.end());
            for (Bytes& mine : arriving) {
                Bytes other = mine;
                REQUIRE(unprotect(*ours.bob, Kind::rtp, mine) == Unprotect::ok);
                REQUIRE(unprotect(*theirs.bob, Kind::rtp, other) == Unprotect::ok);
                REQUIRE(mine == other);
            }
            if (number == 200) late.clear();
        }
    }
}

TEST_CASE("each reads what the other protects") {
    for (const Profile profile : all_profiles) {
        CAPTURE(profile_name(profile));
        Random random(9);
        Ends ours(profile, Implementation::openssl);
        Ends theirs(profile, Implementation::libsrtp2);
        for (std::uint16_t number = 65000; number != 1000; ++number) {
            for (const Kind kind : {Kind::rtp, Kind::rtcp}) {
                const Bytes plain =
                    kind == Kind::rtp ? random_rtp(random, number, 5) : random_rtcp(random, 5);
                Bytes packet = protect(*ours.alice, kind, plain);
                REQUIRE(unprotect(*theirs.bob, kind, packet) == Unprotect::ok);
                REQUIRE(packet == plain);
                packet = protect(*theirs.alice, kind, plain);
                REQUIRE(unprotect(*ours.bob, kind, packet) == Unprotect::ok);
                REQUIRE(packet == plain);
            }
        }
    }
}

TEST_CASE("any bytes at all get the verdict of libsrtp2") {
    for (const Profile profile : all_profiles) {
        CAPTURE(profile_name(profile));
        Random random(10);
        Ends ours(profile, Implementation::openssl);
        Ends theirs(profile, Implementation::libsrtp2);
        for (int round = 0; round < 5000; ++round) {
            Bytes mine = random_bytes(random, random.below(120));
            if (!mine.empty() && random.below(2) == 0) mine[0] = 0x80 | (mine[0] & 0x1f);
            Bytes other = mine;
            for (const Kind kind : {Kind::rtp, Kind::rtcp}) {
                const Unprotect verdict = unprotect(*ours.bob, kind, mine);
                REQUIRE(verdict == unprotect(*theirs.bob, kind, other));
                REQUIRE(verdict != Unprotect::ok);
                mine = other;
            }
        }
    }
}

}  // namespace
}  // namespace janus_harness::srtp
