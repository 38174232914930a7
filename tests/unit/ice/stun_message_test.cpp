#include "ice/stun_message.h"

#include <doctest/doctest.h>

#include "core/random.h"
#include "core/text.h"

namespace janus_harness::ice {
namespace {

constexpr std::string_view kPassword = "VOkJxbRl1RmTxUk/WvJxBt";

Bytes hex(std::string_view text) {
    return from_hex(text).value();
}

// RFC 5769 section 2.1
const Bytes kSampleRequest =
    hex("00010058"                          // request, length
        "2112a442"                          // magic cookie
        "b7e7a701bc34d686fa87dfae"          // transaction id
        "80220010"                          // SOFTWARE
        "5354554e207465737420636c69656e74"  //
        "00240004"                          // PRIORITY
        "6e0001ff"                          //
        "80290008"                          // ICE-CONTROLLED
        "932ff9b151263b36"                  //
        "00060009"                          // USERNAME, padded with spaces
        "6576746a3a68367659202020"          //
        "00080014"                          // MESSAGE-INTEGRITY
        "9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
        "80280004"  // FINGERPRINT
        "e57a3bcf");

// RFC 5769 section 2.2
const Bytes kSampleIpv4Response =
    hex("0101003c2112a442b7e7a701bc34d686fa87dfae"
        "8022000b7465737420766563746f7220"  // SOFTWARE, padded with a space
        "002000080001a147e112a643"          // XOR-MAPPED-ADDRESS
        "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
        "80280004c07d4c96");

// RFC 5769 section 2.3
const Bytes kSampleIpv6Response =
    hex("010100482112a442b7e7a701bc34d686fa87dfae"
        "8022000b7465737420766563746f7220"
        "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
        "00080014a382954e4be67bf11784c97c8292c275bfe3ed41"
        "80280004c8fb0b4c");

// RFC 5769 section 2.4
const Bytes kSampleLongTermRequest =
    hex("000100602112a44278ad3433c6ad72c029da412e"
        "00060012e3839ee38388e383aae38383e382afe382b90000"                // USERNAME
        "0015001c662f2f3439396b39353464364f4c33346f4c394653547679363473"  // NONCE
        "41"                                                              //
        "0014000b6578616d706c652e6f726700"                                // REALM
        "00080014f67024656dd64a3e02b8e0712e85c9a28ca89666");

TEST_CASE("RFC 5769 2.1: the sample request") {
    const auto message = parse_stun(kSampleRequest);
    REQUIRE(message);
    CHECK(message->message_class == StunClass::request);
    CHECK(message->method == kStunBinding);
    CHECK(to_hex(message->transaction_id) == "b7e7a701bc34d686fa87dfae");
    CHECK(message->software == "STUN test client");
    CHECK(message->username == "evtj:h6vY");
    CHECK(message->priority == 0x6e0001ffU);
    CHECK(message->ice_controlled == 0x932ff9b151263b36ULL);
    CHECK_FALSE(message->ice_controlling);
    CHECK_FALSE(message->use_candidate);
    CHECK(message->has_integrity);
    CHECK(message->has_fingerprint);
    CHECK(verify_short_term(kSampleRequest, kPassword));
    CHECK_FALSE(verify_short_term(kSampleRequest, "VOkJxbRl1RmTxUk/WvJxBu"));
    CHECK(destination_ufrag(kSampleRequest) == "evtj");
}

TEST_CASE("RFC 5769 2.2: the sample IPv4 response") {
    const auto message = parse_stun(kSampleIpv4Response);
    REQUIRE(message);
    CHECK(message->message_class == StunClass::success);
    CHECK(message->software == "test vector");
    REQUIRE(message->xor_mapped_address);
    CHECK(message->xor_mapped_address->to_string() == "192.0.2.1:32853");
    CHECK(verify_short_term(kSampleIpv4Response, kPassword));
    CHECK_FALSE(verify_short_term(kSampleIpv4Response, "wrong"));
    CHECK_FALSE(destination_ufrag(kSampleIpv4Response));
}

TEST_CASE("RFC 5769 2.3: the sample IPv6 response") {
    const auto message = parse_stun(kSampleIpv6Response);
    REQUIRE(message);
    REQUIRE(message->xor_mapped_address);
    CHECK(message->xor_mapped_address->to_string() ==
          "[2001:db8:1234:5678:11:2233:4455:6677]:32853");
    CHECK(verify_short_term(kSampleIpv6Response, kPassword));
    CHECK_FALSE(verify_short_term(kSampleIpv6Response, "wrong"));
}

TEST_CASE("RFC 5769 2.4: the sample request with long-term authentication") {
    const auto message = parse_stun(kSampleLongTermRequest);
    REQUIRE(message);
    CHECK(message->username == "\u30de\u30c8\u30ea\u30c3\u30af\u30b9");
    CHECK(message->realm == "example.org");
    CHECK(message->nonce == "f//499k954d6OL34oL9FSTvy64sA");
    CHECK_FALSE(message->has_fingerprint);
    CHECK(verify_long_term(kSampleLongTermRequest, "TheMatrIX"));
    CHECK_FALSE(verify_long_term(kSampleLongTermRequest, "TheMatrix"));
}

TEST_CASE("any changed bit of a sample is noticed") {
    for (const Bytes& sample : {kSampleRequest, kSampleIpv4Response, kSampleIpv6Response}) {
        for (std::size_t bit = 0; bit < sample.size() * 8; ++bit) {
            Bytes changed = sample;
            changed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
            const auto message = parse_stun(changed);
            const bool is_taken = message && message->has_fingerprint && message->has_integrity &&
                                  verify_short_term(changed, kPassword);
            CHECK_FALSE(is_taken);
        }
    }
}

TransactionId sample_id() {
    return {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
}

TEST_CASE("a check is read back as it was written") {
    const Bytes bytes = encode_check({.transaction_id = sample_id(),
                                      .username = "remote:local",
                                      .priority = 12345,
                                      .controlling = true,
                                      .tie_breaker = 0x1122334455667788ULL,
                                      .use_candidate = true},
                                     "a password of some length");
    const auto message = parse_stun(bytes);
    REQUIRE(message);
    CHECK(message->transaction_id == sample_id());
    CHECK(message->username == "remote:local");
    CHECK(message->priority == 12345U);
    CHECK(message->ice_controlling == 0x1122334455667788ULL);
    CHECK_FALSE(message->ice_controlled);
    CHECK(message->use_candidate);
    CHECK(message->has_fingerprint);
    CHECK(verify_short_term(bytes, "a password of some length"));
    CHECK(destination_ufrag(bytes) == "remote");
}

TEST_CASE("responses are read back as they were written") {
    const auto address = SocketAddress::parse("[2001:db8::7]:4000").value();
    const Bytes success = encode_success(sample_id(), address, "pwd");
    CHECK(parse_stun(success)->xor_mapped_address == address);
    CHECK(verify_short_term(success, "pwd"));

    const Bytes conflict = encode_error(sample_id(), 487, "pwd");
    CHECK(parse_stun(conflict)->error_code == 487);
    CHECK(parse_stun(conflict)->message_class == StunClass::error);
    CHECK(verify_short_term(conflict, "pwd"));
    CHECK_FALSE(verify_short_term(conflict, "other"));

    const Bytes unauthorized = encode_error(sample_id(), 401, "");
    CHECK(parse_stun(unauthorized)->error_code == 401);
    CHECK_FALSE(parse_stun(unauthorized)->has_integrity);
    CHECK_FALSE(verify_short_term(unauthorized, "pwd"));
}

TEST_CASE("an error that the codec takes on trust does not count as verified") {
    for (const int code : {300, 400, 401, 438}) {
        CHECK_FALSE(verify_short_term(encode_error(sample_id(), code, "pwd"), "other"));
    }
}

TEST_CASE("what does not fit gives nothing to send") {
    CHECK(encode_check({.username = std::string(5000, 'u')}, "pwd").empty());
}

TEST_CASE("unknown comprehension-required attributes are named") {
    Bytes bytes = hex("000100082112a4420102030405060708090a0b0c7fff0004deadbeef");
    const auto message = parse_stun(bytes);
    REQUIRE(message);
    CHECK(message->unknown_attributes == std::vector<std::uint16_t>{0x7fff});
    bytes[20] = 0xff;  // 0xffff is comprehension-optional
    CHECK(parse_stun(bytes)->unknown_attributes.empty());
}

TEST_CASE("a MESSAGE-INTEGRITY that is cut short is no message") {
    // libnice would read 20 bytes whatever the attribute's length says.
    CHECK_FALSE(parse_stun(hex("000100042112a4420102030405060708090a0b0c00080000")));
    CHECK_FALSE(verify_short_term(hex("000100042112a4420102030405060708090a0b0c00080000"), "pwd"));
}

TEST_CASE("mutated and cut messages are refused or read, never worse") {
    Random random(5769);
    for (int round = 0; round < 20000; ++round) {
        const Bytes* samples[] = {&kSampleRequest, &kSampleIpv4Response, &kSampleIpv6Response,
                                  &kSampleLongTermRequest};
        Bytes bytes = *samples[random.below(4)];
        for (std::size_t flips = random.below(6); flips > 0; --flips) {
            bytes[random.below(bytes.size())] = static_cast<std::uint8_t>(random());
        }
        if (random.below(3) == 0) {
            bytes.resize(random.below(bytes.size() + 1));
            // A length field that fits what is left gets further into the parser.
            if (bytes.size() >= 20) bytes[3] = static_cast<std::uint8_t>(bytes.size() - 20);
        }
        bytes.shrink_to_fit();
        (void)parse_stun(bytes);
        (void)destination_ufrag(bytes);
        if (bytes != kSampleRequest) {
            CHECK_FALSE((verify_short_term(bytes, kPassword) && verify_short_term(bytes, "x")));
        }
        (void)verify_long_term(bytes, "TheMatrIX");
    }
}

}  // namespace
}  // namespace janus_harness::ice
