#include "dtls/fingerprint.h"

#include <doctest/doctest.h>

#include "core/random.h"

namespace janus_harness::dtls {
namespace {

constexpr std::string_view kSha1 = "4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB";

TEST_CASE("a fingerprint is read from its two parts and written back") {
    const auto fingerprint = Fingerprint::parse("sha-1", kSha1);
    REQUIRE(fingerprint);
    CHECK(fingerprint->hash() == HashFunction::sha1);
    CHECK(fingerprint->value() == kSha1);
    CHECK(fingerprint->to_string() == "sha-1 " + std::string(kSha1));
}

TEST_CASE("an attribute value is read, whatever the case") {
    const auto upper = Fingerprint::parse("SHA-1 " + std::string(kSha1));
    const auto lower =
        Fingerprint::parse("sha-1 4a:ad:b9:b1:3f:82:18:3b:54:02:12:df:3e:5d:49:6b:19:e5:7c:ab\r\n");
    REQUIRE(upper);
    REQUIRE(lower);
    CHECK(upper.value() == lower.value());
}

TEST_CASE("different digests and different hash functions differ") {
    std::string other(kSha1);
    other[0] = '5';
    CHECK(Fingerprint::parse("sha-1", kSha1).value() != Fingerprint::parse("sha-1", other).value());
}

TEST_CASE("what is not a fingerprint is refused") {
    for (const std::string text :
         {"", " ", "sha-1", "sha-1 ", "sha-1 4A", "md5 4A:AD", "sha-1 4A:AD:B9",
          "sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB",
          "sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:",
          "sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:XY",
          "sha-1 4AADB9B13F82183B540212DF3E5D496B19E57CAB",
          "sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E57C:AB"}) {
        CAPTURE(text);
        const auto fingerprint = Fingerprint::parse(text);
        REQUIRE_FALSE(fingerprint);
        CHECK(fingerprint.error().code == "dtls_fingerprint_syntax");
    }
}

TEST_CASE("mutated text is read or refused, never worse") {
    const std::string text = "sha-1 " + std::string(kSha1);
    Random random(11);
    for (int round = 0; round < 5000; ++round) {
        std::string mutated = text;
        mutated[random.below(mutated.size())] = static_cast<char>(random());
        if (random.below(4) == 0) mutated.resize(random.below(mutated.size()));
        if (const auto fingerprint = Fingerprint::parse(mutated)) {
            CHECK(fingerprint->to_string().size() == text.size());
        }
    }
}

}  // namespace
}  // namespace janus_harness::dtls
