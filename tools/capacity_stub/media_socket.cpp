#include "tools/capacity_stub/media_socket.h"

#include <fmt/format.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "tools/capacity_stub/packet_batch.h"

namespace janus_harness::capacity_stub {
namespace {

// Room for some 5,000 packets; the kernel grants less where it has to.
constexpr int receive_buffer = 4 << 20;
constexpr int send_buffer = 1 << 20;

void raise_buffer(int socket, int forced, int plain, int size) {
    if (setsockopt(socket, SOL_SOCKET, forced, &size, sizeof size) == 0) return;
    setsockopt(socket, SOL_SOCKET, plain, &size, sizeof size);
}

Error socket_error(std::string_view what) {
    return {"stub_socket", fmt::format("{}: {}", what, std::strerror(errno))};
}

std::uint32_t ipv4_of(const SocketAddress& address) {
    sockaddr_in v4{};
    std::memcpy(&v4, address.data(), sizeof v4);
    return ntohl(v4.sin_addr.s_addr);
}

SocketAddress with_ipv4(std::uint32_t ip, std::uint16_t port) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_addr.s_addr = htonl(ip);
    v4.sin_port = htons(port);
    return SocketAddress(v4);
}

// The hosts from this one on, up to 127.x.y.254.
HostIndex hosts_from(const SocketAddress& address) {
    constexpr std::uint32_t most = 200;
    return static_cast<HostIndex>(std::min(most, 255 - (ipv4_of(address) & 0xff)));
}

}  // namespace

bool MediaSocket::has_hosts(const SocketAddress& address) {
    return !address.is_ipv6() && ipv4_of(address) >> 24 == 127 && hosts_from(address) > 1;
}

Result<std::unique_ptr<MediaSocket>> MediaSocket::open(const SocketAddress& address,
                                                       bool all_hosts) {
    const int family = address.is_ipv6() ? AF_INET6 : AF_INET;
    const int descriptor = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return socket_error("no UDP socket");
    const bool many = all_hosts && has_hosts(address);
    std::unique_ptr<MediaSocket> result(
        new MediaSocket(descriptor, address, many ? hosts_from(address) : HostIndex{1}));
    const auto bound = result->bind(many);
    if (!bound) return bound.error();
    // Unfragmented packets need no identification, which is made with care, and slowly.
    const int discover = IP_PMTUDISC_DO;
    setsockopt(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, &discover, sizeof discover);
    raise_buffer(descriptor, SO_RCVBUFFORCE, SO_RCVBUF, receive_buffer);
    raise_buffer(descriptor, SO_SNDBUFFORCE, SO_SNDBUF, send_buffer);
    return result;
}

Result<void> MediaSocket::bind(bool many) {
    SocketAddress local = many ? SocketAddress() : first_;
    local.set_port(0);
    const int yes = 1;
    if (many && (setsockopt(descriptor_, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3) != 0 ||
                 setsockopt(descriptor_, IPPROTO_IP, IP_PKTINFO, &yes, sizeof yes) != 0)) {
        return socket_error("a socket for all of the loopback");
    }
    if (::bind(descriptor_, local.data(), local.size()) != 0) {
        return socket_error(fmt::format("cannot bind to {}", local.ip()));
    }
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    getsockname(descriptor_, reinterpret_cast<sockaddr*>(&bound), &size);
    first_.set_port(SocketAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&bound)).port());
    return {};
}

MediaSocket::~MediaSocket() {
    close(descriptor_);
}

SocketAddress MediaSocket::address(HostIndex host) const {
    return host == 0 ? first_ : with_ipv4(ipv4_of(first_) + host, first_.port());
}

HostIndex MediaSocket::host_of(std::uint32_t destination) const {
    return hosts_ == 1 ? HostIndex{0} : static_cast<HostIndex>(destination - ipv4_of(first_));
}

bool MediaSocket::send(const SocketAddress& remote, ByteView bytes, HostIndex host) {
    msghdr message{};
    message.msg_name = const_cast<sockaddr*>(remote.data());
    message.msg_namelen = remote.size();
    iovec vector{const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    PacketInfo info;
    if (hosts_ > 1) {
        in_pktinfo source{};
        source.ipi_spec_dst.s_addr = htonl(ipv4_of(first_) + host);
        cmsghdr header{CMSG_LEN(sizeof source), IPPROTO_IP, IP_PKTINFO};
        std::memcpy(info.bytes.data(), &header, sizeof header);
        std::memcpy(info.bytes.data() + CMSG_LEN(0), &source, sizeof source);
        message.msg_control = info.bytes.data();
        message.msg_controllen = info.bytes.size();
    }
    return sendmsg(descriptor_, &message, MSG_DONTWAIT) == static_cast<ssize_t>(bytes.size());
}

std::uint64_t MediaSocket::receive_drops() const {
    std::array<std::uint32_t, SK_MEMINFO_VARS> values{};
    socklen_t size = sizeof values;
    if (getsockopt(descriptor_, SOL_SOCKET, SO_MEMINFO, values.data(), &size) != 0) return 0;
    return values[SK_MEMINFO_DROPS];
}

}  // namespace janus_harness::capacity_stub
