#include <array>
#include <utility>

#include "sdp/field.h"
#include "sdp/media_section.h"

namespace janus_harness::sdp {
namespace {

using namespace std::string_view_literals;

constexpr std::array direction_names{"sendrecv"sv, "sendonly"sv, "recvonly"sv, "inactive"sv};
constexpr std::array setup_names{"actpass"sv, "active"sv, "passive"sv, "holdconn"sv};

template <typename Enumeration, std::size_t count>
std::optional<Enumeration> named(const std::array<std::string_view, count>& names,
                                 std::string_view name) {
    for (std::size_t i = 0; i < count; ++i) {
        if (names[i] == name) return static_cast<Enumeration>(i);
    }
    return std::nullopt;
}

Direction direction_of(bool send, bool receive) {
    if (send) return receive ? Direction::sendrecv : Direction::sendonly;
    return receive ? Direction::recvonly : Direction::inactive;
}

}  // namespace

std::string_view to_string(Direction direction) {
    return direction_names[static_cast<std::size_t>(direction)];
}

std::optional<Direction> parse_direction(std::string_view name) {
    return named<Direction>(direction_names, name);
}

bool sends(Direction direction) {
    return direction == Direction::sendrecv || direction == Direction::sendonly;
}

bool receives(Direction direction) {
    return direction == Direction::sendrecv || direction == Direction::recvonly;
}

Direction reversed(Direction direction) {
    return direction_of(receives(direction), sends(direction));
}

Direction intersection(Direction left, Direction right) {
    return direction_of(sends(left) && sends(right), receives(left) && receives(right));
}

std::string_view to_string(Setup setup) {
    return setup_names[static_cast<std::size_t>(setup)];
}

std::optional<Setup> parse_setup(std::string_view name) {
    return named<Setup>(setup_names, name);
}

std::optional<Connection> parse_connection(std::string_view value) {
    if (take_field(value) != "IN") return std::nullopt;
    const auto type = take_field(value);
    const auto address = take_field(value, '/');  // a TTL or a count follows the slash
    if ((type != "IP4" && type != "IP6") || address.empty()) return std::nullopt;
    if (address.find(' ') != std::string_view::npos) return std::nullopt;
    return Connection{std::string(type), std::string(address)};
}

std::string MediaDescription::media_line() const {
    std::string text = media + ' ' + std::to_string(port);
    if (port_count != 1) text += '/' + std::to_string(port_count);
    text += ' ' + protocol;
    for (const std::string& format : formats) text += ' ' + format;
    return text;
}

}  // namespace janus_harness::sdp
