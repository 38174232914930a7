#include "reference_srtp.h"

#include <doctest/doctest.h>

#include "core/text.h"

// The vectors of the RFCs, which the reference has to meet before anything is compared with it.
namespace janus_harness::srtp::reference {
namespace {

Bytes hex(std::string_view text) {
    return from_hex(text).value();
}

TEST_CASE("RFC 3711 B.2: AES-CM keystream") {
    const Bytes key = hex("2b7e151628aed2a6abf7158809cf4f3c");
    const Bytes counter = hex("f0f1f2f3f4f5f6f7f8f9fafbfcfd0000");
    const Bytes keystream = counter_keystream(key, counter, 0xff02 * 16);
    const auto block = [&](std::size_t number) {
        return to_hex(ByteView(keystream).subspan(number * 16, 16));
    };
    CHECK(block(0) == "e03ead0935c95e80e166b16dd92b4eb4");
    CHECK(block(1) == "d23513162b02d0f72a43a2fe4a5f97ab");
    CHECK(block(2) == "41e95b3bb0a2e8dd477901e4fca894c0");
    CHECK(block(0xfeff) == "ec8cdf7398607cb0f2d21675ea9ea1e4");
    CHECK(block(0xff00) == "362b7c3c6773516318a077d7fc5073ae");
    CHECK(block(0xff01) == "6a2cc3787889374fbeb4c81b17ba6c44");
}

TEST_CASE("RFC 3711 B.3: key derivation") {
    const KeyMaterial master{hex("e1f97a0d3e018be0d64fa32c06de4139"),
                             hex("0ec675ad498afeebb6960b3aabe6")};
    CHECK(to_hex(derive(master, Label::rtp_encryption, 16)) == "c61e7a93744f39ee10734afe3ff7a087");
    CHECK(to_hex(derive(master, Label::rtp_salt, 14)) == "30cbbc08863d8c85d49db34a9ae1");
    CHECK(to_hex(derive(master, Label::rtp_authentication, 94)) ==
          "cebe321f6ff7716b6fd4ab49af256a15"
          "6d38baa48f0a0acf3c34e2359e6cdbce"
          "e049646c43d9327ad175578ef7227098"
          "6371c10c9a369ac2f94a8c5fbcdddc25"
          "6d6e919a48b610ef17c2041e47403576"
          "6b68642c59bbfc2f34db60dbdfb2");
}

TEST_CASE("RFC 7714 16.1.1: SRTP with AEAD_AES_128_GCM") {
    const Bytes packet =
        hex("8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e697320646976697361"
            "20696e207061727465732074726573");
    const Bytes protected_packet = gcm_protect_rtp(hex("000102030405060708090a0b0c0d0e0f"),
                                                   hex("517569642070726f2071756f"), packet, 0);
    CHECK(to_hex(protected_packet) ==
          "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f"
          "42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce");
}

TEST_CASE("RFC 7714 17.1: SRTCP with AEAD_AES_128_GCM") {
    const Bytes packet =
        hex("81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61"
            "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef");
    const Bytes protected_packet = gcm_protect_rtcp(hex("000102030405060708090a0b0c0d0e0f"),
                                                    hex("517569642070726f2071756f"), packet, 0x5d4);
    CHECK(to_hex(protected_packet) ==
          "81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda"
          "4ce09b4686303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4");
}

}  // namespace
}  // namespace janus_harness::srtp::reference
