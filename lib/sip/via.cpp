#include "sip/via.h"

#include <fmt/format.h>

#include "core/text.h"

namespace janus_harness::sip {
namespace {

std::string host_text(const std::string& host) {
    return host.find(':') == std::string::npos ? host : '[' + host + ']';
}

}  // namespace

std::string Via::sent_by() const {
    return fmt::format("{}:{}", to_lower(host_text(host)), port == 0 ? default_port : port);
}

std::string Via::to_string() const {
    std::string out = "SIP/2.0/" + transport + ' ' + host_text(host);
    if (port != 0) out += fmt::format(":{}", port);
    for (const auto& [name, value] : parameters) {
        out += ';' + name;
        if (value) out += '=' + *value;
    }
    return out;
}

Via make_via(const SocketAddress& local, std::string branch) {
    Via via;
    via.host = local.ip();
    via.port = local.port();
    via.parameters = {{"rport", std::nullopt}, {"branch", std::move(branch)}};
    return via;
}

void stamp_received(Via& via, const SocketAddress& remote) {
    const bool rport = find_parameter(via.parameters, "rport") != nullptr;
    if (rport) set_parameter(via.parameters, "rport", std::to_string(remote.port()));
    if (rport || !iequals(via.host, remote.ip())) {
        set_parameter(via.parameters, "received", remote.ip());
    }
}

std::optional<SocketAddress> response_destination(const Via& via) {
    std::string host = parameter_value(via.parameters, "received");
    if (host.empty()) host = via.host;
    std::uint64_t port = via.port == 0 ? default_port : via.port;
    const auto rport = parse_unsigned(parameter_value(via.parameters, "rport"));
    if (rport && *rport > 0 && *rport <= 65535) port = *rport;
    const auto address = SocketAddress::from_ip(host, static_cast<std::uint16_t>(port));
    if (!address) return std::nullopt;
    return address.value();
}

}  // namespace janus_harness::sip
