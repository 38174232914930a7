#include "harness/deployment/network_route.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>

#include "core/text.h"

namespace janus_harness::deployment {
namespace {

struct HostAndPort {
    std::string host;
    std::uint16_t port = 0;
};

// Takes scheme, user, path and parameters away.
std::optional<HostAndPort> split_host(std::string_view text, std::uint16_t default_port) {
    if (const auto scheme = text.find("://"); scheme != std::string_view::npos) {
        text.remove_prefix(scheme + 3);
    } else if (text.starts_with("sip:") || text.starts_with("sips:")) {
        text.remove_prefix(text.find(':') + 1);
    }
    text = text.substr(0, text.find_first_of("/;?>"));
    if (const auto at = text.rfind('@'); at != std::string_view::npos) text.remove_prefix(at + 1);
    HostAndPort result{std::string(text), default_port};
    std::string_view port;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        result.host = text.substr(1, end - 1);
        if (end + 1 < text.size()) port = text.substr(end + 1);
    } else if (const auto colon = text.find(':'); colon != std::string_view::npos) {
        result.host = text.substr(0, colon);
        port = text.substr(colon);
    }
    if (result.host.empty()) return std::nullopt;
    if (port.empty()) return result;
    const auto number = parse_unsigned(port.substr(1));
    if (port.front() != ':' || !number || *number == 0 || *number > 65535) return std::nullopt;
    result.port = static_cast<std::uint16_t>(*number);
    return result;
}

bool is_loopback(const SocketAddress& address) {
    return address.ip().starts_with("127.") || address.ip() == "::1";
}

std::optional<SocketAddress> first_other_interface(bool ipv6) {
    ifaddrs* list = nullptr;
    if (getifaddrs(&list) != 0) return std::nullopt;
    const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owner(list, freeifaddrs);
    for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
        const bool usable = entry->ifa_addr != nullptr && (entry->ifa_flags & IFF_UP) != 0 &&
                            (entry->ifa_flags & IFF_LOOPBACK) == 0 &&
                            entry->ifa_addr->sa_family == (ipv6 ? AF_INET6 : AF_INET);
        if (usable) return SocketAddress::from_sockaddr(entry->ifa_addr);
    }
    return std::nullopt;
}

}  // namespace

Result<SocketAddress> resolve_host(std::string_view text, std::uint16_t default_port) {
    const auto target = split_host(text, default_port);
    if (!target) return Error{"bad_address", fmt::format("\"{}\" names no host and port", text)};
    if (auto numeric = SocketAddress::from_ip(target->host, target->port)) return numeric;
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_DGRAM;
    addrinfo* list = nullptr;
    const int failed = getaddrinfo(target->host.c_str(), nullptr, &hints, &list);
    if (failed != 0) {
        return Error{"unknown_host", fmt::format("host \"{}\" of \"{}\" cannot be resolved: {}",
                                                 target->host, text, gai_strerror(failed))};
    }
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(list, freeaddrinfo);
    const addrinfo* chosen = list;
    for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
        if (entry->ai_family == AF_INET) {
            chosen = entry;
            break;
        }
    }
    SocketAddress address = SocketAddress::from_sockaddr(chosen->ai_addr);
    address.set_port(target->port);
    return address;
}

Result<SocketAddress> local_address_towards(const SocketAddress& remote) {
    const auto failed = [&] {
        return Error{"no_route",
                     fmt::format("no route to {}: {}", remote.ip(), std::strerror(errno))};
    };
    const int descriptor = socket(remote.data()->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return failed();
    SocketAddress target = remote;
    if (target.port() == 0) target.set_port(9);
    // connect() on UDP sends nothing; it makes the kernel choose the way.
    sockaddr_storage local{};
    socklen_t size = sizeof local;
    auto* local_pointer = reinterpret_cast<sockaddr*>(&local);
    const bool known = connect(descriptor, target.data(), target.size()) == 0 &&
                       getsockname(descriptor, local_pointer, &size) == 0;
    const int error = errno;
    close(descriptor);
    errno = error;
    if (!known) return failed();
    SocketAddress address = SocketAddress::from_sockaddr(local_pointer);
    if (is_loopback(address)) {
        address = first_other_interface(address.is_ipv6()).value_or(address);
    }
    address.set_port(0);
    return address;
}

}  // namespace janus_harness::deployment
