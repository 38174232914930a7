#include "sdp/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "fixtures.h"
#include "sdp/seed_offer.h"

using namespace janus_harness;
using namespace janus_harness::sdp;

namespace {

constexpr std::string_view offered_video =
    "m=video 9 UDP/TLS/RTP/SAVPF 120 121\r\nc=IN IP4 0.0.0.0\r\na=sendrecv\r\na=mid:1\r\n"
    "a=msid:s v\r\na=rtcp-mux\r\na=rtcp-fb:120 nack\r\na=rtpmap:120 VP8/90000\r\n"
    "a=rtpmap:121 rtx/90000\r\na=fmtp:121 apt=120\r\na=setup:actpass\r\na=ice-ufrag:khLS\r\n"
    "a=ice-pwd:cxLzteJaJBou3DspNaPsJhlQ\r\n";
constexpr std::string_view answered_video =
    "m=video 9 UDP/TLS/RTP/SAVPF 120 121\r\nc=IN IP4 0.0.0.0\r\na=sendrecv\r\na=mid:1\r\n"
    "a=rtcp-mux\r\na=rtpmap:120 VP8/90000\r\na=rtcp-fb:120 nack\r\na=rtpmap:121 rtx/90000\r\n"
    "a=fmtp:121 apt=120\r\na=msid:janus janus1\r\na=ssrc-group:FID 7 8\r\na=ssrc:7 cname:janus\r\n"
    "a=ssrc:8 cname:janus\r\n";

// An offer of audio and video, and an answer that keeps every rule.
std::string good_offer() {
    auto options = test_offer(Persona::firefox);
    options.extra_media_lines = offered_video;
    return replaced(make_offer(options), "BUNDLE 0", "BUNDLE 0 1");
}

std::string good_answer() {
    auto text = golden("janus_1_1_2_answer_pcmu.sdp");
    text = replaced(text, "a=extmap-allow-mixed\r\n", "");
    text = replaced(text, "BUNDLE 0", "BUNDLE 0 1");
    text = replaced(text, "c=IN IP4 10.77.0.1", "c=IN IP4 0.0.0.0");
    text = replaced(text, "a=ptime:20\r\n",
                    "a=ptime:20\r\na=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid\r\n");
    return text + std::string(answered_video);
}

std::string good_janus_offer() {
    auto text = golden("janus_1_1_2_offer.sdp");
    text = replaced(text, "c=IN IP4 10.77.0.1", "c=IN IP4 0.0.0.0");
    text = replaced(text, "BUNDLE 0", "BUNDLE 0 1");
    return text + std::string(answered_video);
}

Verdict verdict_of(const std::vector<RuleFinding>& findings, std::string_view id) {
    const auto found =
        std::ranges::find_if(findings, [&](const auto& finding) { return finding.rule->id == id; });
    REQUIRE_MESSAGE(found != findings.end(), std::string(id));
    return found->verdict;
}

std::string broken(const std::vector<RuleFinding>& findings, Verdict verdict) {
    std::string ids;
    for (const auto& finding : findings) {
        if (finding.verdict == verdict) ids += std::string(finding.rule->id) + " ";
    }
    return ids;
}

constexpr std::string_view none;

// A change that breaks one rule.
struct Break {
    std::string_view rule;
    std::string_view from;
    std::string_view to;
};

constexpr std::string_view fingerprint_line = "a=fingerprint:sha-256 D2:B9:31:";

// Of the answer.
const std::vector<Break> answer_breaks{
    {"parses", "t=0 0", "t=now"},
    {"line_ends", "s=-\r\n", "s=-\n"},
    {"line_shape", "a=mid:0\r\n", "a= mid:0\r\n"},
    {"line_order", "s=-\r\nt=0 0\r\n", "t=0 0\r\ns=-\r\n"},
    {"line_order", "a=mid:0\r\n", "a=mid:0\r\nb=AS:64\r\n"},
    {"line_order", "a=mid:0\r\n", "a=mid:0\r\nt=0 0\r\n"},
    {"line_order", "a=msid-semantic: WMS *\r\n", "a=msid-semantic: WMS *\r\nt=0 0\r\n"},
    {"version", "s=-\r\n", "v=0\r\ns=-\r\n"},
    {"version", "v=0\r\n", "v=2\r\n"},
    {"session_lines", "s=-\r\n", "s=-\r\ns=-\r\n"},
    {"session_lines", "t=0 0\r\n", ""},
    {"origin", "o=- 42 1 IN IP4 10.77.0.1", "o=- 42 1 IN IP4"},
    {"origin", "o=- 42 1 IN IP4 10.77.0.1", "o=- 42 1 IN IP4 (null)"},
    {"attribute_names", "a=rtcp-mux\r\n", "a=:x\r\na=rtcp-mux\r\n"},
    {"attribute_names", "a=mid:1\r\n", "a=mid:1\r\na=label:\r\n"},
    {"lines_separate", "a=fmtp:101 0-15\r\na=ptime", "a=fmtp:101 0-15a=ptime"},
    {"media_count", "m=video 9 UDP/TLS/RTP/SAVPF 120 121\r\nc=IN IP4 0.0.0.0\r\n", ""},
    {"media_types", "m=video", "m=audio"},
    {"protocol_echoed", "m=audio 9 UDP/TLS/RTP/SAVPF", "m=audio 9 RTP/AVP"},
    {"accepted", "", ""},        // needs two changes: below
    {"rejection_kept", "", ""},  // needs another offer: below
    {"formats_present", "m=video 9 UDP/TLS/RTP/SAVPF 120 121", "m=video 9 UDP/TLS/RTP/SAVPF"},
    {"connection_present", "c=IN IP4 0.0.0.0\r\n", ""},
    {"default_destination", "c=IN IP4 0.0.0.0", "c=IN IP4 10.77.0.1"},
    {"bandwidth", "a=sendrecv\r\n", "b=AS:-1\r\na=sendrecv\r\n"},
    {"direction_compatible", "", ""},
    {"single_direction", "a=sendrecv\r\n", "a=sendrecv\r\na=sendonly\r\n"},
    {"rtcp_mux_offered", "", ""},
    {"rtcp_mux_present", "a=rtcp-mux\r\n", ""},
    {"rtcp_mux_only_absent", "a=rtcp-mux\r\n", "a=rtcp-mux\r\na=rtcp-mux-only\r\n"},
    {"rtcp_rsize_offered", "a=rtcp-mux\r\n", "a=rtcp-mux\r\na=rtcp-rsize\r\n"},
    {"simulcast_offered", "a=rtcp-mux\r\n", "a=rtcp-mux\r\na=simulcast:recv 1;2\r\n"},
    {"packet_time", "a=ptime:20", "a=ptime:0"},
    {"packet_time", "a=ptime:20", "a=maxptime:-20"},
    {"msid_syntax", "a=msid:janus janus0", "a=msid:janus janus0 more"},
    {"msid_sending", "a=msid:janus janus0\r\n", ""},
    {"msid_not_sending", "a=sendrecv\r\n", "a=recvonly\r\n"},
    {"ssrc_cname", "a=ssrc:7 cname:janus\r\n", "a=ssrc:7 label:x\r\n"},
    {"retransmission_group", "a=ssrc:1827364501", "a=ssrc-group:FID 1 2\r\na=ssrc:1827364501"},
    {"common_format", "SAVPF 0 101", "SAVPF 3"},
    {"common_format", "SAVPF 0 101", "SAVPF 101"},
    {"payload_types_offered", "SAVPF 0 101", "SAVPF 0 101 3"},
    {"payload_type_kept", "SAVPF 0 101", "SAVPF 99 101\r\na=rtpmap:99 PCMU/8000"},
    {"payload_type_kept", "a=rtpmap:0 PCMU/8000", "a=rtpmap:0 PCMA/8000"},
    {"payload_type_codec", "a=rtpmap:0 PCMU/8000", "a=rtpmap:0 PCMA/8000"},
    {"payload_type_codec", "telephone-event/8000", "telephone-event/48000"},
    {"rtpmap_dynamic", "a=rtpmap:101 telephone-event/8000\r\n", ""},
    {"rtpmap_syntax", "a=rtpmap:0 PCMU/8000", "a=rtpmap:0 PCMU"},
    {"rtpmap_listed", "SAVPF 0 101", "SAVPF 0"},
    {"fmtp_listed", "SAVPF 0 101", "SAVPF 0"},
    {"retransmission_type", "apt=120", "apt=119"},
    {"feedback_offered", "a=rtcp-fb:120 nack\r\n", "a=rtcp-fb:120 nack pli\r\n"},
    {"feedback_profile", "m=video 9 UDP/TLS/RTP/SAVPF", "m=video 9 UDP/TLS/RTP/SAVP"},
    {"extmap_offered", "a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid", "a=extmap:7 urn:other"},
    {"extmap_number", "a=extmap:3 ", "a=extmap:4 "},
    {"extmap_number", "a=extmap:3 ", "a=extmap:1 "},
    {"extmap_direction", "a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid",
     "a=extmap:2/recvonly urn:ietf:params:rtp-hdrext:csrc-audio-level"},
    {"extmap_unique", "a=extmap:3 ", "a=extmap:3 urn:other\r\na=extmap:3 "},
    {"extmap_allow_mixed_offered", "a=msid-semantic", "a=extmap-allow-mixed\r\na=msid-semantic"},
    {"mid_echoed", "a=mid:0\r\n", ""},
    {"mid_echoed", "a=mid:0\r\n", "a=mid:zz\r\n"},
    {"mid_single", "a=mid:0\r\n", "a=mid:0\r\na=mid:zz\r\n"},
    {"mid_repeated", "a=mid:0\r\n", "a=mid:0\r\na=mid:0\r\n"},
    {"mid_unique", "a=mid:1\r\n", "a=mid:0\r\n"},
    {"bundle_mids", "BUNDLE 0 1", "BUNDLE (null)"},
    {"bundle_offered", "BUNDLE 0 1", "BUNDLE 0 2"},
    {"bundle_rejected", "m=video 9", "m=video 0"},
    {"bundle_tagged", "a=setup:active\r\n", ""},
    {"bundle_tagged", "a=ice-ufrag:wU5r\r\n", ""},
    {"bundle_repeated", "a=mid:1\r\n", "a=mid:1\r\na=ice-ufrag:wU5r\r\n"},
    {"bundle_same_transport", "a=mid:1\r\n", "a=mid:1\r\na=ice-ufrag:other\r\n"},
    {"ice_ufrag", "a=ice-ufrag:wU5r", "a=ice-ufrag:wU5"},
    {"ice_pwd", "a=ice-pwd:d1Zp", "a=ice-pwd:d1Z`"},
    {"ice_pwd", "a=ice-pwd:d1Zp", "a=ice-pwd:"},
    {"candidate_syntax", "typ host", "type host"},
    {"candidate_component", "a=candidate:1 1", "a=candidate:1 2"},
    {"candidates_present", "", ""},
    {"end_of_candidates", "a=candidate:", "a=end-of-candidates\r\na=candidate:"},
    {"ice_options", "a=ice-options:trickle", "a=ice-options:trickle, other"},
    {"ice_lite_level", "a=mid:0\r\n", "a=mid:0\r\na=ice-lite\r\n"},
    {"fingerprint_present", "a=fingerprint:", "a=print:"},
    {"fingerprint_syntax", fingerprint_line, "a=fingerprint:sha-256 d2:b9:31:"},
    {"fingerprint_syntax", fingerprint_line, "a=fingerprint:sha-256 B9:31:"},
    {"fingerprint_syntax", fingerprint_line, "a=fingerprint:md5 D2:B9:31:"},
    {"fingerprint_strength", "fingerprint:sha-256", "fingerprint:sha-1"},
    {"setup_answer", "a=setup:active", "a=setup:actpass"},
    {"setup_answer", "a=setup:active\r\n", ""},
    {"setup_consistent", "", ""},
    {"setup_active", "a=setup:active", "a=setup:passive"},
    {"no_crypto", "a=mid:0\r\n", "a=mid:0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA\r\n"},
    {"tls_id_offered", "a=setup:active\r\n", "a=setup:active\r\na=tls-id:1\r\n"},
};

// Of the offer that Janus makes: rules that answers have not, or have otherwise.
const std::vector<Break> offer_breaks{
    {"protocol", "m=audio 9 UDP/TLS/RTP/SAVPF", "m=audio 9 RTP/SAVPF"},
    {"mid_present", "a=mid:0\r\n", ""},
    {"bundle_present", "a=group:BUNDLE 0 1\r\n", ""},
    {"rtcp_mux_present", "a=rtcp-mux\r\n", ""},
    {"setup_actpass", "a=setup:actpass", "a=setup:active"},
    {"setup_actpass", "a=setup:actpass\r\n", ""},
    {"ice_ufrag", "a=ice-ufrag:wU5r\r\n", ""},
    {"fingerprint_present", "a=fingerprint:", "a=print:"},
    {"msid_sending", "a=msid:janus janus0\r\n", ""},
};

std::vector<RuleFinding> check(std::string_view offer, std::string_view answer) {
    return check_answer(parsed(offer), offer, answer);
}

// A MUST has to fail, a SHOULD to warn.
Verdict broken_verdict(std::span<const Rule> rules, std::string_view id) {
    const auto found = std::ranges::find(rules, id, &Rule::id);
    REQUIRE_MESSAGE(found != rules.end(), std::string(id));
    return found->level == Level::must ? Verdict::failed : Verdict::warned;
}

void check_answer_breaks(std::string_view rule, std::string_view offer, std::string_view answer) {
    const auto id = fmt::format("sdp.answer.{}", rule);
    CAPTURE(id);
    CHECK(verdict_of(check(offer, answer), id) == broken_verdict(answer_rules(), id));
}

}  // namespace

TEST_CASE("a good answer and a good offer keep every rule") {
    const auto answer = check(good_offer(), good_answer());
    CHECK(broken(answer, Verdict::failed) == none);
    CHECK(broken(answer, Verdict::warned) == none);
    CHECK(broken(answer, Verdict::skipped) == none);
    CHECK(answer.size() == answer_rules().size());
    const auto offer = check_offer(good_janus_offer());
    CHECK(broken(offer, Verdict::failed) == none);
    CHECK(broken(offer, Verdict::warned) == none);
}

TEST_CASE("each rule of answers is broken by its change") {
    for (const Break& each : answer_breaks) {
        if (each.from.empty()) continue;
        CAPTURE(each.to);
        check_answer_breaks(each.rule, good_offer(), replaced(good_answer(), each.from, each.to));
    }
}

TEST_CASE("rules of answers that depend on the offer") {
    const auto offer = good_offer();
    const auto answer = good_answer();
    const auto all_rejected =
        replaced(replaced(answer, "m=audio 9", "m=audio 0"), "m=video 9", "m=video 0");
    check_answer_breaks("accepted", offer, all_rejected);
    check_answer_breaks("rejection_kept", replaced(offer, "m=video 9", "m=video 0"), answer);
    for (const auto* direction : {"a=sendonly", "a=recvonly", "a=inactive"}) {
        check_answer_breaks("direction_compatible", replaced(offer, "a=sendrecv", direction),
                            answer);
    }
    check_answer_breaks("rtcp_mux_offered", replaced(offer, "a=rtcp-mux\r\n", ""), answer);
    check_answer_breaks("bundle_offered", replaced(offer, "a=group:BUNDLE 0 1\r\n", ""), answer);
    check_answer_breaks("setup_consistent", replaced(offer, "a=setup:actpass", "a=setup:active"),
                        answer);
    auto silent = replaced(answer, "a=candidate:", "a=x-candidate:");
    for (int i = 0; i < 2; ++i) silent = replaced(silent, "a=ice-options:", "a=x-options:");
    check_answer_breaks("candidates_present", offer, silent);
}

TEST_CASE("every rule of answers has a case that breaks it") {
    std::set<std::string> covered;
    for (const Break& each : answer_breaks) covered.insert(fmt::format("sdp.answer.{}", each.rule));
    for (const Rule& rule : answer_rules()) {
        CAPTURE(rule.id);
        CHECK(covered.contains(std::string(rule.id)));
        CHECK(rule.reference.starts_with("RFC "));
        CHECK(rule.requirement.ends_with("."));
    }
    CHECK(covered.size() == answer_rules().size());
}

TEST_CASE("each rule of offers is broken by its change") {
    for (const Break& each : offer_breaks) {
        const auto id = fmt::format("sdp.offer.{}", each.rule);
        CAPTURE(id);
        const auto text = replaced(good_janus_offer(), each.from, each.to);
        CHECK(verdict_of(check_offer(text), id) == broken_verdict(offer_rules(), id));
    }
}

TEST_CASE("rule ids are unique") {
    std::set<std::string_view> ids;
    for (const Rule& rule : answer_rules()) ids.insert(rule.id);
    for (const Rule& rule : offer_rules()) ids.insert(rule.id);
    CHECK(ids.size() == answer_rules().size() + offer_rules().size());
}

TEST_CASE("ordinary calls on Janus 1.1.2 fail no MUST, and warn of its known deviations") {
    const auto firefox = make_offer(test_offer(Persona::firefox));
    const auto pcmu = check(firefox, golden("janus_1_1_2_answer_pcmu.sdp"));
    CHECK(broken(pcmu, Verdict::failed) == none);
    CHECK(broken(pcmu, Verdict::warned) ==
          "sdp.answer.default_destination sdp.answer.extmap_allow_mixed_offered ");
    const auto chrome = make_offer(test_offer(Persona::chrome));
    const auto opus = check(chrome, golden("janus_1_1_2_answer_opus.sdp"));
    CHECK(broken(opus, Verdict::failed) == none);
    CHECK(broken(opus, Verdict::warned) == "sdp.answer.default_destination ");
    for (const auto* name :
         {"janus_1_1_2_offer.sdp", "janus_1_1_2_offer_with_rejected_video.sdp"}) {
        CHECK(broken(check_offer(golden(name)), Verdict::failed) == none);
    }
}

TEST_CASE("Janus answers the seed's offer with an rtcp-mux that was not offered (RFC 8035)") {
    const auto findings = check(seed_offer, golden("janus_1_1_2_answer_pcmu.sdp"));
    CHECK(broken(findings, Verdict::failed) == "sdp.answer.rtcp_mux_offered ");
}

TEST_CASE("a SIP peer's own a=mid, a foreign payload type and a missing m-line are found") {
    const auto offer = make_offer(test_offer(Persona::firefox));
    const auto answer = golden("janus_1_1_2_answer_pcmu.sdp");
    CHECK(broken(check(offer, replaced(answer, "a=ptime:20\r\n", "a=mid:zz\r\na=ptime:20\r\n")),
                 Verdict::failed) == "sdp.answer.mid_single ");
    const auto foreign =
        replaced(replaced(answer, "SAVPF 0 101", "SAVPF 0 99"),
                 "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15", "a=rtpmap:99 FOO/16000");
    const auto findings = check(offer, foreign);
    CHECK(broken(findings, Verdict::failed) == none);
    CHECK(verdict_of(findings, "sdp.answer.payload_types_offered") == Verdict::warned);
    CHECK(broken(check(good_offer(), answer), Verdict::failed) == "sdp.answer.media_count ");
}

TEST_CASE("findings say what was expected and what was found, and where") {
    const auto text = replaced(good_answer(), "SAVPF 0 101", "SAVPF 0 101 3");
    for (const auto& finding : check(good_offer(), text)) {
        if (finding.rule->id != "sdp.answer.payload_types_offered") continue;
        CHECK(finding.expected == "only 109 9 0 8 101");
        CHECK(finding.actual == "line 9 (m=audio): 3 was not offered");
    }
}

TEST_CASE("an ICE password never stands in a finding") {
    const auto text = replaced(good_answer(), "a=ice-pwd:d1Zp", "a=ice-pwd:`d1Zp");
    for (const auto& finding : check(good_offer(), text)) {
        CHECK(finding.actual.find("d1Zp") == std::string::npos);
    }
}

TEST_CASE("an answer that cannot be parsed fails one rule and skips what needs it parsed") {
    const auto findings = check(good_offer(), "garbage");
    CHECK(verdict_of(findings, "sdp.answer.parses") == Verdict::failed);
    CHECK(verdict_of(findings, "sdp.answer.media_count") == Verdict::skipped);
    CHECK(verdict_of(findings, "sdp.answer.version") == Verdict::failed);
}
