#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

// Requests to and events of janus.plugin.sip (Janus 1.1.2 to 1.4). Requests say what the field is
// called in Janus's documentation; what is not set is not sent.
namespace janus_harness::janus {

inline constexpr std::string_view sip_plugin_package = "janus.plugin.sip";

using HeaderMap = std::map<std::string, std::string>;

struct RegisterRequest {
    std::string username;  // SIP URI of the account: "sip:alice@example.org"
    std::optional<std::string> authuser;
    std::optional<std::string> display_name;
    std::optional<std::string> secret;
    std::optional<std::string> ha1_secret;  // MD5(user:realm:password), instead of secret
    std::optional<std::string> proxy;
    std::optional<std::string> outbound_proxy;
    std::optional<std::string> type;  // "guest" or "helper"
    std::optional<bool> send_register;
    std::optional<bool> force_udp;
    std::optional<bool> force_tcp;
    std::optional<bool> sips;
    std::optional<bool> rfc2543_cancel;
    std::optional<int> register_ttl;  // seconds
    std::optional<bool> refresh;
    std::optional<std::string> user_agent;
    std::optional<std::uint64_t> master_id;  // of a helper
    std::optional<bool> automatic_ringing;   // Janus 1.3.3 and later
    HeaderMap headers;
    HeaderMap contact_params;
    std::vector<std::string> incoming_header_prefixes;
};

struct UnregisterRequest {
    HeaderMap headers;
};

struct CallRequest {
    std::string uri;
    std::optional<std::string> call_id;
    std::optional<std::string> srtp;  // "sdes_optional" or "sdes_mandatory"
    std::optional<std::string> srtp_profile;
    std::optional<bool> autoaccept_reinvites;
    std::optional<std::uint64_t> refer_id;
    std::optional<std::string> authuser;
    std::optional<std::string> secret;
    std::optional<std::string> ha1_secret;
    HeaderMap headers;
};

struct AcceptRequest {
    std::optional<std::string> srtp;
    std::optional<std::string> srtp_profile;  // Janus 1.4.0 and later
    std::optional<bool> autoaccept_reinvites;
    HeaderMap headers;
};

struct DeclineRequest {
    std::optional<int> code;  // SIP status, above 399; Janus's default is 486 (603 from 1.2.2)
    std::optional<std::uint64_t> refer_id;
    HeaderMap headers;
};

struct HangupRequest {
    HeaderMap headers;
};

// The `body` of the message that makes the request, as JSON text.
std::string to_json(const RegisterRequest& request);
std::string to_json(const UnregisterRequest& request);
std::string to_json(const CallRequest& request);
std::string to_json(const AcceptRequest& request);
std::string to_json(const DeclineRequest& request);
std::string to_json(const HangupRequest& request);

// plugindata.data of an event. Either `name` is result.event, or error_code and error are set and
// name is "error" (error_code may be 0: a defect of Janus up to 1.4), or name is empty: an event
// without a result.
struct SipEvent {
    std::string name;
    std::optional<std::string> call_id;
    std::optional<std::int64_t> code;  // SIP status, or one of Sofia's internal 900 to 904
    std::optional<std::string> reason;
    std::optional<std::string> username;
    std::optional<std::string> displayname;  // with the quotes that it had in SIP
    std::optional<std::string> callee;
    std::optional<std::string> caller;  // of missed_call
    std::optional<std::string> srtp;
    std::optional<std::string> referred_by;
    std::optional<std::string> refer_to;
    std::optional<std::uint64_t> refer_id;
    std::optional<std::string> reason_header;
    std::optional<std::string> reason_header_protocol;
    std::optional<std::string> reason_header_cause;
    std::optional<bool> register_sent;
    std::optional<std::uint64_t> master_id;
    std::optional<bool> helper;
    HeaderMap headers;
    std::optional<std::int64_t> error_code;
    std::optional<std::string> error;
    std::string json;  // the data as it came
};

// `data` is PluginEvent::data. Errors "sip_event_syntax" (not JSON, not an object, no
// "sip":"event") and "sip_event_type" (names the field and what it should be).
Result<SipEvent> parse_sip_event(std::string_view data);

}  // namespace janus_harness::janus
