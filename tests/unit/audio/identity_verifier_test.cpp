#include "audio/identity_verifier.h"

#include <doctest/doctest.h>

#include <string>

#include "stream_simulation.h"

using namespace janus_harness;
using namespace janus_harness::audio;
using namespace janus_harness::audio::test;

namespace {

constexpr CodecKind kKinds[] = {CodecKind::opus, CodecKind::pcmu, CodecKind::pcma, CodecKind::g722};

std::uint32_t any_id(Random& random) {
    return static_cast<std::uint32_t>(random.below(kMaxStreamId + 1));
}

}  // namespace

TEST_CASE("a clean stream is proven within one second, to the packet") {
    for (const CodecKind kind : kKinds) {
        CAPTURE(std::string(codec(kind).name));
        Random random(1);
        IdentityVerifier verifier(0x12345, kind);
        play(verifier, random, 0x12345, kind, 50);
        const IdentityResult result = verifier.result();
        CHECK(result.verdict == IdentityVerdict::proven);
        CHECK(result.matched == 50);
        CHECK(result.other_symbol + result.silence + result.unrecognized == 0);
    }
}

TEST_CASE("less than a code word proves nothing") {
    Random random(2);
    IdentityVerifier verifier(0x12345, CodecKind::pcmu);
    CHECK(verifier.result().verdict == IdentityVerdict::unknown);
    play(verifier, random, 0x12345, CodecKind::pcmu, 39);
    CHECK(verifier.result().verdict == IdentityVerdict::unknown);
    CHECK(verifier.result().matched == 39);
}

TEST_CASE("30 % loss, copies and reordering delay the proof by a few seconds at most") {
    Random random(3);
    for (int round = 0; round < 300; ++round) {
        const std::uint32_t id = any_id(random);
        CAPTURE(id);
        IdentityVerifier verifier(id, CodecKind::pcmu);
        play(verifier, random, id, CodecKind::pcmu, 200, {.loss = 0.3, .copies = 0.1, .reorder = 8},
             static_cast<std::int64_t>(round));
        const IdentityResult result = verifier.result();
        REQUIRE(result.verdict == IdentityVerdict::proven);
        REQUIRE(result.other_symbol == 0);
    }
}

TEST_CASE("ids of equal digits, which look alike at several offsets, are proven too") {
    Random random(4);
    for (const std::uint32_t id : {0x00000U, 0xfffffU, 0x11111U, 0x77777U, 0x01010U}) {
        CAPTURE(id);
        IdentityVerifier verifier(id, CodecKind::pcma);
        play(verifier, random, id, CodecKind::pcma, 200, {.loss = 0.3, .reorder = 5});
        CHECK(verifier.result().verdict == IdentityVerdict::proven);
        CHECK(verifier.result().other_symbol == 0);
        REQUIRE(verifier.packet_index_modulo(65536 + 65500).has_value());
        CHECK(verifier.packet_index_modulo(65536 + 65500) == 0);
    }
}

TEST_CASE("a neighbour is never proven, whatever is lost") {
    Random random(5);
    for (int round = 0; round < 1000; ++round) {
        const std::uint32_t id = any_id(random);
        // The nearest neighbours are the hardest: one digit of the id differs.
        const std::uint32_t other = id ^ static_cast<std::uint32_t>(1 + random.below(15))
                                             << 4 * random.below(5);
        CAPTURE(id);
        CAPTURE(other);
        IdentityVerifier verifier(id, CodecKind::pcmu);
        const Impairment impairment{.loss = 0.5 * random.unit(), .reorder = 10 * random.unit()};
        play(verifier, random, other, CodecKind::pcmu, static_cast<int>(1 + random.below(600)),
             impairment, round);
        REQUIRE(verifier.result().verdict != IdentityVerdict::proven);
    }
}

TEST_CASE("a neighbour whose differing symbols are all lost is not taken for this stream") {
    const IdentityCode code = encode_identity(0x12345);
    const IdentityCode other = encode_identity(0x12346);
    const IdentitySource source(0x12346, CodecKind::pcmu);
    IdentityVerifier verifier(0x12345, CodecKind::pcmu);
    for (std::uint64_t i = 0; i < 400; ++i) {
        if (symbol_of_packet(code, i) != symbol_of_packet(other, i)) continue;
        verifier.handle_packet(arrival_time(static_cast<double>(i)), static_cast<std::int64_t>(i),
                               source.payload_for(i));
    }
    CHECK(verifier.result().other_symbol == 0);
    CHECK(verifier.result().matched > 200);
    CHECK(verifier.result().verdict == IdentityVerdict::unknown);
}

TEST_CASE("a packet's index is never guessed while several places of the code fit") {
    for (const std::uint32_t id : {0x00000U, 0x11111U, 0x12121U, 0xfffffU}) {
        for (std::uint64_t start = 0; start < kCodePackets; ++start) {
            const IdentitySource source(id, CodecKind::pcmu);
            IdentityVerifier verifier(id, CodecKind::pcmu);
            for (std::uint64_t i = start; i < start + 120; ++i) {
                const auto sequence = static_cast<std::int64_t>(i + 7);
                verifier.handle_packet(arrival_time(0), sequence, source.payload_for(i));
                const auto modulo = verifier.packet_index_modulo(sequence);
                if (modulo) REQUIRE(*modulo == i % kCodePackets);
            }
            REQUIRE(verifier.packet_index_modulo(0).has_value());
            REQUIRE(verifier.alignment_count() == 1);
        }
    }
}

TEST_CASE("a neighbour is named") {
    Random random(6);
    for (const CodecKind kind : kKinds) {
        CAPTURE(std::string(codec(kind).name));
        IdentityVerifier clean(0x12345, kind);
        play(clean, random, 0x12346, kind, 100);
        CHECK(clean.result().verdict == IdentityVerdict::other_stream);
        CHECK(clean.result().other_stream_id == 0x12346);
        IdentityVerifier lossy(0x12345, kind);
        play(lossy, random, 0x12346, kind, 250, {.loss = 0.3, .reorder = 5});
        CHECK(lossy.result().verdict == IdentityVerdict::other_stream);
        CHECK(lossy.result().other_stream_id == 0x12346);
    }
}

TEST_CASE("a neighbour that leaks into a stream of ours is found") {
    Random random(7);
    const IdentitySource own(0x00001, CodecKind::pcmu);
    const IdentitySource other(0xabcde, CodecKind::pcmu);
    IdentityVerifier verifier(0x00001, CodecKind::pcmu);
    for (std::uint64_t i = 0; i < 2000; ++i) {
        const bool leak = random.below(10) == 0;
        verifier.handle_packet(arrival_time(static_cast<double>(i)), static_cast<std::int64_t>(i),
                               (leak ? other : own).payload_for(i));
    }
    CHECK(verifier.result().verdict == IdentityVerdict::other_stream);
}

TEST_CASE("a call that ends with two seconds of a neighbour is not proven") {
    Random random(8);
    IdentityVerifier verifier(0x00001, CodecKind::pcmu);
    play(verifier, random, 0x00001, CodecKind::pcmu, 1000);
    CHECK(verifier.result().verdict == IdentityVerdict::proven);
    verifier.restart();
    play(verifier, random, 0xabcde, CodecKind::pcmu, 100, {}, 10'000'000);
    const IdentityResult result = verifier.result();
    CHECK(result.verdict == IdentityVerdict::other_stream);
    CHECK(result.other_stream_id == 0xabcde);
    CHECK(result.matched == 1000);
    CHECK(result.other_symbol == 100);
}

TEST_CASE("one stray packet does not spoil a proof") {
    const IdentitySource own(0x00001, CodecKind::pcmu);
    IdentityVerifier verifier(0x00001, CodecKind::pcmu);
    for (std::uint64_t i = 0; i < 500; ++i) {
        const ByteView payload = own.payload_for(i == 200 ? i + 20 : i);
        verifier.handle_packet(arrival_time(static_cast<double>(i)), static_cast<std::int64_t>(i),
                               payload);
    }
    const IdentityResult result = verifier.result();
    CHECK(result.verdict == IdentityVerdict::proven);
    CHECK(result.other_symbol >= 1);
    CHECK(result.other_symbol <= 2);
    CHECK(verifier.packet_index_modulo(500).has_value());
}

TEST_CASE("silence is silence, even of another codec's making") {
    for (const CodecKind kind : kKinds) {
        CAPTURE(std::string(codec(kind).name));
        IdentityVerifier verifier(0x12345, kind);
        const IdentitySource source(0x12345, kind);
        for (int i = 0; i < 60; ++i) {
            verifier.handle_packet(arrival_time(i), i, source.silence());
        }
        CHECK(verifier.result().verdict == IdentityVerdict::silence);
        CHECK(verifier.result().silence == 60);
    }
    SUBCASE("A-law zero of the other sign, decoded") {
        IdentityVerifier verifier(0x12345, CodecKind::pcma);
        for (int i = 0; i < 60; ++i) verifier.handle_packet(arrival_time(i), i, Bytes(160, 0x55));
        CHECK(verifier.result().verdict == IdentityVerdict::silence);
    }
    SUBCASE("discontinuous transmission") {
        IdentityVerifier verifier(0x12345, CodecKind::opus);
        for (int i = 0; i < 60; ++i) verifier.handle_packet(arrival_time(i), i, Bytes{0xf8});
        CHECK(verifier.result().verdict == IdentityVerdict::silence);
    }
}

TEST_CASE("mostly silence is not this call's audio") {
    Random random(9);
    IdentityVerifier verifier(0x12345, CodecKind::pcmu);
    play(verifier, random, 0x12345, CodecKind::pcmu, 60);
    const Bytes silence(160, 0xff);
    for (int i = 60; i < 200; ++i) verifier.handle_packet(arrival_time(i), i, silence);
    CHECK(verifier.result().verdict == IdentityVerdict::silence);
    CHECK(verifier.result().matched == 60);
}

TEST_CASE("noise is noise, and costs no more than its budget") {
    Random random(10);
    for (const CodecKind kind : {CodecKind::pcmu, CodecKind::pcma, CodecKind::g722}) {
        CAPTURE(std::string(codec(kind).name));
        IdentityVerifier verifier(0x12345, kind);
        for (int i = 0; i < 500; ++i) {
            Bytes payload(160);
            for (auto& byte : payload) byte = static_cast<std::uint8_t>(random());
            verifier.handle_packet(arrival_time(i), i, payload);
        }
        const IdentityResult result = verifier.result();
        CHECK(result.verdict == IdentityVerdict::noise);
        CHECK(result.unexamined + result.unrecognized + result.other_symbol + result.silence ==
              500);
        CHECK(500 - result.unexamined <= 50 + 10 * 12 + 1);
    }
}

TEST_CASE("a restart of the sequence numbers keeps the proof and learns a new relation") {
    Random random(11);
    IdentityVerifier verifier(0xcafe1, CodecKind::opus);
    play(verifier, random, 0xcafe1, CodecKind::opus, 100, {}, 70000);
    CHECK(verifier.packet_index_modulo(70000 + 41) == 1);
    CHECK(verifier.alignment_count() == 1);
    verifier.restart();
    CHECK_FALSE(verifier.packet_index_modulo(70000).has_value());
    play(verifier, random, 0xcafe1, CodecKind::opus, 100, {}, 300013);
    CHECK(verifier.packet_index_modulo(300013 + 41) == 1);
    CHECK(verifier.alignment_count() == 2);
    CHECK(verifier.result().verdict == IdentityVerdict::proven);
    CHECK(verifier.result().matched == 200);
}

TEST_CASE("an unannounced restart is noticed") {
    Random random(12);
    IdentityVerifier verifier(0xcafe1, CodecKind::pcmu);
    play(verifier, random, 0xcafe1, CodecKind::pcmu, 200, {}, 0);
    play(verifier, random, 0xcafe1, CodecKind::pcmu, 200, {}, 203);
    CHECK(verifier.packet_index_modulo(203 + 41) == 1);
    CHECK(verifier.result().verdict == IdentityVerdict::proven);
}

TEST_CASE("any payloads in any order do no harm") {
    Random random(13);
    for (const CodecKind kind : kKinds) {
        IdentityVerifier verifier(0x12345, kind);
        const IdentitySource source(0x12345, kind);
        for (int i = 0; i < 3000; ++i) {
            const ByteView frame = source.payload_for(random());
            Bytes payload(frame.begin(), frame.end());
            if (random.below(2) == 0) payload.resize(random.below(300));
            if (random.below(2) == 0 && !payload.empty()) {
                payload[random.below(payload.size())] = static_cast<std::uint8_t>(random());
            }
            verifier.handle_packet(arrival_time(i), static_cast<std::int64_t>(random() >> 2),
                                   payload);
        }
        const IdentityResult result = verifier.result();
        CHECK(result.verdict != IdentityVerdict::proven);
        CHECK(result.matched + result.other_symbol + result.silence + result.unrecognized +
                  result.unexamined ==
              3000);
    }
}

TEST_CASE("verdicts have names") {
    CHECK(verdict_name(IdentityVerdict::proven) == "proven");
    CHECK(verdict_name(IdentityVerdict::other_stream) == "other_stream");
}
