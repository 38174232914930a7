#include <fmt/format.h>

#include <utility>

#include "janus/json_reading.h"
#include "janus/sip_plugin.h"

namespace janus_harness::janus {
namespace {

Error syntax_error(std::string message) {
    return Error{"sip_event_syntax", std::move(message)};
}

MemberReader members(const rapidjson::Value& object, std::string where) {
    return {object, std::move(where), "sip_event_type", "sip_event_type"};
}

// Values of headers may be anything that SIP lets through; only strings are kept.
HeaderMap read_headers(const rapidjson::Value* headers) {
    HeaderMap result;
    if (headers == nullptr) return result;
    for (const auto& header : headers->GetObject()) {
        if (!header.value.IsString()) continue;
        const std::string name(header.name.GetString(), header.name.GetStringLength());
        result[name].assign(header.value.GetString(), header.value.GetStringLength());
    }
    return result;
}

void read_result(MemberReader& reader, SipEvent& event) {
    event.name = reader.optional_string("event").value_or("");
    if (!event.call_id) event.call_id = reader.optional_string("call_id");
    event.code = reader.optional_integer("code");
    event.reason = reader.optional_string("reason");
    event.username = reader.optional_string("username");
    event.displayname = reader.optional_string("displayname");
    event.callee = reader.optional_string("callee");
    event.caller = reader.optional_string("caller");
    event.srtp = reader.optional_string("srtp");
    event.referred_by = reader.optional_string("referred_by");
    event.refer_to = reader.optional_string("refer_to");
    event.refer_id = reader.optional_unsigned("refer_id");
    event.reason_header = reader.optional_string("reason_header");
    event.reason_header_protocol = reader.optional_string("reason_header_protocol");
    event.reason_header_cause = reader.optional_string("reason_header_cause");
    event.register_sent = reader.optional_bool("register_sent");
    event.master_id = reader.optional_unsigned("master_id");
    event.helper = reader.optional_bool("helper");
    event.headers = read_headers(reader.optional_object("headers"));
}

}  // namespace

Result<SipEvent> parse_sip_event(std::string_view data) {
    const auto document = parse_json(data);
    if (!document) return syntax_error(document.error().message);
    if (!document->IsObject()) return syntax_error("the data is not an object");
    MemberReader top = members(document.value(), "");
    const std::string kind = top.optional_string("sip").value_or("");
    if (!top.error() && kind != "event") return syntax_error("no \"sip\":\"event\"");
    SipEvent event;
    event.json = data;
    event.call_id = top.optional_string("call_id");
    event.error_code = top.optional_integer("error_code");
    event.error = top.optional_string("error");
    if (event.error_code || event.error) event.name = "error";
    const rapidjson::Value* result = top.optional_object("result");
    if (top.error()) return *top.error();
    if (result == nullptr || !event.name.empty()) return event;
    MemberReader reader = members(*result, "result");
    read_result(reader, event);
    if (reader.error()) return *reader.error();
    return event;
}

}  // namespace janus_harness::janus
