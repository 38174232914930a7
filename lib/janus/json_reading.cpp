#include "janus/json_reading.h"

#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <utility>

namespace janus_harness::janus {
namespace {

// Janus's deepest message (handle_info) has 8 levels. Writing a value recurses, so depth is
// limited.
constexpr int depth_limit = 64;

int nesting_depth(std::string_view text) {
    int depth = 0;
    int deepest = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char character = text[i];
        if (in_string) {
            if (character == '\\') ++i;
            if (character == '"') in_string = false;
        } else if (character == '"') {
            in_string = true;
        } else if (character == '{' || character == '[') {
            deepest = std::max(deepest, ++depth);
        } else if (character == '}' || character == ']') {
            --depth;
        }
    }
    return deepest;
}

std::string_view type_name(const rapidjson::Value& value) {
    switch (value.GetType()) {
        case rapidjson::kNullType:
            return "null";
        case rapidjson::kFalseType:
        case rapidjson::kTrueType:
            return "a boolean";
        case rapidjson::kObjectType:
            return "an object";
        case rapidjson::kArrayType:
            return "an array";
        case rapidjson::kStringType:
            return "a string";
        case rapidjson::kNumberType:
            return "a number";
    }
    return "unknown";
}

}  // namespace

Result<rapidjson::Document> parse_json(std::string_view text) {
    if (nesting_depth(text) > depth_limit) {
        return Error{"janus_json_depth", fmt::format("nested deeper than {} levels", depth_limit)};
    }
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(
        text.data(), text.size());
    if (document.HasParseError()) {
        return Error{"janus_json_syntax",
                     fmt::format("byte {}: {}", document.GetErrorOffset(),
                                 rapidjson::GetParseError_En(document.GetParseError()))};
    }
    return document;
}

std::string json_text(const rapidjson::Value& value) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    value.Accept(writer);
    return {buffer.GetString(), buffer.GetSize()};
}

std::string json_quote(std::string_view text) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
    return {buffer.GetString(), buffer.GetSize()};
}

MemberReader::MemberReader(const rapidjson::Value& object, std::string where,
                           std::string type_error_code, std::string missing_error_code)
    : object_(object),
      where_(std::move(where)),
      type_error_code_(std::move(type_error_code)),
      missing_error_code_(std::move(missing_error_code)) {
    if (!object.IsObject()) {
        error_ = Error{type_error_code_,
                       fmt::format("{} is {} instead of an object",
                                   where_.empty() ? "the message" : where_, type_name(object))};
    }
}

std::string MemberReader::path(const char* name) const {
    return where_.empty() ? name : where_ + "." + name;
}

const rapidjson::Value* MemberReader::find(const char* name) const {
    if (!object_.IsObject()) return nullptr;
    const auto member = object_.FindMember(name);
    return member == object_.MemberEnd() ? nullptr : &member->value;
}

void MemberReader::wrong_type(const char* name, std::string_view expected,
                              const rapidjson::Value& found) {
    if (error_) return;
    error_ = Error{type_error_code_, fmt::format("\"{}\" is {} instead of {}", path(name),
                                                 type_name(found), expected)};
}

void MemberReader::missing(const char* name) {
    if (error_) return;
    error_ = Error{missing_error_code_, fmt::format("\"{}\" is missing", path(name))};
}

std::optional<std::string> MemberReader::optional_string(const char* name) {
    const rapidjson::Value* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (value->IsString()) return std::string(value->GetString(), value->GetStringLength());
    wrong_type(name, "a string", *value);
    return std::nullopt;
}

std::optional<std::uint64_t> MemberReader::optional_unsigned(const char* name) {
    const rapidjson::Value* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (value->IsUint64()) return value->GetUint64();
    wrong_type(name, "a whole number of 0 to 2^64-1", *value);
    return std::nullopt;
}

std::optional<std::int64_t> MemberReader::optional_integer(const char* name) {
    const rapidjson::Value* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (value->IsInt64()) return value->GetInt64();
    wrong_type(name, "a whole number", *value);
    return std::nullopt;
}

std::optional<bool> MemberReader::optional_bool(const char* name) {
    const rapidjson::Value* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (value->IsBool()) return value->GetBool();
    wrong_type(name, "true or false", *value);
    return std::nullopt;
}

const rapidjson::Value* MemberReader::optional_object(const char* name) {
    const rapidjson::Value* value = find(name);
    if (value == nullptr || value->IsObject()) return value;
    wrong_type(name, "an object", *value);
    return nullptr;
}

const rapidjson::Value* MemberReader::object(const char* name) {
    const rapidjson::Value* value = optional_object(name);
    if (value == nullptr) missing(name);
    return value;
}

}  // namespace janus_harness::janus
