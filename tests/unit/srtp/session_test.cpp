#include "srtp/session.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/balance.h"
#include "core/random.h"
#include "packets.h"
#include "reference_srtp.h"

namespace janus_harness::srtp {
namespace {

// Every profile with every implementation.
template <typename Test>
void with_each(const Test& test) {
    for (const Profile profile : all_profiles) {
        for (const auto implementation : {Implementation::openssl, Implementation::libsrtp2}) {
            CAPTURE(profile_name(profile));
            CAPTURE(implementation == Implementation::openssl);
            test(profile, implementation);
        }
    }
}

Bytes protect_rtp(Session& session, Bytes packet) {
    return protect(session, Kind::rtp, std::move(packet));
}
Bytes protect_rtcp(Session& session, Bytes packet) {
    return protect(session, Kind::rtcp, std::move(packet));
}
Unprotect unprotect_rtp(Session& session, Bytes& packet) {
    return unprotect(session, Kind::rtp, packet);
}
Unprotect unprotect_rtcp(Session& session, Bytes& packet) {
    return unprotect(session, Kind::rtcp, packet);
}

TEST_CASE("protected packets are, byte for byte, what the RFCs say") {
    with_each([](Profile profile, Implementation implementation) {
        const KeyMaterial local = material(profile, 1);
        Ends ends(profile, implementation);
        CHECK(protect_rtp(*ends.alice, rtp(7)) ==
              reference::protect_rtp(profile, local, rtp(7), 0));
        // Both count SRTCP packets from 1.
        CHECK(protect_rtcp(*ends.alice, sender_report()) ==
              reference::protect_rtcp(profile, local, sender_report(), 1));
    });
}

TEST_CASE("what one end protects the other reads") {
    with_each([](Profile profile, Implementation implementation) {
        Ends ends(profile, implementation);
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
    });
}

TEST_CASE("any number of streams comes in") {
    with_each([](Profile profile, Implementation implementation) {
        Ends ends(profile, implementation);
        for (std::uint32_t ssrc = 1; ssrc <= 20; ++ssrc) {
            Bytes packet = protect_rtp(*ends.alice, rtp(100, ssrc));
            CHECK(unprotect_rtp(*ends.bob, packet) == Unprotect::ok);
        }
    });
}

TEST_CASE("a replayed packet is told from one with a wrong tag") {
    with_each([](Profile profile, Implementation implementation) {
        Ends ends(profile, implementation);
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
    });
}

TEST_CASE("reordered packets are read, those behind the replay window are not") {
    with_each([](Profile profile, Implementation implementation) {
        Ends ends(profile, implementation);
        std::vector<Bytes> sent;
        for (std::uint16_t sequence = 0; sequence < 2000; ++sequence) {
            sent.push_back(protect_rtp(*ends.alice, rtp(sequence)));
        }
        CHECK(unprotect_rtp(*ends.bob, sent[1500]) == Unprotect::ok);
        CHECK(unprotect_rtp(*ends.bob, sent[1499]) == Unprotect::ok);
        CHECK(unprotect_rtp(*ends.bob, sent[477]) == Unprotect::ok);  // 1023 before the highest
        CHECK(unprotect_rtp(*ends.bob, sent[476]) == Unprotect::replayed);
        CHECK(unprotect_rtp(*ends.bob, sent[100]) == Unprotect::replayed);
    });
}

TEST_CASE("reordered reports are read within a window of 128") {
    with_each([](Profile profile, Implementation implementation) {
        Ends ends(profile, implementation);
        std::vector<Bytes> sent;
        for (int i = 0; i < 300; ++i) sent.push_back(protect_rtcp(*ends.alice, sender_report()));
        CHECK(unprotect_rtcp(*ends.bob, sent[250]) == Unprotect::ok);
        CHECK(unprotect_rtcp(*ends.bob, sent[249]) == Unprotect::ok);
        CHECK(unprotect_rtcp(*ends.bob, sent[123]) == Unprotect::ok);
        CHECK(unprotect_rtcp(*ends.bob, sent[122]) == Unprotect::replayed);
    });
}

TEST_CASE("a wrong key never reads anything") {
    with_each([](Profile profile, Implementation implementation) {
        Ends ends(profile, implementation);
        const auto stranger =
            Session::create(profile, material(profile, 2), material(profile, 3), implementation)
                .value();
        Bytes packet = protect_rtp(*ends.alice, rtp(1));
        CHECK(unprotect_rtp(*stranger, packet) == Unprotect::auth_failed);
        Bytes report = protect_rtcp(*ends.alice, sender_report());
        CHECK(unprotect_rtcp(*stranger, report) == Unprotect::auth_failed);
    });
}

TEST_CASE("the sequence number rolls over, in order and out of order") {
    with_each([](Profile profile, Implementation implementation) {
        const KeyMaterial local = material(profile, 1);
        Ends ends(profile, implementation);
        Bytes before = protect_rtp(*ends.alice, rtp(65534));
        Bytes last = protect_rtp(*ends.alice, rtp(65535));
        Bytes after = protect_rtp(*ends.alice, rtp(0));
        CHECK(after == reference::protect_rtp(profile, local, rtp(0), 1));
        CHECK(unprotect_rtp(*ends.bob, before) == Unprotect::ok);
        CHECK(unprotect_rtp(*ends.bob, after) == Unprotect::ok);
        CHECK(unprotect_rtp(*ends.bob, last) == Unprotect::ok);
        CHECK(last == rtp(65535));
    });
}

TEST_CASE("a sequence number is not used twice") {
    with_each([](Profile profile, Implementation implementation) {
        Ends ends(profile, implementation);
        CHECK_FALSE(protect_rtp(*ends.alice, rtp(5)).empty());
        CHECK(protect_rtp(*ends.alice, rtp(5)).empty());
        CHECK_FALSE(protect_rtp(*ends.alice, rtp(4)).empty());
        CHECK(protect_rtp(*ends.alice, rtp(4)).empty());
    });
}

TEST_CASE("protecting needs room and a whole header") {
    with_each([](Profile profile, Implementation implementation) {
        Ends ends(profile, implementation);
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
    });
}

TEST_CASE("keys of the wrong length are refused") {
    with_each([](Profile profile, Implementation implementation) {
        const KeyMaterial good = material(profile, 1);
        KeyMaterial short_key = good;
        short_key.key.pop_back();
        KeyMaterial long_salt = good;
        long_salt.salt.push_back(0);
        for (const auto& bad : {short_key, long_salt}) {
            const auto session = Session::create(profile, bad, good, implementation);
            REQUIRE_FALSE(session);
            CHECK(session.error().code == "srtp_key");
            CHECK_FALSE(Session::create(profile, good, bad, implementation));
        }
    });
}

TEST_CASE("altered and cut packets are refused and harm nothing") {
    with_each([](Profile profile, Implementation implementation) {
        Random random(2024);
        Ends ends(profile, implementation);
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
            const std::size_t length = packet.size();
            const Unprotect result =
                is_rtp ? unprotect_rtp(*ends.bob, packet) : unprotect_rtcp(*ends.bob, packet);
            CHECK(result != Unprotect::ok);
            CHECK(packet.size() == length);
        }
    });
}

TEST_CASE("sessions are counted") {
    auto& live = Balance::counter("srtp.session");
    with_each([&](Profile profile, Implementation implementation) {
        const auto before = live.load();
        {
            Ends ends(profile, implementation);
            CHECK(live == before + 2);
        }
        CHECK(live == before);
    });
}

}  // namespace
}  // namespace janus_harness::srtp
