#include "json/schema.h"

#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/schema.h>
#include <rapidjson/stringbuffer.h>

namespace janus_harness::json {
namespace {

std::string pointer_text(const rapidjson::Pointer& pointer) {
    rapidjson::StringBuffer buffer;
    pointer.Stringify(buffer);
    return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace

Result<void> validate_against_schema(const Value& value, std::string_view schema_text) {
    rapidjson::Document schema_json;
    schema_json.Parse(schema_text.data(), schema_text.size());
    if (schema_json.HasParseError())
        return Error{"schema_invalid",
                     fmt::format("the schema is not JSON: {} at offset {}",
                                 rapidjson::GetParseError_En(schema_json.GetParseError()),
                                 schema_json.GetErrorOffset())};
    const rapidjson::SchemaDocument schema{schema_json};
    rapidjson::Document document;
    document.Parse(write(value).c_str());
    rapidjson::SchemaValidator validator{schema};
    if (document.Accept(validator)) return {};
    return Error{"schema_mismatch", fmt::format("\"{}\" fails \"{}\" of the schema's \"{}\"",
                                                pointer_text(validator.GetInvalidDocumentPointer()),
                                                validator.GetInvalidSchemaKeyword(),
                                                pointer_text(validator.GetInvalidSchemaPointer()))};
}

}  // namespace janus_harness::json
