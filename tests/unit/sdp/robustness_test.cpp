#include "core/random.h"
#include "fixtures.h"
#include "sdp/browser_answer.h"
#include "sdp/explain.h"
#include "sdp/negotiation.h"
#include "sdp/rules.h"
#include "sdp/seed_offer.h"
#include "sdp/sip_media.h"

using namespace janus_harness;
using namespace janus_harness::sdp;

namespace {

constexpr std::uint64_t seed = 20240611;
constexpr int rounds = 3000;

std::string mutated(std::string text, Random& random) {
    const auto changes = 1 + random.below(4);
    for (std::uint64_t i = 0; i < changes && !text.empty(); ++i) {
        const auto at = random.below(text.size());
        switch (random.below(5)) {
            case 0:
                text[at] = static_cast<char>(random.below(256));
                break;
            case 1:
                text.erase(at, 1 + random.below(20));
                break;
            case 2:
                text.insert(at, text.substr(random.below(text.size()), random.below(60)));
                break;
            case 3:
                text.resize(at);
                break;
            default:
                text.insert(at, 1, " :=/\r\n\0009"[random.below(8)]);
                break;
        }
    }
    return text;
}

void read_everything(const SessionDescription& sdp) {
    for (const auto& section : sdp.sections()) {
        static_cast<void>(section.mid());
        static_cast<void>(section.setup());
        static_cast<void>(section.fingerprints());
        static_cast<void>(section.candidates());
        static_cast<void>(section.fmtp(0));
        static_cast<void>(section.extension_maps());
        static_cast<void>(section.sources());
        static_cast<void>(section.ptime());
    }
    static_cast<void>(sdp.groups());
    static_cast<void>(rtp_address(sdp).ok());
    static_cast<void>(rtcp_address(sdp).ok());
    static_cast<void>(transport_parameters(sdp).ok());
}

}  // namespace

TEST_CASE("no text crashes parser, rules, answers or explanations") {
    const std::vector<std::string> valid{
        std::string(seed_offer),         make_offer(test_offer(Persona::chrome)),
        golden("rfc8866_5.sdp"),         golden("janus_1_1_2_answer_opus.sdp"),
        golden("janus_1_1_2_offer.sdp"), make_sip_offer({}),
    };
    const auto offer = parsed(valid[1]);
    Random random(seed);
    std::size_t survivors = 0;
    for (int round = 0; round < rounds; ++round) {
        const auto text = mutated(valid[random.below(valid.size())], random);
        CHECK(check_answer(offer, valid[1], text).size() == answer_rules().size());
        CHECK(check_offer(text).size() == offer_rules().size());
        static_cast<void>(explain(text));
        const auto sdp = SessionDescription::parse(text);
        if (!sdp) continue;
        ++survivors;
        read_everything(sdp.value());
        static_cast<void>(negotiate_audio(offer, sdp.value()).ok());
        // Whatever is offered, an answer has as many m= lines, and what we write we can read.
        CHECK(parsed(make_sip_answer(sdp.value(), {})).media.size() == sdp->media.size());
        CHECK(parsed(make_answer(sdp.value(), {})).media.size() == sdp->media.size());
        const auto written = sdp->serialize();
        CHECK(parsed(written).serialize() == written);
    }
    CHECK(survivors > rounds / 10);
}

TEST_CASE("candidates survive any text, and what they accept they can write") {
    const std::string valid =
        "1 1 udp 1677729535 203.0.113.7 40678 typ srflx raddr 10.0.0.17 rport 40678 generation 0";
    Random random(seed);
    for (int round = 0; round < rounds; ++round) {
        const auto candidate = Candidate::parse(mutated(valid, random));
        if (!candidate) continue;
        const auto again = Candidate::parse(candidate->to_string());
        CAPTURE(candidate->to_string());
        CHECK(again.ok());
    }
}

TEST_CASE("random bytes are refused") {
    Random random(seed);
    for (int round = 0; round < rounds; ++round) {
        std::string text(random.below(200), '\0');
        for (char& c : text) c = static_cast<char>(random.below(256));
        CHECK_FALSE(SessionDescription::parse(text).ok());
        static_cast<void>(explain(text));
    }
}
