#include "audio/symbol_window.h"

#include <doctest/doctest.h>

using namespace janus_harness::audio;

namespace {

SymbolWindow heard(const IdentityCode& code, std::int64_t first_sequence, std::uint32_t first_index,
                   std::uint32_t packets) {
    SymbolWindow window;
    for (std::uint32_t i = 0; i < packets; ++i) {
        window.add(first_sequence + i, symbol_of_packet(code, first_index + i));
    }
    return window;
}

}  // namespace

TEST_CASE("the place of the code word is found at every offset") {
    const IdentityCode code = encode_identity(0x12345);
    for (std::uint32_t index = 0; index < kCodePackets; ++index) {
        const SymbolWindow window = heard(code, 65536 + 17, index, 40);
        const auto fit = window.fit(code);
        CHECK((code_place(65536 + 17) + fit.offset) % kCodePackets == index);
        CHECK(fit.matched == 40);
        CHECK(fit.mismatched == 0);
        CHECK(fit.runner_up > 0);
        CHECK(fit.symbols == 0xff);
        CHECK(window.decode() == 0x12345);
    }
}

TEST_CASE("places before number zero are places too") {
    CHECK(code_place(-1) == 39);
    CHECK(code_place(-40) == 0);
    CHECK(code_place(79) == 39);
}

TEST_CASE("what was not heard is not claimed") {
    const IdentityCode code = encode_identity(0x12345);
    const SymbolWindow window = heard(code, 0, 0, 35);
    CHECK(window.fit(code).symbols == 0x7f);
    CHECK_FALSE(window.decode().has_value());
}

TEST_CASE("a stray packet does not take a place for good") {
    const IdentityCode code = encode_identity(0x12345);
    SymbolWindow window;
    window.add(3, 9);
    for (std::uint32_t i = 0; i < 120; ++i) window.add(i, symbol_of_packet(code, i));
    CHECK(window.fit(code).mismatched == 0);
    CHECK(window.decode() == 0x12345);
}

TEST_CASE("another code does not fit") {
    const SymbolWindow window = heard(encode_identity(0x12346), 0, 0, 40);
    const auto fit = window.fit(encode_identity(0x12345));
    CHECK(fit.mismatched >= 10);
    CHECK(fit.symbols != 0xff);
}
