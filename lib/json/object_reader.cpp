#include "json/object_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "json/suggestion.h"

namespace janus_harness::json {

ObjectReader::ObjectReader(Reading& reading, const Value& value, std::string definition)
    : reading_(reading),
      value_(value),
      definition_(std::move(definition)),
      description_(definition_) {
    if (value_.kind == Kind::object) return;
    reading_.error(value_.location, fmt::format("{} must be an object, not {}", description_,
                                                describe(value_.kind)));
}

ObjectReader::~ObjectReader() {
    report_unknown();
    if (reading_.keys == nullptr) return;
    std::set<std::string>& recorded = (*reading_.keys)[definition_];
    for (const std::string& name : known_)
        if (!made_up_.contains(name)) recorded.insert(name);
}

std::string ObjectReader::quoted(std::string_view name) {
    return fmt::format("\"{}\"", name);
}

void ObjectReader::allow(std::string_view name) {
    if (std::find(known_.begin(), known_.end(), name) == known_.end()) known_.emplace_back(name);
}

void ObjectReader::allow_made_up(std::string_view name) {
    allow(name);
    made_up_.emplace(name);
}

std::vector<const Member*> ObjectReader::unread() const {
    std::vector<const Member*> members;
    for (const Member& member : value_.members)
        if (std::find(known_.begin(), known_.end(), member.name) == known_.end())
            members.push_back(&member);
    return members;
}

void ObjectReader::report_unknown() {
    for (const Member* member : unread())
        reading_.error(member->location,
                       fmt::format("unknown key \"{}\" in {}{}", member->name, description_,
                                   did_you_mean(member->name, known_)),
                       quoted_list(known_));
}

const Value* ObjectReader::find(std::string_view name, Need need) {
    allow(name);
    const Value* value = value_.find(name);
    const bool missing = value == nullptr && need == Need::required && value_.kind == Kind::object;
    if (missing)
        reading_.error(value_.location, fmt::format("{} has no \"{}\"", description_, name));
    return value;
}

std::optional<std::string> ObjectReader::string(std::string_view name, Need need) {
    const Value* value = find(name, need);
    return value == nullptr ? std::nullopt : read_string(reading_, *value, quoted(name));
}

std::optional<bool> ObjectReader::boolean(std::string_view name, Need need) {
    const Value* value = find(name, need);
    return value == nullptr ? std::nullopt : read_boolean(reading_, *value, quoted(name));
}

std::optional<std::int64_t> ObjectReader::integer(std::string_view name, Range<std::int64_t> range,
                                                  Need need) {
    const Value* value = find(name, need);
    return value == nullptr ? std::nullopt : read_integer(reading_, *value, quoted(name), range);
}

std::optional<double> ObjectReader::number(std::string_view name, Range<double> range, Need need) {
    const Value* value = find(name, need);
    return value == nullptr ? std::nullopt : read_number(reading_, *value, quoted(name), range);
}

std::optional<Duration> ObjectReader::duration(std::string_view name, Need need) {
    const Value* value = find(name, need);
    return value == nullptr ? std::nullopt : read_duration(reading_, *value, quoted(name));
}

std::vector<const Value*> ObjectReader::array(std::string_view name, Need need) {
    const Value* value = find(name, need);
    std::vector<const Value*> elements;
    if (value == nullptr) return elements;
    if (value->kind != Kind::array)
        reading_.error(value->location,
                       fmt::format("\"{}\" must be an array, not {}", name, describe(value->kind)));
    for (const Value& element : value->elements) elements.push_back(&element);
    return elements;
}

std::vector<std::string> ObjectReader::strings(std::string_view name, Need need) {
    std::vector<std::string> texts;
    for (const Value* element : array(name, need))
        if (auto text = read_string(reading_, *element, quoted(name)))
            texts.push_back(std::move(*text));
    return texts;
}

}  // namespace janus_harness::json
