#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "json/diagnostic.h"

namespace janus_harness::json {

// `integer` is a number written without fraction or exponent that fits int64; every other number is
// `number`.
enum class Kind { null, boolean, integer, number, string, array, object };

// "a string", "an object", …: for messages.
std::string_view describe(Kind kind);

struct Member;

// A JSON value that knows where it stands. Meant for files people write, not for a wire format: it
// spends memory on positions.
struct Value {
    Kind kind = Kind::null;
    bool boolean = false;
    std::int64_t integer = 0;
    double number = 0;            // set for both integer and number
    std::string string;           // UTF-8
    std::vector<Value> elements;  // of an array
    std::vector<Member> members;  // of an object, in the order of the file, names unique
    Location location;

    bool is_number() const { return kind == Kind::integer || kind == Kind::number; }
    // The member's value, or null when this is no object or has no such member.
    const Value* find(std::string_view name) const;
    Value* find(std::string_view name);
};

struct Member {
    std::string name;
    Location location;  // of the name
    Value value;
};

struct Document {
    std::vector<std::string> sources;  // [0] is the file name, then the options values came from
    Value root;
};

Value make_string(std::string text);
Value make_integer(std::int64_t number);
Value make_number(double number);
Value make_boolean(bool boolean);

// "/actors/web~1a" + "codecs": escapes "~" and "/" of the last token (RFC 6901 3).
std::string append_pointer(std::string_view pointer, std::string_view token);

// Strict JSON on one line, without comments. Numbers keep their value (17 significant digits).
std::string write(const Value& value);
// A scalar as it would stand inside a text: strings without quotes, 10, 0.5, true, null.
std::string scalar_text(const Value& value);

}  // namespace janus_harness::json
