#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sdp/session_description.h"

namespace janus_harness::sdp {

enum class Level { must, should };
enum class Verdict { passed, failed, warned, skipped };
std::string_view to_string(Level level);
std::string_view to_string(Verdict verdict);

// A requirement that a description has to meet.
struct Rule {
    std::string_view id;           // "sdp.answer.payload_types_offered": stable
    std::string_view requirement;  // one sentence
    std::string_view reference;    // "RFC 3264 6.1"
    Level level = Level::must;
};

struct RuleFinding {
    const Rule* rule = nullptr;          // lives as long as the process
    Verdict verdict = Verdict::skipped;  // a broken MUST failed, a broken SHOULD warned
    std::string expected;                // of a broken rule
    std::string actual;  // of a broken rule: with line numbers; of a skipped one: why
};

// Every rule in the order of their findings.
std::span<const Rule> answer_rules();
std::span<const Rule> offer_rules();

// One finding for each of answer_rules(). An answer that cannot be parsed fails
// "sdp.answer.parses"; what needs it parsed is skipped. `offer_text` is what `offer` was parsed
// from.
std::vector<RuleFinding> check_answer(const SessionDescription& offer, std::string_view offer_text,
                                      std::string_view answer_text);
// One finding for each of offer_rules(): an offer that Janus makes for an incoming call.
std::vector<RuleFinding> check_offer(std::string_view offer_text);

}  // namespace janus_harness::sdp
