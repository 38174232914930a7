#include "harness/scenario/failure_reasons.h"

#include <algorithm>

#include "core/text.h"

namespace janus_harness::scenario {
namespace {

constexpr std::string_view code_suffix = "<code>";

bool matches(std::string_view pattern, std::string_view reason) {
    if (!pattern.ends_with(code_suffix)) return pattern == reason;
    pattern.remove_suffix(code_suffix.size());
    if (!reason.starts_with(pattern)) return false;
    return parse_unsigned(reason.substr(pattern.size())).has_value();
}

}  // namespace

const std::vector<std::string>& failure_reasons() {
    static const std::vector<std::string> reasons{
        "registration_failed_<code>",
        "call_failed_<code>",
        "busy",
        "declined",
        "no_answer",
        "far_end_hangup",
        "no_ack",
        "create_failed_<code>",
        "attach_failed_<code>",
        "request_failed_<code>",
        "plugin_error_<code>",
        "sdp_syntax",
        "sdp_rule_failed",
        "ice_failed",
        "dtls_failed",
        "dtls_fingerprint_mismatch",
        "srtp_failed",
        "no_media",
        "wrong_audio",
        "unexpected_event",
        "session_timeout",
        "session_lost",
        "janus_died",
        "janus_unreachable",
        "timeout",
        "interrupted",
    };
    return reasons;
}

bool is_failure_reason(std::string_view reason) {
    const auto& reasons = failure_reasons();
    return std::any_of(reasons.begin(), reasons.end(),
                       [&](const std::string& pattern) { return matches(pattern, reason); });
}

}  // namespace janus_harness::scenario
