#include <fmt/format.h>

#include <cmath>

#include "reports/event_log.h"
#include "reports/json_writer.h"

namespace janus_harness::reports {
namespace {

std::string quoted(std::string_view text) {
    CompactJsonWriter json;
    json.value(text);
    return json.text();
}

}  // namespace

void JsonLine::begin(std::string_view key) {
    if (!body_.empty()) body_ += ',';
    body_ += quoted(key);
    body_ += ':';
}

JsonLine& JsonLine::text(std::string_view key, std::string_view value) {
    begin(key);
    body_ += quoted(value);
    return *this;
}

JsonLine& JsonLine::number(std::string_view key, double value) {
    begin(key);
    body_ += std::isfinite(value) ? fmt::format("{}", value) : "null";
    return *this;
}

JsonLine& JsonLine::integer(std::string_view key, std::int64_t value) {
    begin(key);
    body_ += std::to_string(value);
    return *this;
}

JsonLine& JsonLine::boolean(std::string_view key, bool value) {
    begin(key);
    body_ += value ? "true" : "false";
    return *this;
}

JsonLine& JsonLine::null(std::string_view key) {
    begin(key);
    body_ += "null";
    return *this;
}

JsonLine& JsonLine::raw(std::string_view key, std::string_view json) {
    begin(key);
    body_ += json;
    return *this;
}

}  // namespace janus_harness::reports
