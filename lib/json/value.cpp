#include "json/value.h"

#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>

namespace janus_harness::json {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void write_text(Writer& writer, const std::string& text) {
    writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void write_value(Writer& writer, const Value& value);

void write_object(Writer& writer, const Value& value) {
    writer.StartObject();
    for (const Member& member : value.members) {
        write_text(writer, member.name);
        write_value(writer, member.value);
    }
    writer.EndObject();
}

void write_array(Writer& writer, const Value& value) {
    writer.StartArray();
    for (const Value& element : value.elements) write_value(writer, element);
    writer.EndArray();
}

void write_value(Writer& writer, const Value& value) {
    switch (value.kind) {
        case Kind::null:
            writer.Null();
            return;
        case Kind::boolean:
            writer.Bool(value.boolean);
            return;
        case Kind::integer:
            writer.Int64(value.integer);
            return;
        case Kind::number:
            writer.Double(value.number);
            return;
        case Kind::string:
            write_text(writer, value.string);
            return;
        case Kind::array:
            write_array(writer, value);
            return;
        case Kind::object:
            write_object(writer, value);
            return;
    }
}

}  // namespace

std::string_view describe(Kind kind) {
    switch (kind) {
        case Kind::null:
            return "null";
        case Kind::boolean:
            return "true or false";
        case Kind::integer:
        case Kind::number:
            return "a number";
        case Kind::string:
            return "a string";
        case Kind::array:
            return "an array";
        case Kind::object:
            return "an object";
    }
    return "";
}

const Value* Value::find(std::string_view name) const {
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&](const Member& member) { return member.name == name; });
    return found == members.end() ? nullptr : &found->value;
}

Value* Value::find(std::string_view name) {
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&](const Member& member) { return member.name == name; });
    return found == members.end() ? nullptr : &found->value;
}

Value make_string(std::string text) {
    Value value;
    value.kind = Kind::string;
    value.string = std::move(text);
    return value;
}

Value make_integer(std::int64_t number) {
    Value value;
    value.kind = Kind::integer;
    value.integer = number;
    value.number = static_cast<double>(number);
    return value;
}

Value make_number(double number) {
    Value value;
    value.kind = Kind::number;
    value.number = number;
    return value;
}

Value make_boolean(bool boolean) {
    Value value;
    value.kind = Kind::boolean;
    value.boolean = boolean;
    return value;
}

std::string append_pointer(std::string_view pointer, std::string_view token) {
    std::string result{pointer};
    result += '/';
    for (const char character : token) {
        if (character == '~')
            result += "~0";
        else if (character == '/')
            result += "~1";
        else
            result += character;
    }
    return result;
}

std::string write(const Value& value) {
    rapidjson::StringBuffer buffer;
    Writer writer{buffer};
    write_value(writer, value);
    return {buffer.GetString(), buffer.GetSize()};
}

std::string scalar_text(const Value& value) {
    return value.kind == Kind::string ? value.string : write(value);
}

}  // namespace janus_harness::json
