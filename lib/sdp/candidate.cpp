#include "sdp/candidate.h"

#include <fmt/format.h>

#include "sdp/field.h"

namespace janus_harness::sdp {
namespace {

constexpr std::uint32_t highest_priority = 0x7fffffff;
constexpr std::uint32_t host_type_preference = 126;  // RFC 8445 5.1.2.2

Error wrong(std::string_view field, std::string_view expected, std::string_view found) {
    return {"sdp_candidate",
            fmt::format("candidate: expected {} as {}, found '{}'", expected, field, found)};
}

std::string_view without_prefix(std::string_view text) {
    for (const std::string_view prefix : {"a=", "candidate:"}) {
        if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
    }
    return trim(text);
}

// foundation, component, transport, priority.
Result<void> parse_identity(std::string_view& rest, Candidate& candidate) {
    const auto foundation = take_field(rest);
    if (foundation.empty() || foundation.size() > 32 || !all_ice_chars(foundation)) {
        return wrong("foundation", "1 to 32 ice-chars", foundation);
    }
    const auto component = take_field(rest);
    const auto component_id = parse_number<std::uint32_t>(component);
    if (!component_id || *component_id < 1 || *component_id > 256) {
        return wrong("component", "a number from 1 to 256", component);
    }
    const auto transport = take_field(rest);
    if (transport.empty()) return wrong("transport", "udp or tcp", transport);
    const auto priority_text = take_field(rest);
    const auto priority = parse_number<std::uint32_t>(priority_text);
    if (!priority || *priority < 1 || *priority > highest_priority) {
        return wrong("priority", "a number from 1 to 2147483647", priority_text);
    }
    candidate.foundation = foundation;
    candidate.component = *component_id;
    candidate.transport = transport;
    candidate.priority = *priority;
    return {};
}

// address, port, "typ" and type.
Result<void> parse_address(std::string_view& rest, Candidate& candidate) {
    const auto address = take_field(rest);
    if (address.empty()) return wrong("address", "an address", address);
    const auto port_text = take_field(rest);
    const auto port = parse_number<std::uint16_t>(port_text);
    if (!port) return wrong("port", "a number from 0 to 65535", port_text);
    const auto keyword = take_field(rest);
    if (keyword != "typ") return wrong("keyword after the port", "typ", keyword);
    const auto type = take_field(rest);
    if (type.empty()) return wrong("type", "host, srflx, prflx or relay", type);
    candidate.address = address;
    candidate.port = *port;
    candidate.type = type;
    return {};
}

// raddr, rport and extensions: names and values in turn.
Result<void> parse_extensions(std::string_view rest, Candidate& candidate) {
    while (!rest.empty()) {
        const auto name = take_field(rest);
        if (rest.empty()) return wrong("end", "a value after each extension name", name);
        const auto value = take_field(rest);
        if (name == "raddr") {
            candidate.related_address = value;
        } else if (name == "rport") {
            const auto port = parse_number<std::uint16_t>(value);
            if (!port) return wrong("rport", "a number from 0 to 65535", value);
            candidate.related_port = *port;
        } else {
            candidate.extensions.emplace_back(name, value);
        }
    }
    return {};
}

}  // namespace

Result<Candidate> Candidate::parse(std::string_view text) {
    std::string_view rest = without_prefix(text);
    Candidate candidate;
    if (auto identity = parse_identity(rest, candidate); !identity) return identity.error();
    if (auto address = parse_address(rest, candidate); !address) return address.error();
    if (auto others = parse_extensions(rest, candidate); !others) return others.error();
    return candidate;
}

std::string Candidate::value() const {
    auto text = fmt::format("{} {} {} {} {} {} typ {}", foundation, component, transport, priority,
                            address, port, type);
    if (!related_address.empty()) {
        text += fmt::format(" raddr {} rport {}", related_address, related_port);
    }
    for (const auto& [name, extension] : extensions) text += fmt::format(" {} {}", name, extension);
    return text;
}

std::string Candidate::to_string() const {
    return "candidate:" + value();
}

Result<SocketAddress> Candidate::socket_address() const {
    return SocketAddress::from_ip(address, port);
}

Candidate Candidate::host(const SocketAddress& address, std::uint16_t local_preference) {
    Candidate candidate;
    candidate.priority =
        host_type_preference << 24 | static_cast<std::uint32_t>(local_preference) << 8 | (256 - 1);
    candidate.address = address.ip();
    candidate.port = address.port();
    return candidate;
}

}  // namespace janus_harness::sdp
