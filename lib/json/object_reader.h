#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/time.h"
#include "json/diagnostic.h"
#include "json/value.h"

namespace janus_harness::json {

// Which keys each kind of object ("browser", "step", …) was read with.
using KeyTable = std::map<std::string, std::set<std::string>>;

// What the readers of one document share. All errors are collected; none stops the reading.
struct Reading {
    const std::vector<std::string>& sources;
    Diagnostics& diagnostics;
    KeyTable* keys = nullptr;  // where to record known keys (to compare with a schema), or null

    void error(const Location& where, std::string message, std::string allowed = {});
};

enum class Need { optional, required };

template <typename T>
struct Range {
    T minimum = std::numeric_limits<T>::lowest();
    T maximum = std::numeric_limits<T>::max();
};

template <typename E>
using Choices = std::vector<std::pair<std::string, E>>;

// Single values. `what` names the value in messages (`"rate"`); the result is empty after an error.
std::optional<std::string> read_string(Reading&, const Value&, std::string_view what);
std::optional<bool> read_boolean(Reading&, const Value&, std::string_view what);
std::optional<std::int64_t> read_integer(Reading&, const Value&, std::string_view what,
                                         Range<std::int64_t> range = {});
std::optional<double> read_number(Reading&, const Value&, std::string_view what,
                                  Range<double> range = {});
// "250ms", "1.5s", "2m", "1h" (core/duration_text.h); never negative.
std::optional<Duration> read_duration(Reading&, const Value&, std::string_view what);
// The index of the string among `names`.
std::optional<std::size_t> read_choice(Reading&, const Value&, std::string_view what,
                                       const std::vector<std::string>& names);

// Reads one object key by key. When it goes out of scope, every key that nobody asked for is an
// error that names the keys that were asked for.
class ObjectReader {
  public:
    // `definition`: what the object is ("browser actor"), for messages and the KeyTable. A value
    // that is no object is an error, and every key then counts as absent without further errors.
    ObjectReader(Reading& reading, const Value& value, std::string definition);
    ~ObjectReader();
    ObjectReader(const ObjectReader&) = delete;
    ObjectReader& operator=(const ObjectReader&) = delete;

    // The value of `name`, or null; a missing required key is an error.
    const Value* find(std::string_view name, Need need = Need::optional);

    std::optional<std::string> string(std::string_view name, Need need = Need::optional);
    std::optional<bool> boolean(std::string_view name, Need need = Need::optional);
    std::optional<std::int64_t> integer(std::string_view name, Range<std::int64_t> range = {},
                                        Need need = Need::optional);
    std::optional<double> number(std::string_view name, Range<double> range = {},
                                 Need need = Need::optional);
    std::optional<Duration> duration(std::string_view name, Need need = Need::optional);
    // The elements of an array; empty when absent or not an array (an error).
    std::vector<const Value*> array(std::string_view name, Need need = Need::optional);
    // An array of strings.
    std::vector<std::string> strings(std::string_view name, Need need = Need::optional);

    template <typename E>
    std::optional<E> enumeration(std::string_view name, const Choices<E>& choices,
                                 Need need = Need::optional) {
        const Value* value = find(name, need);
        if (value == nullptr) return std::nullopt;
        return choose(*value, quoted(name), choices);
    }
    // An array of enumeration values.
    template <typename E>
    std::vector<E> enumerations(std::string_view name, const Choices<E>& choices,
                                Need need = Need::optional) {
        std::vector<E> chosen;
        for (const Value* value : array(name, need))
            if (auto element = choose(*value, quoted(name), choices)) chosen.push_back(*element);
        return chosen;
    }

    // Takes a key as known without reading it.
    void allow(std::string_view name);
    // The same for a key that the file's author made up (an actor's name): not for the KeyTable.
    void allow_made_up(std::string_view name);
    // How messages call the object, where that is more than its definition ("step \"call\"").
    void describe_as(std::string description) { description_ = std::move(description); }
    // The members that nobody has asked for so far.
    std::vector<const Member*> unread() const;
    const Location& location() const { return value_.location; }

  private:
    static std::string quoted(std::string_view name);
    template <typename E>
    std::optional<E> choose(const Value& value, const std::string& what,
                            const Choices<E>& choices) {
        std::vector<std::string> names;
        for (const auto& choice : choices) names.push_back(choice.first);
        const auto index = read_choice(reading_, value, what, names);
        if (!index) return std::nullopt;
        return choices[*index].second;
    }
    void report_unknown();

    Reading& reading_;
    const Value& value_;
    std::string definition_;
    std::string description_;
    std::vector<std::string> known_;  // in the order asked for, unique
    std::set<std::string> made_up_;
};

}  // namespace janus_harness::json
