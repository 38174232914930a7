#include "rtp/rtcp_packet.h"

#include <doctest/doctest.h>

#include "core/random.h"
#include "core/text.h"

using namespace janus_harness;
using namespace janus_harness::rtp;

namespace {

ReportBlock block(std::uint32_t ssrc, std::int32_t lost) {
    return {ssrc, 12, lost, 0x00010203, 44, 0xaabbccdd, 0x10000};
}

std::vector<RtcpPacket> everything() {
    return {SenderReport{0x11111111, 0x83aa7e80'80000000, 960, 50, 8000, {block(2, -1)}},
            ReceiverReport{3, {block(4, 0x7fffff), block(5, -0x800000)}},
            SourceDescription{{{0x11111111, {{1, "user@host"}, {2, "Name"}}}, {3, {{1, "abc"}}}}},
            ApplicationDefined{5, 6, {'t', 'e', 's', 't'}, {1, 2, 3, 4}},
            OpaqueRtcp{205, 1, Bytes(12, 9)},
            OpaqueRtcp{206, 15, Bytes(8, 3)},
            Bye{{0x11111111, 3}, "teardown"}};
}

}  // namespace

TEST_CASE("a sender report has the layout of RFC 3550 6.4.1") {
    Bytes out;
    write_rtcp(SenderReport{0xdeadbeef, 0x0102030405060708, 0x11223344, 5, 6, {}}, out);
    CHECK(to_hex(out) == "80c80006deadbeef0102030405060708112233440000000500000006");
}

TEST_CASE("an SDES chunk ends with a null and is padded to a word (6.5)") {
    Bytes out;
    SUBCASE("three bytes of room") {
        write_rtcp(SourceDescription{{{1, {{1, "abc"}}}}}, out);
        CHECK(to_hex(out) ==
              "81ca0003"
              "00000001"
              "0103616263"
              "000000");
    }
    SUBCASE("a whole word of nulls when the items end on a word") {
        write_rtcp(SourceDescription{{{1, {{1, "ab"}}}}}, out);
        CHECK(to_hex(out) ==
              "81ca0003"
              "00000001"
              "01026162"
              "00000000");
    }
    REQUIRE(parse_rtcp(out).has_value());
}

TEST_CASE("what is written is read back") {
    const auto packets = everything();
    const auto parsed = parse_rtcp(write_rtcp(packets));
    REQUIRE(parsed.has_value());
    CHECK(*parsed == packets);
    const auto& description = std::get<SourceDescription>(parsed->at(2));
    CHECK(description.cname(3) == "abc");
    CHECK_FALSE(description.cname(99).has_value());
}

TEST_CASE("lists and texts are cut to what their length fields can say") {
    const ReceiverReport report{1, std::vector<ReportBlock>(40)};
    const SourceDescription description{{{1, {{1, std::string(300, 'x')}}}}};
    const auto parsed = parse_rtcp(write_rtcp({report, description}));
    REQUIRE(parsed.has_value());
    CHECK(std::get<ReceiverReport>(parsed->at(0)).reports.size() == 31);
    CHECK(std::get<SourceDescription>(parsed->at(1)).cname(1) == std::string(255, 'x'));
}

TEST_CASE("padding is allowed at the end of the compound alone (A.2)") {
    Bytes last = *from_hex(
        "a0c9000200000001"
        "00000004");
    REQUIRE(parse_rtcp(last).has_value());
    CHECK(std::get<ReceiverReport>(parse_rtcp(last)->at(0)) == ReceiverReport{1, {}});
    Bytes in_front = last;
    write_rtcp(Bye{{1}, ""}, in_front);
    CHECK_FALSE(parse_rtcp(in_front).has_value());
    last.back() = 0;
    CHECK_FALSE(parse_rtcp(last).has_value());
    last.back() = 12;
    CHECK_FALSE(parse_rtcp(last).has_value());
}

TEST_CASE("malformed compounds are refused") {
    for (const char* text : {
             "",                          // nothing
             "80c900",                    // less than a header
             "80c90001000000",            // shorter than its length
             "40c9000100000001",          // version 1
             "80c90000",                  // a receiver report without SSRC
             "81c9000100000001",          // a report block that is not there
             "80c8000100000001",          // a sender report without sender information
             "81ca000100000001",          // a chunk without items' end
             "81ca00020000000101ff6162",  // an item beyond the packet
             "82cb000100000001",          // a second SSRC that is not there
             "81cb000200000001ff616263",  // a reason beyond the packet
             "80cc000100000001",          // an APP packet without name
         }) {
        CAPTURE(text);
        CHECK_FALSE(parse_rtcp(*from_hex(text)).has_value());
    }
}

TEST_CASE("feedback alone is accepted (RFC 5506)") {
    const auto parsed = parse_rtcp(*from_hex("81cd0003000000010000000200010000"));
    REQUIRE(parsed.has_value());
    const auto& feedback = std::get<OpaqueRtcp>(parsed->at(0));
    CHECK(feedback.packet_type == 205);
    CHECK(feedback.count == 1);
    CHECK(feedback.body.size() == 12);
}

TEST_CASE("any bytes are read within their bounds, and what is read can be written") {
    Random random(7);
    const Bytes valid = write_rtcp(everything());
    int accepted = 0;
    for (int round = 0; round < 30000; ++round) {
        Bytes bytes = valid;
        for (std::uint64_t i = 0; i < 1 + random.below(3); ++i) {
            bytes[random.below(bytes.size())] = static_cast<std::uint8_t>(random());
        }
        if (round % 2 == 0) bytes.resize(random.below(bytes.size() / 4 + 1) * 4);
        bytes.shrink_to_fit();
        const auto parsed = parse_rtcp(bytes);
        if (!parsed) continue;
        ++accepted;
        const auto again = parse_rtcp(write_rtcp(*parsed));
        REQUIRE(again.has_value());
        REQUIRE(again->size() == parsed->size());
    }
    CHECK(accepted > 1000);
}
