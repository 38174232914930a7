#pragma once

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <cmath>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "reports/report_text.h"

namespace janus_harness::reports {

// Writes JSON by way of RapidJSON: texts are made valid UTF-8, optionals that hold nothing and
// numbers that JSON cannot hold become null, doubles keep every digit.
template <typename Writer>
class BasicJsonWriter {
  public:
    BasicJsonWriter() : writer_(buffer_) {}

    void begin_object() { writer_.StartObject(); }
    void begin_object(std::string_view name) {
        key(name);
        writer_.StartObject();
    }
    void end_object() { writer_.EndObject(); }
    void begin_array(std::string_view name) {
        key(name);
        writer_.StartArray();
    }
    void begin_array() { writer_.StartArray(); }
    void end_array() { writer_.EndArray(); }

    void key(std::string_view name) { string(name); }
    template <typename T>
    void member(std::string_view name, const T& content) {
        key(name);
        value(content);
    }
    // The empty text is "not known": null.
    void known_text(std::string_view name, std::string_view text) {
        key(name);
        if (text.empty()) {
            writer_.Null();
        } else {
            string(text);
        }
    }

    void value(std::nullptr_t) { writer_.Null(); }
    void value(bool content) { writer_.Bool(content); }
    void value(double content) {
        if (std::isfinite(content)) {
            writer_.Double(content);
        } else {
            writer_.Null();
        }
    }
    template <std::unsigned_integral T>
    void value(T content) {
        writer_.Uint64(content);
    }
    template <std::signed_integral T>
    void value(T content) {
        writer_.Int64(content);
    }
    void value(std::string_view content) { string(content); }
    void value(const std::string& content) { string(content); }
    void value(const char* content) { string(content); }
    template <typename T>
    void value(const std::optional<T>& content) {
        if (content) {
            value(*content);
        } else {
            writer_.Null();
        }
    }

    Writer& writer() { return writer_; }
    std::string text() const { return {buffer_.GetString(), buffer_.GetSize()}; }

  private:
    void string(std::string_view content) {
        const std::string clean = valid_utf8(content);
        writer_.String(clean.data(), static_cast<rapidjson::SizeType>(clean.size()));
    }

    rapidjson::StringBuffer buffer_;
    Writer writer_;
};

// For files that people open, and for data embedded in a page.
using JsonWriter = BasicJsonWriter<rapidjson::PrettyWriter<rapidjson::StringBuffer>>;
using CompactJsonWriter = BasicJsonWriter<rapidjson::Writer<rapidjson::StringBuffer>>;

}  // namespace janus_harness::reports
