#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace janus_harness {

// An IPv4 or IPv6 address with a UDP or TCP port. Compares by family, address and port.
class SocketAddress {
  public:
    // 0.0.0.0:0
    SocketAddress();
    explicit SocketAddress(const sockaddr_in& address);
    explicit SocketAddress(const sockaddr_in6& address);

    // `ip` is a numeric IPv4 or IPv6 address (no brackets, no host name). Error "bad_address".
    static Result<SocketAddress> from_ip(std::string_view ip, std::uint16_t port);
    // "192.0.2.1:5060" or "[2001:db8::1]:5060". Error "bad_address".
    static Result<SocketAddress> parse(std::string_view text);
    // From what recvfrom() or getsockname() wrote. Anything but AF_INET/AF_INET6 gives 0.0.0.0:0.
    static SocketAddress from_sockaddr(const sockaddr* address);

    bool is_ipv6() const { return storage_.any.sa_family == AF_INET6; }
    bool is_unspecified() const;
    std::uint16_t port() const;
    void set_port(std::uint16_t port);
    // Numeric address without port or brackets.
    std::string ip() const;
    // "192.0.2.1:5060" or "[2001:db8::1]:5060".
    std::string to_string() const;

    const sockaddr* data() const { return &storage_.any; }
    socklen_t size() const { return is_ipv6() ? sizeof(sockaddr_in6) : sizeof(sockaddr_in); }

    friend bool operator==(const SocketAddress& left, const SocketAddress& right);
    friend bool operator<(const SocketAddress& left, const SocketAddress& right);
    std::size_t hash() const;

  private:
    union {
        sockaddr any;
        sockaddr_in v4;
        sockaddr_in6 v6;
    } storage_;
};

}  // namespace janus_harness

template <>
struct std::hash<janus_harness::SocketAddress> {
    std::size_t operator()(const janus_harness::SocketAddress& address) const noexcept {
        return address.hash();
    }
};
