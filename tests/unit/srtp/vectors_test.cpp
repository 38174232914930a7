#include <doctest/doctest.h>

#include <array>

#include "core/text.h"
#include "srtp/counter_mode.h"
#include "srtp/gcm_protection.h"
#include "srtp/hmac_sha1.h"
#include "srtp/key_derivation.h"

// The vectors of the RFCs for the parts that the OpenSSL implementation is made of.
namespace janus_harness::srtp {
namespace {

Bytes hex(std::string_view text) {
    return from_hex(text).value();
}

template <std::size_t Size>
std::array<std::uint8_t, Size> array_of(std::string_view text) {
    const Bytes bytes = hex(text);
    std::array<std::uint8_t, Size> result{};
    REQUIRE(bytes.size() == Size);
    std::copy(bytes.begin(), bytes.end(), result.begin());
    return result;
}

std::string tag_of(const HmacSha1& hmac, ByteView first, ByteView second) {
    Bytes tag(20);
    hmac(first, second).write(tag);
    CHECK(hmac(first, second).matches(tag));
    tag[19] ^= 1;
    CHECK_FALSE(hmac(first, second).matches(tag));
    tag[19] ^= 1;
    return to_hex(tag);
}

TEST_CASE("RFC 2202 3: HMAC-SHA1") {
    const HmacSha1 ones(array_of<20>("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"));
    const Bytes first = hex("48692054");
    const Bytes second = hex("68657265");
    CHECK(tag_of(ones, first, second) == "b617318655057264e28bc0b6fb378c8ef146be00");
    const HmacSha1 letters(array_of<20>("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
    CHECK(tag_of(letters, Bytes(50, 0xdd), {}) == "125d7342b9ac11cd91a39af48aa17b4f63f175d3");
}

TEST_CASE("RFC 3711 B.2: AES-CM keystream") {
    const AesBlockCipher* const cipher =
        AesBlockCipher::with_key(hex("2b7e151628aed2a6abf7158809cf4f3c"));
    REQUIRE(cipher != nullptr);
    Bytes stream(0xff02 * kAesBlock, 0);
    xor_keystream(*cipher, array_of<16>("f0f1f2f3f4f5f6f7f8f9fafbfcfd0000"), stream.data(),
                  stream.data(), stream.size());
    const auto block = [&](std::size_t number) {
        return to_hex(ByteView(stream).subspan(number * kAesBlock, kAesBlock));
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
    const auto derived = [&](KeyPart part, std::size_t length) {
        Bytes key(length, 0xff);
        REQUIRE(derive_key(master, KeyUse::rtp, part, key));
        return to_hex(key);
    };
    CHECK(derived(KeyPart::encryption, 16) == "c61e7a93744f39ee10734afe3ff7a087");
    CHECK(derived(KeyPart::salt, 14) == "30cbbc08863d8c85d49db34a9ae1");
    CHECK(derived(KeyPart::authentication, 94) ==
          "cebe321f6ff7716b6fd4ab49af256a15"
          "6d38baa48f0a0acf3c34e2359e6cdbce"
          "e049646c43d9327ad175578ef7227098"
          "6371c10c9a369ac2f94a8c5fbcdddc25"
          "6d6e919a48b610ef17c2041e47403576"
          "6b68642c59bbfc2f34db60dbdfb2");
}

constexpr std::string_view kKey =
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

GcmProtection gcm(std::size_t key_length) {
    return {hex(kKey.substr(0, key_length * 2)), array_of<12>("517569642070726f2071756f")};
}

void check_rtp(std::size_t key_length, std::string_view expected) {
    const GcmProtection protection = gcm(key_length);
    const Bytes plain =
        hex("8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e697320646976697361"
            "20696e207061727465732074726573");
    const PacketId id{0x5501a0b2, 0xf17b};
    Bytes packet = plain;
    packet.resize(plain.size() + 16);
    REQUIRE(protection.protect_rtp(packet, 12, id));
    CHECK(to_hex(packet) == expected);
    REQUIRE(protection.unprotect_rtp(packet, 12, id));
    packet.resize(plain.size());
    CHECK(packet == plain);
}

TEST_CASE("RFC 7714 16.1 and 16.2: SRTP with AES-GCM") {
    check_rtp(16,
              "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f"
              "42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce");
    check_rtp(32,
              "8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3"
              "b50b2a0276ffae0f1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a76c13");
}

void check_rtcp(std::size_t key_length, std::string_view expected) {
    const GcmProtection protection = gcm(key_length);
    const Bytes plain =
        hex("81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61"
            "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef");
    const PacketId id{0x4d617273, 0x5d4};
    Bytes packet = plain;
    packet.resize(plain.size() + 16);
    packet.insert(packet.end(), {0x80, 0, 0x05, 0xd4});
    REQUIRE(protection.protect_rtcp(packet, id));
    CHECK(to_hex(packet) == expected);
    REQUIRE(protection.unprotect_rtcp(packet, id));
    packet.resize(plain.size());
    CHECK(packet == plain);
}

TEST_CASE("RFC 7714 17.1 and 17.2: SRTCP with AES-GCM") {
    check_rtcp(16,
               "81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda"
               "4ce09b4686303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4");
    check_rtcp(32,
               "81c8000d4d617273d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be"
               "8415f658c61de0476f1b6fad1d1eb30c4446839f57ff6f6cb26ac3be800005d4");
}

}  // namespace
}  // namespace janus_harness::srtp
