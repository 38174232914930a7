#include "janus/admin.h"

#include <fmt/format.h>

#include <utility>

#include "janus/json_reading.h"

namespace janus_harness::janus {
namespace {

MemberReader members(const rapidjson::Value& object, std::string where) {
    return {object, std::move(where), "admin_answer", "admin_answer"};
}

// The document of a "success"; anything else is an error.
Result<rapidjson::Document> parse_success(std::string_view answer) {
    auto document = parse_json(answer);
    if (!document) return Error{"admin_answer", document.error().message};
    MemberReader top = members(document.value(), "");
    const std::string kind = top.string("janus");
    if (top.error()) return *top.error();
    if (kind == "success") return document;
    const rapidjson::Value* error = top.object("error");
    if (top.error()) return *top.error();
    MemberReader reader = members(*error, "error");
    const std::int64_t code = reader.integer("code");
    const std::string reason = reader.optional_string("reason").value_or("");
    if (reader.error()) return *reader.error();
    return Error{"admin_rejected", fmt::format("{} {}", code, reason)};
}

}  // namespace

std::string admin_request(std::string_view verb, std::string_view transaction,
                          std::string_view admin_secret) {
    return fmt::format(R"({{"janus":{},"transaction":{},"admin_secret":{}}})", json_quote(verb),
                       json_quote(transaction), json_quote(admin_secret));
}

Result<std::vector<std::uint64_t>> parse_admin_ids(std::string_view answer, const char* member) {
    const auto document = parse_success(answer);
    if (!document) return document.error();
    const auto found = document->FindMember(member);
    const Error wrong{"admin_answer", fmt::format("\"{}\" is not an array of ids", member)};
    if (found == document->MemberEnd() || !found->value.IsArray()) return wrong;
    std::vector<std::uint64_t> ids;
    for (const rapidjson::Value& id : found->value.GetArray()) {
        if (!id.IsUint64()) return wrong;
        ids.push_back(id.GetUint64());
    }
    return ids;
}

Result<std::string> parse_admin_handle_info(std::string_view answer) {
    const auto document = parse_success(answer);
    if (!document) return document.error();
    MemberReader top = members(document.value(), "");
    const rapidjson::Value* info = top.object("info");
    if (top.error()) return *top.error();
    return json_text(*info);
}

}  // namespace janus_harness::janus
