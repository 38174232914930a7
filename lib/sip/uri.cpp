#include "sip/uri.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"

namespace janus_harness::sip {
namespace {

// RFC 3261 25.1: unreserved and what user (or a parameter) may hold beside it.
constexpr std::string_view user_extra = "-_.!~*'()&=+$,;?/";
constexpr std::string_view parameter_extra = "-_.!~*'()[]/:&+$";

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

std::string escape(std::string_view text, std::string_view extra) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (is_alphanumeric(c) || extra.find(c) != std::string_view::npos) {
            out += c;
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return out;
}

void append_uri_parameters(std::string& out, const Parameters& parameters) {
    for (const auto& [name, value] : parameters) {
        out += ';' + escape(name, parameter_extra);
        if (value) out += '=' + escape(*value, parameter_extra);
    }
}

std::string bracketed(const std::string& host) {
    return host.find(':') == std::string::npos ? host : '[' + host + ']';
}

}  // namespace

const Parameter* find_parameter(const Parameters& parameters, std::string_view name) {
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const Parameter& p) { return iequals(p.name, name); });
    return found == parameters.end() ? nullptr : &*found;
}

std::string parameter_value(const Parameters& parameters, std::string_view name) {
    const Parameter* found = find_parameter(parameters, name);
    return found == nullptr ? std::string() : found->value.value_or("");
}

void set_parameter(Parameters& parameters, std::string_view name,
                   std::optional<std::string> value) {
    for (auto& parameter : parameters) {
        if (!iequals(parameter.name, name)) continue;
        parameter.value = std::move(value);
        return;
    }
    parameters.push_back({std::string(name), std::move(value)});
}

bool Uri::is_sip() const {
    return iequals(scheme, "sip") || iequals(scheme, "sips");
}

std::string Uri::to_string() const {
    if (!is_sip()) return scheme + ':' + opaque;
    std::string out = scheme + ':';
    if (!user.empty()) {
        out += escape(user, user_extra);
        if (!password.empty()) out += ':' + escape(password, user_extra);
        out += '@';
    }
    out += bracketed(host);
    if (port != 0) out += fmt::format(":{}", port);
    append_uri_parameters(out, parameters);
    char separator = '?';
    for (const auto& [name, value] : headers) {
        out += separator + escape(name, parameter_extra) + '=' +
               escape(value.value_or(""), parameter_extra);
        separator = '&';
    }
    return out;
}

bool Uri::same_target(const Uri& other) const {
    return iequals(scheme, other.scheme) && user == other.user && iequals(host, other.host) &&
           port == other.port && opaque == other.opaque;
}

std::optional<SocketAddress> Uri::address() const {
    if (!is_sip()) return std::nullopt;
    auto address = SocketAddress::from_ip(host, port == 0 ? default_port : port);
    if (!address) return std::nullopt;
    return address.value();
}

Uri make_uri(std::string user, std::string host, std::uint16_t port) {
    Uri uri;
    uri.user = std::move(user);
    uri.host = std::move(host);
    uri.port = port;
    return uri;
}

Uri make_uri(std::string user, const SocketAddress& address) {
    return make_uri(std::move(user), address.ip(), address.port());
}

std::string NameAddr::to_string() const {
    std::string out;
    if (!display_name.empty()) out += display_name + ' ';
    out += '<' + uri.to_string() + '>';
    for (const auto& [name, value] : parameters) {
        out += ';' + name;
        if (value) out += '=' + *value;
    }
    return out;
}

std::string quoted_display_name(std::string_view name) {
    if (name.empty()) return {};
    std::string out = "\"";
    for (const char c : name) {
        if (c == '\r' || c == '\n') continue;  // never a new header line
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

}  // namespace janus_harness::sip
