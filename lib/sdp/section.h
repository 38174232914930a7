#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace janus_harness::sdp {

// A line "<type>=<value>" without its line end.
struct Line {
    char type = 0;
    std::string value;
    std::size_t number = 0;  // in the text it was parsed from, from 1; 0 if it was added later

    bool operator==(const Line&) const = default;
};

// An attribute line split at its first colon. Views into the Line, valid until the section changes.
struct Attribute {
    std::string_view name;
    std::string_view value;  // empty for a property attribute such as rtcp-mux
    bool has_value = false;
    std::size_t line = 0;
};

Attribute split_attribute(const Line& line);

// The lines of one level of a description, known or not, in order: the session level, or what
// follows an m= line.
class Section {
  public:
    std::vector<Line> lines;

    // The first line of this type; nullptr if there is none.
    const Line* find(char type) const;
    // The value of the first attribute called `name` ("" for a property attribute); names are
    // case-sensitive (RFC 8866 6).
    std::optional<std::string_view> attribute(std::string_view name) const;
    bool has_attribute(std::string_view name) const { return attribute(name).has_value(); }
    // Every attribute of this name, in order.
    std::vector<Attribute> attributes(std::string_view name) const;
    std::size_t count(std::string_view name) const;

    void add(char type, std::string value);
    // "a=name" or, if the value is not empty, "a=name:value".
    void add_attribute(std::string_view name, std::string_view value = {});
    // Replaces the value of the first attribute of this name, or adds it at the end.
    void set_attribute(std::string_view name, std::string_view value);
    // Gives how many lines went.
    std::size_t remove_attributes(std::string_view name);
};

}  // namespace janus_harness::sdp
