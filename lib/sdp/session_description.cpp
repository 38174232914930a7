#include "sdp/session_description.h"

#include "sdp/field.h"

namespace janus_harness::sdp {
namespace {

void append_line(std::string& text, char type, std::string_view value) {
    text.push_back(type);
    text.push_back('=');
    text.append(value).append("\r\n");
}

}  // namespace

std::optional<Origin> parse_origin(std::string_view value) {
    Origin origin;
    origin.username = take_field(value);
    origin.session_id = take_field(value);
    origin.session_version = take_field(value);
    origin.network_type = take_field(value);
    origin.address_type = take_field(value);
    origin.address = value;
    const bool complete = !origin.username.empty() && all_digits(origin.session_id) &&
                          all_digits(origin.session_version) && origin.network_type == "IN" &&
                          (origin.address_type == "IP4" || origin.address_type == "IP6") &&
                          !value.empty() && value.find(' ') == std::string_view::npos;
    return complete ? std::optional(std::move(origin)) : std::nullopt;
}

std::string SessionDescription::serialize() const {
    std::string text;
    text.reserve(1024);
    for (const Line& line : lines) append_line(text, line.type, line.value);
    for (const MediaDescription& section : media) {
        append_line(text, 'm', section.media_line());
        for (const Line& line : section.lines) append_line(text, line.type, line.value);
    }
    return text;
}

std::optional<Origin> SessionDescription::origin() const {
    const Line* line = find('o');
    return line == nullptr ? std::nullopt : parse_origin(line->value);
}

std::vector<MediaSection> SessionDescription::sections() const {
    std::vector<MediaSection> sections;
    sections.reserve(media.size());
    for (std::size_t i = 0; i < media.size(); ++i) sections.push_back(section(i));
    return sections;
}

std::optional<MediaSection> SessionDescription::first_active(std::string_view kind) const {
    for (std::size_t i = 0; i < media.size(); ++i) {
        if (media[i].media == kind && !media[i].rejected()) return section(i);
    }
    return std::nullopt;
}

std::optional<MediaSection> SessionDescription::section_with_mid(std::string_view mid) const {
    for (std::size_t i = 0; i < media.size(); ++i) {
        if (section(i).mid() == mid) return section(i);
    }
    return std::nullopt;
}

std::vector<Group> SessionDescription::groups() const {
    std::vector<Group> groups;
    for (const Attribute& attribute : attributes("group")) {
        std::string_view rest = attribute.value;
        Group group{take_field(rest), {}};
        while (!rest.empty()) {
            if (const auto mid = take_field(rest); !mid.empty()) group.mids.push_back(mid);
        }
        groups.push_back(std::move(group));
    }
    return groups;
}

std::optional<Group> SessionDescription::bundle_group() const {
    for (Group& group : groups()) {
        if (group.semantics == "BUNDLE") return std::move(group);
    }
    return std::nullopt;
}

}  // namespace janus_harness::sdp
