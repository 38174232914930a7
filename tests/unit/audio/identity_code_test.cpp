#include "audio/identity_code.h"

#include <doctest/doctest.h>

#include <set>

using namespace janus_harness::audio;

TEST_CASE("a code word is sync, five digits of the id and two of the CRC") {
    // CRC-8, polynomial 0x07, start 0xff, of 01 23 45, worked bit by bit outside this program.
    const IdentityCode code = encode_identity(0x12345);
    CHECK(code[0] == kSyncSymbol);
    CHECK(code[1] == 1);
    CHECK(code[2] == 2);
    CHECK(code[3] == 3);
    CHECK(code[4] == 4);
    CHECK(code[5] == 5);
    CHECK((code[6] << 4 | code[7]) == 0x0d);
}

TEST_CASE("every id is read back, and no two share a code word") {
    std::set<IdentityCode> seen;
    for (std::uint32_t id = 0; id <= kMaxStreamId; id += 37) {
        const IdentityCode code = encode_identity(id);
        REQUIRE(decode_identity(code) == id);
        REQUIRE(seen.insert(code).second);
    }
    CHECK(decode_identity(encode_identity(kMaxStreamId)) == kMaxStreamId);
    CHECK(encode_identity(kMaxStreamId + 1) == encode_identity(0));
}

TEST_CASE("no single wrong symbol passes") {
    const IdentityCode code = encode_identity(0xbeef5);
    for (std::size_t i = 0; i < kCodeSymbols; ++i) {
        for (std::uint8_t symbol = 0; symbol < kToneCount; ++symbol) {
            if (symbol == code[i]) continue;
            IdentityCode wrong = code;
            wrong[i] = symbol;
            CHECK_FALSE(decode_identity(wrong).has_value());
        }
    }
}

TEST_CASE("neighbouring ids differ in more than one symbol") {
    for (std::uint32_t id = 0; id < 5000; ++id) {
        const IdentityCode one = encode_identity(id);
        const IdentityCode next = encode_identity(id + 1);
        int different = 0;
        for (std::size_t i = 0; i < kCodeSymbols; ++i) different += one[i] != next[i];
        REQUIRE(different >= 2);
    }
}

TEST_CASE("a symbol lasts five packets and a code word forty") {
    const IdentityCode code = encode_identity(0xabcde);
    CHECK(symbol_of_packet(code, 0) == kSyncSymbol);
    CHECK(symbol_of_packet(code, 4) == kSyncSymbol);
    CHECK(symbol_of_packet(code, 5) == 0xa);
    CHECK(symbol_of_packet(code, 39) == code[7]);
    CHECK(symbol_of_packet(code, 40) == kSyncSymbol);
    CHECK(symbol_of_packet(code, 40'000'000'005) == 0xa);
}
