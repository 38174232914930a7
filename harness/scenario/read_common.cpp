#include <fmt/format.h>

#include "harness/scenario/read_scenario.h"

namespace janus_harness::scenario {

std::optional<Template> read_template(json::Reading& reading, const json::Value& value,
                                      const std::string& what) {
    // A variable may have made a number of it: user names and numbers to call are digits.
    const bool textual = value.kind == json::Kind::integer;
    const auto text = textual ? json::scalar_text(value) : json::read_string(reading, value, what);
    if (!text) return std::nullopt;
    auto parsed = parse_template(*text);
    if (!parsed) {
        reading.error(value.location, parsed.error().message);
        return std::nullopt;
    }
    parsed->location = value.location;
    return std::move(parsed).value();
}

std::optional<Template> read_template(json::Reading& reading, json::ObjectReader& reader,
                                      std::string_view name, json::Need need) {
    const json::Value* value = reader.find(name, need);
    if (value == nullptr) return std::nullopt;
    return read_template(reading, *value, fmt::format("\"{}\"", name));
}

Headers read_headers(json::Reading& reading, json::ObjectReader& reader, std::string_view name) {
    Headers headers;
    const json::Value* value = reader.find(name);
    if (value == nullptr) return headers;
    if (value->kind != json::Kind::object)
        reading.error(value->location,
                      fmt::format("\"{}\" must be an object of names and values, not {}", name,
                                  json::describe(value->kind)));
    for (const json::Member& member : value->members)
        if (auto text = read_template(reading, member.value, fmt::format("\"{}\"", member.name)))
            headers.emplace_back(member.name, std::move(*text));
    return headers;
}

const json::Choices<DtlsSetup>& dtls_choices() {
    static const json::Choices<DtlsSetup> choices{{"actpass", DtlsSetup::actpass},
                                                  {"active", DtlsSetup::active},
                                                  {"passive", DtlsSetup::passive}};
    return choices;
}

const json::Choices<Codec>& codec_choices() {
    static const json::Choices<Codec> choices{
        {"opus", Codec::opus}, {"PCMU", Codec::pcmu}, {"PCMA", Codec::pcma}, {"G722", Codec::g722}};
    return choices;
}

const json::Choices<Transport>& transport_choices() {
    static const json::Choices<Transport> choices{{"http", Transport::http},
                                                  {"ws", Transport::websocket}};
    return choices;
}

}  // namespace janus_harness::scenario
