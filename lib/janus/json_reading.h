#pragma once

#include <rapidjson/document.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

// Inside this module only: JSON that a peer sent. Nothing here throws or aborts on any input.
namespace janus_harness::janus {

// Errors "janus_json_syntax" (with the byte offset), "janus_json_depth".
Result<rapidjson::Document> parse_json(std::string_view text);
// Compact text of a value.
std::string json_text(const rapidjson::Value& value);
// `text` as a JSON string, quotes included.
std::string json_quote(std::string_view text);

// Reads members of one object. The first thing that is wrong is kept as error(); what is read after
// it is of no use. `where` is the path of the object, "" for the message itself.
class MemberReader {
  public:
    // `object` must outlive the reader. If it is not an object, that is the error.
    MemberReader(const rapidjson::Value& object, std::string where, std::string type_error_code,
                 std::string missing_error_code);

    std::optional<std::string> optional_string(const char* name);
    std::optional<std::uint64_t> optional_unsigned(const char* name);
    std::optional<std::int64_t> optional_integer(const char* name);
    std::optional<bool> optional_bool(const char* name);
    const rapidjson::Value* optional_object(const char* name);

    std::string string(const char* name) { return require(name, optional_string(name)); }
    std::uint64_t unsigned_integer(const char* name) {
        return require(name, optional_unsigned(name));
    }
    std::int64_t integer(const char* name) { return require(name, optional_integer(name)); }
    bool boolean(const char* name) { return require(name, optional_bool(name)); }
    const rapidjson::Value* object(const char* name);
    // "body.jsep" for the member "jsep" of "body".
    std::string path(const char* name) const;

    const std::optional<Error>& error() const { return error_; }

  private:
    const rapidjson::Value* find(const char* name) const;
    void wrong_type(const char* name, std::string_view expected, const rapidjson::Value& found);
    void missing(const char* name);
    template <typename T>
    T require(const char* name, std::optional<T> value) {
        if (!value) missing(name);
        return value ? std::move(*value) : T{};
    }

    const rapidjson::Value& object_;
    std::string where_;
    std::string type_error_code_;
    std::string missing_error_code_;
    std::optional<Error> error_;
};

}  // namespace janus_harness::janus
