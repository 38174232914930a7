#include "sip/digest.h"

#include <doctest/doctest.h>

#include "sip/transmitter.h"

using namespace janus_harness::sip;

TEST_CASE("RFC 2617 3.5 example") {
    DigestAuthorization answer;
    answer.username = "Mufasa";
    answer.realm = "testrealm@host.com";
    answer.nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093";
    answer.uri = "/dir/index.html";
    answer.cnonce = "0a4f113b";
    answer.nonce_count = 1;
    answer.qop_auth = true;
    CHECK(digest_response(answer, "Circle Of Life", "GET") == "6629fae49393a05397450978507c4ef1");
    answer.qop_auth = false;  // RFC 2069: without qop
    CHECK(digest_response(answer, "Circle Of Life", "GET") == "670fd8c2df070c60b045671b8b24ff02");
}

TEST_CASE("RFC 7616 3.9.1 examples") {
    DigestAuthorization answer;
    answer.username = "Mufasa";
    answer.realm = "http-auth@example.org";
    answer.nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
    answer.uri = "/dir/index.html";
    answer.cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
    answer.nonce_count = 1;
    answer.qop_auth = true;
    CHECK(digest_response(answer, "Circle of Life", "GET") == "8ca523f5e9506fed4657c9700eebdbec");
    answer.algorithm = DigestAlgorithm::sha256;
    CHECK(digest_response(answer, "Circle of Life", "GET") ==
          "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
}

TEST_CASE("challenges and answers survive being written and read") {
    const DigestChallenge challenge{"a \"b\" \\c", "n", "o", DigestAlgorithm::sha256, true, true};
    const auto read = DigestChallenge::parse(challenge.to_string());
    REQUIRE(read.has_value());
    CHECK(read->realm == challenge.realm);
    CHECK(read->opaque == "o");
    CHECK(read->algorithm == DigestAlgorithm::sha256);
    CHECK(read->qop_auth);
    CHECK(read->stale);

    const auto answer = answer_challenge(*read, {"u", "p"}, "REGISTER", "sip:h", "c", 0x1f);
    const auto answer_read = DigestAuthorization::parse(answer.to_string());
    REQUIRE(answer_read.has_value());
    CHECK(answer_read->nonce_count == 0x1f);
    CHECK(answer_read->response == digest_response(*answer_read, "p", "REGISTER"));
}

TEST_CASE("challenges that cannot be answered are refused") {
    CHECK_FALSE(DigestChallenge::parse("Basic realm=\"x\"").has_value());
    CHECK_FALSE(DigestChallenge::parse("Digest realm=\"x\"").has_value());
    CHECK_FALSE(DigestChallenge::parse("Digest realm=x, nonce=y, algorithm=AKAv1-MD5").has_value());
    CHECK_FALSE(DigestChallenge::parse("Digest realm=x, nonce=y, qop=\"auth-int\"").has_value());
    CHECK(DigestChallenge::parse("digest realm=x,nonce=y,qop=\"auth-int,auth\"")->qop_auth);
    CHECK_FALSE(DigestChallenge::parse("Digest realm=\"x").has_value());
}

TEST_CASE("traces never show a digest response") {
    const std::string text =
        "REGISTER sip:h SIP/2.0\r\nAuthorization: Digest username=\"u\", response=\"0123\", "
        "qop=auth"
        "\r\nProxy-Authorization: Digest response=4567\r\n\r\nresponse=\"body\"";
    const auto masked = mask_credentials(text);
    CHECK(masked.find("0123") == std::string::npos);
    CHECK(masked.find("4567") == std::string::npos);
    CHECK(masked.find("username=\"u\"") != std::string::npos);
    CHECK(masked.find("response=\"****\", qop=auth") != std::string::npos);
    CHECK(masked.find("body") != std::string::npos);
    CHECK(masked.size() == text.size());
}
