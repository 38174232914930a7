#include "sdp/media_section.h"

#include "sdp/field.h"

namespace janus_harness::sdp {
namespace {

std::optional<Direction> direction_in(const Section& section) {
    for (const Line& line : section.lines) {
        if (line.type != 'a') continue;
        if (const auto direction = parse_direction(line.value)) return direction;
    }
    return std::nullopt;
}

// Own value, else the session's.
std::optional<std::string_view> inherited(const Section& own, const Section& session,
                                          std::string_view name) {
    const auto value = own.attribute(name);
    return value ? value : session.attribute(name);
}

std::vector<Attribute> inherited_list(const Section& own, const Section& session,
                                      std::string_view name) {
    auto list = own.attributes(name);
    return list.empty() ? session.attributes(name) : list;
}

std::optional<ExtensionMap> parse_extension_map(const Attribute& attribute) {
    std::string_view rest = attribute.value;
    std::string_view id_and_direction = take_field(rest);
    const auto id = parse_number<std::uint32_t>(take_field(id_and_direction, '/'));
    const auto uri = take_field(rest);
    if (!id || uri.empty()) return std::nullopt;
    ExtensionMap map;
    map.id = *id;
    map.direction = parse_direction(id_and_direction);
    map.uri = uri;
    map.attributes = rest;
    map.line = attribute.line;
    return map;
}

std::optional<SourceAttribute> parse_source(const Attribute& attribute) {
    std::string_view rest = attribute.value;
    const auto ssrc = parse_number<std::uint32_t>(take_field(rest));
    const auto name = take_field(rest, ':');
    if (!ssrc || name.empty()) return std::nullopt;
    return SourceAttribute{*ssrc, std::string(name), std::string(rest), attribute.line};
}

std::optional<RtpMap> mapped(const std::vector<Attribute>& rtpmaps, std::uint8_t payload_type) {
    for (const Attribute& attribute : rtpmaps) {
        auto map = parse_rtpmap(attribute.value);
        if (!map || map->payload_type != payload_type) continue;
        map->line = attribute.line;
        return map;
    }
    return static_rtpmap(payload_type);
}

}  // namespace

std::optional<std::string_view> MediaSection::mid() const {
    return media_->attribute("mid");
}

Direction MediaSection::direction() const {
    if (const auto own = direction_in(*media_)) return *own;
    return direction_in(*session_).value_or(Direction::sendrecv);
}

bool MediaSection::rtcp_mux() const {
    return media_->has_attribute("rtcp-mux");
}

std::string_view MediaSection::ice_ufrag() const {
    return inherited(*media_, *session_, "ice-ufrag").value_or("");
}

std::string_view MediaSection::ice_pwd() const {
    return inherited(*media_, *session_, "ice-pwd").value_or("");
}

std::optional<Setup> MediaSection::setup() const {
    const auto value = inherited(*media_, *session_, "setup");
    return value ? parse_setup(*value) : std::nullopt;
}

std::vector<Fingerprint> MediaSection::fingerprints() const {
    std::vector<Fingerprint> fingerprints;
    for (const Attribute& attribute : inherited_list(*media_, *session_, "fingerprint")) {
        std::string_view rest = attribute.value;
        const auto hash = take_field(rest);
        const auto value = trim(rest);
        if (hash.empty() || value.empty()) continue;
        fingerprints.push_back({std::string(hash), std::string(value)});
    }
    return fingerprints;
}

std::vector<Candidate> MediaSection::candidates() const {
    std::vector<Candidate> candidates;
    for (const Attribute& attribute : media_->attributes("candidate")) {
        auto candidate = Candidate::parse(attribute.value);
        if (candidate) candidates.push_back(std::move(candidate).value());
    }
    return candidates;
}

bool MediaSection::end_of_candidates() const {
    return inherited(*media_, *session_, "end-of-candidates").has_value();
}

std::vector<RtpMap> MediaSection::rtpmaps() const {
    const auto attributes = media_->attributes("rtpmap");
    std::vector<RtpMap> maps;
    for (const std::string& format : media_->formats) {
        const auto payload_type = parse_number<std::uint8_t>(format);
        if (!payload_type) continue;
        if (auto map = mapped(attributes, *payload_type)) maps.push_back(std::move(*map));
    }
    return maps;
}

std::optional<RtpMap> MediaSection::rtpmap(std::uint8_t payload_type) const {
    for (RtpMap& map : rtpmaps()) {
        if (map.payload_type == payload_type) return std::move(map);
    }
    return std::nullopt;
}

std::optional<RtpMap> MediaSection::rtpmap(std::string_view encoding_name) const {
    for (RtpMap& map : rtpmaps()) {
        if (iequals(map.encoding_name, encoding_name)) return std::move(map);
    }
    return std::nullopt;
}

std::optional<std::string_view> MediaSection::fmtp(std::uint8_t payload_type) const {
    for (const Attribute& attribute : media_->attributes("fmtp")) {
        std::string_view rest = attribute.value;
        if (parse_number<std::uint8_t>(take_field(rest)) == payload_type) return rest;
    }
    return std::nullopt;
}

std::vector<FormatParameters> MediaSection::format_parameters() const {
    std::vector<FormatParameters> list;
    for (const Attribute& attribute : media_->attributes("fmtp")) {
        std::string_view rest = attribute.value;
        const auto format = take_field(rest);
        list.push_back({std::string(format), std::string(rest), attribute.line});
    }
    return list;
}

std::vector<ExtensionMap> MediaSection::extension_maps() const {
    std::vector<ExtensionMap> maps;
    for (const Attribute& attribute : inherited_list(*media_, *session_, "extmap")) {
        if (auto map = parse_extension_map(attribute)) maps.push_back(std::move(*map));
    }
    return maps;
}

std::vector<SourceAttribute> MediaSection::sources() const {
    std::vector<SourceAttribute> sources;
    for (const Attribute& attribute : media_->attributes("ssrc")) {
        if (auto source = parse_source(attribute)) sources.push_back(std::move(*source));
    }
    return sources;
}

std::optional<std::uint32_t> MediaSection::ptime() const {
    const auto value = media_->attribute("ptime");
    return value ? parse_number<std::uint32_t>(trim(*value)) : std::nullopt;
}

std::optional<Connection> MediaSection::connection() const {
    const Line* line = media_->find('c');
    if (line == nullptr) line = session_->find('c');
    return line == nullptr ? std::nullopt : parse_connection(line->value);
}

}  // namespace janus_harness::sdp
