#include "srtp/session.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/balance.h"
#include "core/byte_io.h"
#include "core/random.h"
#include "reference_srtp.h"

namespace janus_harness::srtp {
namespace {

constexpr Profile kProfiles[] = {Profile::aes_cm_128_hmac_sha1_80, Profile::aead_aes_128_gcm,
                                 Profile::aead_aes_256_gcm};

Bytes random_bytes(Random& random, std::size_t length) {
    Bytes bytes(length);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    return bytes;
}

KeyMaterial material(Profile profile, std::uint64_t seed) {
    Random random(seed);
    return {random_bytes(random, master_key_length(profile)),
            random_bytes(random, master_salt_length(profile))};
}

Bytes rtp(std::uint16_t sequence, std::uint32_t ssrc = 0x11223344, std::size_t payload = 160) {
    Bytes packet;
    ByteWriter writer(packet);
    writer.u16(0x8000);
    writer.u16(sequence);
    writer.u32(sequence * 160U);
    writer.u32(ssrc);
    for (std::size_t i = 0; i < payload; ++i) writer.u8(static_cast<std::uint8_t>(i + sequence));
    return packet;
}

Bytes sender_report(std::uint32_t ssrc = 0x11223344) {
    Bytes packet;
    ByteWriter writer(packet);
    writer.u16(0x80c8);
    writer.u16(6);
    writer.u32(ssrc);
    for (int i = 0; i < 5; ++i) writer.u32(0xdead0000U + static_cast<std::uint32_t>(i));
    return packet;
}

// Two ends of one association.
struct Ends {
    explicit Ends(Profile profile)
        : alice(Session::create(profile, material(profile, 1), material(profile, 2)).value()),
          bob(Session::create(profile, material(profile, 2), material(profile, 1)).value()) {}
    std::unique_ptr<Session> alice;
    std::unique_ptr<Session> bob;
};

Bytes protect(Session& session, Bytes packet,
              bool (Session::*way)(std::span<std::uint8_t>, std::size_t&)) {
    std::size_t length = packet.size();
    packet.resize(length + kMaxTrailer);
    REQUIRE((session.*way)(packet, length));
    packet.resize(length);
    return packet;
}

Bytes protect_rtp(Session& session, Bytes packet) {
    return protect(session, std::move(packet), &Session::protect_rtp);
}
Bytes protect_rtcp(Session& session, Bytes packet) {
    return protect(session, std::move(packet), &Session::protect_rtcp);
}

// On ok `packet` becomes the plain one.
Unprotect unprotect_rtp(Session& session, Bytes& packet) {
    std::size_t length = packet.size();
    const Unprotect result = session.unprotect_rtp(packet, length);
    packet.resize(length);
    return result;
}
Unprotect unprotect_rtcp(Session& session, Bytes& packet) {
    std::size_t length = packet.size();
    const Unprotect result = session.unprotect_rtcp(packet, length);
    packet.resize(length);
    return result;
}

TEST_CASE("protected packets are, byte for byte, what the RFCs say") {
    for (const Profile profile : kProfiles) {
        CAPTURE(profile_name(profile));
        const KeyMaterial local = material(profile, 1);
        Ends ends(profile);
        CHECK(protect_rtp(*ends.alice, rtp(7)) ==
              reference::protect_rtp(profile, local, rtp(7), 0));
        // libsrtp2 counts SRTCP packets from 1.
        CHECK(protect_rtcp(*ends.alice, sender_report()) ==
              reference::protect_rtcp(profile, local, sender_report(), 1));
    }
}

TEST_CASE("what one end protects the other reads") {
    for (const Profile profile : kProfiles) {
        CAPTURE(profile_name(profile));
        Ends ends(profile);
        for (std::uint16_t sequence = 0; sequence < 100; ++sequence) {
            Bytes packet = protect_rtp(*ends.alice, rtp(sequence));
            CHECK(packet.size() == rtp(sequence).size() + rtp_overhead(profile));
            REQUIRE(unprotect_rtp(*ends.bob, packet) == Unprotect::ok);
            CHECK(packet == rtp(sequence));
            Bytes report = protect_rtcp(*ends.bob, sender_report(sequence));
            CHECK(report.size() == sender_report().size() + rtcp_overhead(profile));
            REQUIRE(unprotect_rtcp(*ends.alice, report) == Unprotect::ok);
            CHECK(report == sender_report(sequence));
        }
    }
}

TEST_CASE("any number of streams comes in") {
    for (const Profile profile : kProfiles) {
        Ends ends(profile);
        for (std::uint32_t ssrc = 1; ssrc <= 20; ++ssrc) {
            Bytes packet = protect_rtp(*ends.alice, rtp(100, ssrc));
            CHECK(unprotect_rtp(*ends.bob, packet) == Unprotect::ok);
        }
    }
}

TEST_CASE("a replayed packet is told from one with a wrong tag") {
    for (const Profile profile : kProfiles) {
        CAPTURE(profile_name(profile));
        Ends ends(profile);
        const Bytes first = protect_rtp(*ends.alice, rtp(1));
        Bytes damaged = protect_rtp(*ends.alice, rtp(2));
        damaged.back() ^= 1;
        Bytes packet = first;
        CHECK(unprotect_rtp(*ends.bob, packet) == Unprotect::ok);
        packet = first;
        CHECK(unprotect_rtp(*ends.bob, packet) == Unprotect::replayed);
        CHECK(unprotect_rtp(*ends.bob, damaged) == Unprotect::auth_failed);

        const Bytes report = protect_rtcp(*ends.alice, sender_report());
        Bytes damaged_report = protect_rtcp(*ends.alice, sender_report());
        damaged_report[10] ^= 1;
        packet = report;
        CHECK(unprotect_rtcp(*ends.bob, packet) == Unprotect::ok);
        packet = report;
        CHECK(unprotect_rtcp(*ends.bob, packet) == Unprotect::replayed);
        CHECK(unprotect_rtcp(*ends.bob, damaged_report) == Unprotect::auth_failed);
    }
}

TEST_CASE("reordered packets are read, those behind the replay window are not") {
    Ends ends(Profile::aead_aes_128_gcm);
    std::vector<Bytes> sent;
    for (std::uint16_t sequence = 0; sequence < 2000; ++sequence) {
        sent.push_back(protect_rtp(*ends.alice, rtp(sequence)));
    }
    CHECK(unprotect_rtp(*ends.bob, sent[1500]) == Unprotect::ok);
    CHECK(unprotect_rtp(*ends.bob, sent[1499]) == Unprotect::ok);
    CHECK(unprotect_rtp(*ends.bob, sent[1000]) == Unprotect::ok);
    CHECK(unprotect_rtp(*ends.bob, sent[100]) == Unprotect::replayed);
}

TEST_CASE("a wrong key never reads anything") {
    for (const Profile profile : kProfiles) {
        Ends ends(profile);
        const auto stranger =
            Session::create(profile, material(profile, 2), material(profile, 3)).value();
        Bytes packet = protect_rtp(*ends.alice, rtp(1));
        CHECK(unprotect_rtp(*stranger, packet) == Unprotect::auth_failed);
        Bytes report = protect_rtcp(*ends.alice, sender_report());
        CHECK(unprotect_rtcp(*stranger, report) == Unprotect::auth_failed);
    }
}

TEST_CASE("the sequence number rolls over, in order and out of order") {
    for (const Profile profile : kProfiles) {
        CAPTURE(profile_name(profile));
        const KeyMaterial local = material(profile, 1);
        Ends ends(profile);
        Bytes before = protect_rtp(*ends.alice, rtp(65534));
        Bytes last = protect_rtp(*ends.alice, rtp(65535));
        Bytes after = protect_rtp(*ends.alice, rtp(0));
        CHECK(after == reference::protect_rtp(profile, local, rtp(0), 1));
        CHECK(unprotect_rtp(*ends.bob, before) == Unprotect::ok);
        CHECK(unprotect_rtp(*ends.bob, after) == Unprotect::ok);
        CHECK(unprotect_rtp(*ends.bob, last) == Unprotect::ok);
        CHECK(last == rtp(65535));
    }
}

TEST_CASE("a sequence number is not used twice") {
    Ends ends(Profile::aead_aes_128_gcm);
    (void)protect_rtp(*ends.alice, rtp(5));
    Bytes again = rtp(5);
    std::size_t length = again.size();
    again.resize(length + kMaxTrailer);
    CHECK_FALSE(ends.alice->protect_rtp(again, length));
}

TEST_CASE("protecting needs room and a whole header") {
    for (const Profile profile : kProfiles) {
        Ends ends(profile);
        Bytes packet = rtp(1);
        std::size_t length = packet.size();
        CHECK_FALSE(ends.alice->protect_rtp(packet, length));
        length = packet.size() + 1;
        CHECK_FALSE(ends.alice->protect_rtp(packet, length));
        Bytes small(64, 0);
        length = 11;
        CHECK_FALSE(ends.alice->protect_rtp(small, length));
        length = 7;
        CHECK_FALSE(ends.alice->protect_rtcp(small, length));
    }
}

TEST_CASE("keys of the wrong length are refused") {
    const Profile profile = Profile::aead_aes_128_gcm;
    KeyMaterial small = material(profile, 1);
    small.key.pop_back();
    const auto session = Session::create(profile, small, material(profile, 2));
    REQUIRE_FALSE(session);
    CHECK(session.error().code == "srtp_key");
}

TEST_CASE("altered and cut packets are refused and harm nothing") {
    Random random(2024);
    for (const Profile profile : kProfiles) {
        Ends ends(profile);
        for (std::uint16_t round = 0; round < 2000; ++round) {
            const bool is_rtp = round % 2 == 0;
            Bytes packet = is_rtp ? protect_rtp(*ends.alice, rtp(round))
                                  : protect_rtcp(*ends.alice, sender_report());
            const Bytes original = packet;
            const std::size_t flips = 1 + random.below(4);
            for (std::size_t i = 0; i < flips; ++i) {
                packet[random.below(packet.size())] ^=
                    static_cast<std::uint8_t>(1 + random.below(255));
            }
            if (random.below(3) == 0) packet.resize(random.below(packet.size()));
            if (packet == original) continue;
            packet.shrink_to_fit();  // so that AddressSanitizer sees a read past the end
            const Unprotect result =
                is_rtp ? unprotect_rtp(*ends.bob, packet) : unprotect_rtcp(*ends.bob, packet);
            CHECK(result != Unprotect::ok);
        }
    }
}

TEST_CASE("sessions are counted") {
    auto& live = Balance::counter("srtp.session");
    const auto before = live.load();
    {
        Ends ends(Profile::aead_aes_128_gcm);
        CHECK(live == before + 2);
    }
    CHECK(live == before);
}

}  // namespace
}  // namespace janus_harness::srtp
