#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/socket_address.h"

namespace janus_harness::sip {

inline constexpr std::uint16_t default_port = 5060;  // RFC 3261 19.1.2, for UDP

// ";name=value" or, without value, ";name". Quotes of a quoted value are part of the value.
struct Parameter {
    std::string name;
    std::optional<std::string> value;
};
using Parameters = std::vector<Parameter>;

// Names compare without regard to case. Null when there is none.
const Parameter* find_parameter(const Parameters& parameters, std::string_view name);
// The value, empty when the parameter is missing or has none.
std::string parameter_value(const Parameters& parameters, std::string_view name);
// Adds or replaces.
void set_parameter(Parameters& parameters, std::string_view name, std::optional<std::string> value);

// RFC 3261 19.1, with escapes resolved in user and parameters. Any other scheme keeps its text in
// `opaque`.
struct Uri {
    std::string scheme = "sip";
    std::string user;
    std::string password;
    std::string host;        // without the brackets of IPv6
    std::uint16_t port = 0;  // 0: not given
    Parameters parameters;
    std::vector<Parameter> headers;
    std::string opaque;

    bool is_sip() const;  // sip: or sips:
    bool present() const { return !host.empty() || !opaque.empty(); }
    std::string to_string() const;
    // Of scheme, user, host and port alone; parameters do not count.
    bool same_target(const Uri& other) const;
    // Where a request to it goes; none when the host is not a numeric address (there is no DNS).
    std::optional<SocketAddress> address() const;
    static std::optional<Uri> parse(const std::string& text);
};

Uri make_uri(std::string user, std::string host, std::uint16_t port = 0);
Uri make_uri(std::string user, const SocketAddress& address);

// From, To, Contact, Route and Record-Route: `"Name" <uri>;parameters`.
struct NameAddr {
    std::string display_name;  // as on the wire, quotes included
    Uri uri;
    Parameters parameters;

    std::string tag() const { return parameter_value(parameters, "tag"); }
    std::string to_string() const;
    static std::optional<NameAddr> parse(const std::string& text);
};

// A display name as a quoted-string (RFC 3261 25.1), empty for the empty name.
std::string quoted_display_name(std::string_view name);

}  // namespace janus_harness::sip
