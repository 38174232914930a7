#include "tools/capacity_stub/request_reader.h"

#include <fmt/format.h>

#include "core/text.h"

namespace janus_harness::capacity_stub {
namespace {

// What is no integer above 0 counts as absent, as with Janus.
std::uint64_t id_member(const rapidjson::Value& object, const char* name) {
    const auto member = object.FindMember(name);
    return member != object.MemberEnd() && member->value.IsUint64() ? member->value.GetUint64() : 0;
}

// The body and the path may both name the id, but not different ones.
bool merge_id(std::uint64_t from_body, std::uint64_t& id) {
    if (id != 0 && from_body != 0 && id != from_body) return false;
    if (id == 0) id = from_body;
    return true;
}

bool refuse(RequestError& error, int code, std::string reason) {
    error.code = code;
    error.reason = std::move(reason);
    return false;
}

bool read_string(const rapidjson::Value& object, const char* name, std::string& value,
                 RequestError& error) {
    const auto member = object.FindMember(name);
    if (member == object.MemberEnd()) {
        return refuse(error, 456, fmt::format("Missing mandatory element ({})", name));
    }
    if (!member->value.IsString()) {
        return refuse(error, 467,
                      fmt::format("Invalid element type ({} should be a string)", name));
    }
    value.assign(member->value.GetString(), member->value.GetStringLength());
    return true;
}

}  // namespace

const rapidjson::Value* Request::object(const char* name) const {
    const auto member = document.FindMember(name);
    return member != document.MemberEnd() && member->value.IsObject() ? &member->value : nullptr;
}

bool read_request(std::string_view json, PathIds path, Request& request, RequestError& error) {
    // Iterative: however deep the text is nested, the stack is not.
    request.document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
    if (request.document.HasParseError()) return refuse(error, 454, "Invalid Janus API request");
    if (!request.document.IsObject()) return refuse(error, 455, "Invalid JSON object");
    if (!read_string(request.document, "transaction", request.transaction, error)) return false;
    error.transaction = request.transaction;
    if (!read_string(request.document, "janus", request.verb, error)) return false;
    request.verb = to_lower(request.verb);
    request.ids = path;
    if (!merge_id(id_member(request.document, "session_id"), request.ids.session_id) ||
        !merge_id(id_member(request.document, "handle_id"), request.ids.handle_id)) {
        return refuse(error, 457, "Conflicting session or handle ID (payload and path)");
    }
    return true;
}

std::optional<std::string_view> string_member(const rapidjson::Value& object, const char* name) {
    const auto member = object.FindMember(name);
    if (member == object.MemberEnd() || !member->value.IsString()) return std::nullopt;
    return std::string_view(member->value.GetString(), member->value.GetStringLength());
}

std::optional<bool> bool_member(const rapidjson::Value& object, const char* name) {
    const auto member = object.FindMember(name);
    if (member == object.MemberEnd() || !member->value.IsBool()) return std::nullopt;
    return member->value.GetBool();
}

}  // namespace janus_harness::capacity_stub
