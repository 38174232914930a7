#include "core/socket_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>
#include <cstring>
#include <tuple>

namespace janus_harness {
namespace {

std::string_view bytes_of(const in6_addr& address) {
    return {reinterpret_cast<const char*>(&address), sizeof address};
}

}  // namespace

SocketAddress::SocketAddress() {
    std::memset(&storage_, 0, sizeof storage_);
    storage_.any.sa_family = AF_INET;
}

SocketAddress::SocketAddress(const sockaddr_in& address) : SocketAddress() {
    storage_.v4 = address;
}

SocketAddress::SocketAddress(const sockaddr_in6& address) : SocketAddress() {
    storage_.v6 = address;
}

Result<SocketAddress> SocketAddress::from_ip(std::string_view ip, std::uint16_t port) {
    const std::string text(ip);
    sockaddr_in v4{};
    if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        return SocketAddress(v4);
    }
    sockaddr_in6 v6{};
    if (inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        return SocketAddress(v6);
    }
    return Error{"bad_address", fmt::format("\"{}\" is not a numeric IPv4 or IPv6 address", ip)};
}

Result<SocketAddress> SocketAddress::parse(std::string_view text) {
    const Error bad{"bad_address", fmt::format("\"{}\" is not ADDRESS:PORT", text)};
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return bad;
    std::string_view ip = text.substr(0, colon);
    const std::string_view digits = text.substr(colon + 1);
    if (ip.size() >= 2 && ip.front() == '[' && ip.back() == ']') {
        ip = ip.substr(1, ip.size() - 2);
    } else if (ip.find(':') != std::string_view::npos) {
        return bad;
    }
    std::uint16_t port = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return bad;
    return from_ip(ip, port);
}

SocketAddress SocketAddress::from_sockaddr(const sockaddr* address) {
    if (address != nullptr && address->sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, address, sizeof v4);
        return SocketAddress(v4);
    }
    if (address != nullptr && address->sa_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, address, sizeof v6);
        return SocketAddress(v6);
    }
    return {};
}

bool SocketAddress::is_unspecified() const {
    if (is_ipv6()) return IN6_IS_ADDR_UNSPECIFIED(&storage_.v6.sin6_addr);
    return storage_.v4.sin_addr.s_addr == 0;
}

std::uint16_t SocketAddress::port() const {
    return ntohs(is_ipv6() ? storage_.v6.sin6_port : storage_.v4.sin_port);
}

void SocketAddress::set_port(std::uint16_t port) {
    (is_ipv6() ? storage_.v6.sin6_port : storage_.v4.sin_port) = htons(port);
}

std::string SocketAddress::ip() const {
    char text[INET6_ADDRSTRLEN] = {};
    if (is_ipv6()) {
        inet_ntop(AF_INET6, &storage_.v6.sin6_addr, text, sizeof text);
    } else {
        inet_ntop(AF_INET, &storage_.v4.sin_addr, text, sizeof text);
    }
    return text;
}

std::string SocketAddress::to_string() const {
    return is_ipv6() ? fmt::format("[{}]:{}", ip(), port()) : fmt::format("{}:{}", ip(), port());
}

bool operator==(const SocketAddress& left, const SocketAddress& right) {
    if (left.is_ipv6() != right.is_ipv6() || left.port() != right.port()) return false;
    if (left.is_ipv6()) {
        return bytes_of(left.storage_.v6.sin6_addr) == bytes_of(right.storage_.v6.sin6_addr);
    }
    return left.storage_.v4.sin_addr.s_addr == right.storage_.v4.sin_addr.s_addr;
}

bool operator<(const SocketAddress& left, const SocketAddress& right) {
    if (left.is_ipv6() != right.is_ipv6()) return right.is_ipv6();
    if (left.is_ipv6()) {
        return std::make_tuple(bytes_of(left.storage_.v6.sin6_addr), left.port()) <
               std::make_tuple(bytes_of(right.storage_.v6.sin6_addr), right.port());
    }
    return std::make_tuple(ntohl(left.storage_.v4.sin_addr.s_addr), left.port()) <
           std::make_tuple(ntohl(right.storage_.v4.sin_addr.s_addr), right.port());
}

std::size_t SocketAddress::hash() const {
    const std::uint64_t address =
        is_ipv6() ? std::hash<std::string_view>{}(bytes_of(storage_.v6.sin6_addr))
                  : storage_.v4.sin_addr.s_addr;
    return std::hash<std::uint64_t>{}(address * 65599U + port());
}

}  // namespace janus_harness
