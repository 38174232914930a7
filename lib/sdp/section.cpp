#include "sdp/section.h"

#include <algorithm>
#include <utility>

namespace janus_harness::sdp {
namespace {

bool is_attribute(const Line& line, std::string_view name) {
    if (line.type != 'a' || !std::string_view(line.value).starts_with(name)) return false;
    return line.value.size() == name.size() || line.value[name.size()] == ':';
}

std::string attribute_text(std::string_view name, std::string_view value) {
    std::string text(name);
    if (!value.empty()) text.append(1, ':').append(value);
    return text;
}

}  // namespace

Attribute split_attribute(const Line& line) {
    const std::string_view text = line.value;
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return {text, {}, false, line.number};
    return {text.substr(0, colon), text.substr(colon + 1), true, line.number};
}

const Line* Section::find(char type) const {
    const auto found = std::ranges::find(lines, type, &Line::type);
    return found == lines.end() ? nullptr : &*found;
}

std::optional<std::string_view> Section::attribute(std::string_view name) const {
    for (const Line& line : lines) {
        if (is_attribute(line, name)) return split_attribute(line).value;
    }
    return std::nullopt;
}

std::vector<Attribute> Section::attributes(std::string_view name) const {
    std::vector<Attribute> found;
    for (const Line& line : lines) {
        if (is_attribute(line, name)) found.push_back(split_attribute(line));
    }
    return found;
}

std::size_t Section::count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(lines, [&](const Line& line) { return is_attribute(line, name); }));
}

void Section::add(char type, std::string value) {
    lines.push_back({type, std::move(value), 0});
}

void Section::add_attribute(std::string_view name, std::string_view value) {
    add('a', attribute_text(name, value));
}

void Section::set_attribute(std::string_view name, std::string_view value) {
    for (Line& line : lines) {
        if (!is_attribute(line, name)) continue;
        line.value = attribute_text(name, value);
        return;
    }
    add_attribute(name, value);
}

std::size_t Section::remove_attributes(std::string_view name) {
    return std::erase_if(lines, [&](const Line& line) { return is_attribute(line, name); });
}

}  // namespace janus_harness::sdp
