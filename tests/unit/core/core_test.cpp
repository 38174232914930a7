#include <doctest/doctest.h>

#include "core/balance.h"
#include "core/byte_io.h"
#include "core/random.h"
#include "core/socket_address.h"
#include "core/text.h"

using namespace janus_harness;

TEST_CASE("socket addresses survive text in both families") {
    for (const char* text : {"192.0.2.1:5060", "[2001:db8::1]:65535", "0.0.0.0:0"}) {
        const auto address = SocketAddress::parse(text);
        REQUIRE(address.ok());
        CHECK(address->to_string() == text);
    }
    for (const char* text : {"", "192.0.2.1", "192.0.2.1:", "192.0.2.1:65536", "2001:db8::1:80",
                             "host:80", "192.0.2.1:80x", "[192.0.2.1:80"}) {
        CAPTURE(text);
        CHECK_FALSE(SocketAddress::parse(text).ok());
    }
}

TEST_CASE("a byte reader never reads past the end, and stays failed") {
    const Bytes bytes{1, 2, 3};
    ByteReader reader(bytes);
    CHECK(reader.u16() == 0x0102);
    CHECK_FALSE(reader.u16().has_value());
    CHECK_FALSE(reader.u8().has_value());
}

TEST_CASE("the same seed gives the same numbers, another stream others") {
    Random first(42);
    Random second(42);
    CHECK(first() == second());
    CHECK(first.fork(1)() == second.fork(1)());
    CHECK(first.fork(1)() != second.fork(2)());
    CHECK(first.token(16).size() == 16);
}

TEST_CASE("hexadecimal round trip and refusals") {
    CHECK(to_hex(Bytes{0x00, 0xab, 0xff}) == "00abff");
    CHECK(from_hex("00ABff") == Bytes{0x00, 0xab, 0xff});
    CHECK_FALSE(from_hex("0").has_value());
    CHECK_FALSE(from_hex("0g").has_value());
}

TEST_CASE("splitting and numbers") {
    CHECK(split("a,b,,c", ',').size() == 4);
    CHECK(split("", ',').size() == 1);
    CHECK(parse_unsigned("65535") == 65535U);
    for (const char* text : {"", "-1", "1 ", "0x1", "18446744073709551616"}) {
        CHECK_FALSE(parse_unsigned(text).has_value());
    }
}

TEST_CASE("a counted object leaves the balance when it goes") {
    auto& counter = Balance::counter("core_test");
    {
        const Counted one(counter);
        const Counted two(one);
        CHECK(Balance::outstanding().at("core_test") == 2);
    }
    CHECK(Balance::outstanding().count("core_test") == 0);
}
