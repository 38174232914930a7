#include "tools/capacity_stub/media_socket.h"

#include <fmt/format.h>
#include <linux/sock_diag.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

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

}  // namespace

PacketBatch::PacketBatch() {
    for (std::size_t i = 0; i < capacity; ++i) {
        incoming_vectors_[i] = {buffers_[i].data(), largest_packet};
        incoming_[i].msg_hdr.msg_name = &remotes_[i];
        incoming_[i].msg_hdr.msg_iov = &incoming_vectors_[i];
        incoming_[i].msg_hdr.msg_iovlen = 1;
        outgoing_[i].msg_hdr.msg_iov = &outgoing_vectors_[i];
        outgoing_[i].msg_hdr.msg_iovlen = 1;
    }
}

std::size_t PacketBatch::receive(int socket) {
    for (auto& message : incoming_) message.msg_hdr.msg_namelen = sizeof(sockaddr_in6);
    const int count = recvmmsg(socket, incoming_.data(), capacity, MSG_DONTWAIT, nullptr);
    return count < 0 ? 0 : static_cast<std::size_t>(count);
}

const sockaddr* PacketBatch::remote(std::size_t index) const {
    return reinterpret_cast<const sockaddr*>(&remotes_[index]);
}

void PacketBatch::send_back(std::size_t index, std::size_t length) {
    outgoing_vectors_[marked_] = {buffers_[index].data(), length};
    outgoing_[marked_].msg_hdr.msg_name = &remotes_[index];
    outgoing_[marked_].msg_hdr.msg_namelen = incoming_[index].msg_hdr.msg_namelen;
    ++marked_;
}

// A refusal says something about the first packet that is left only: the others are tried again.
PacketBatch::Sent PacketBatch::flush(int socket) {
    Sent result;
    std::size_t next = 0;
    while (next < marked_) {
        const int sent = sendmmsg(socket, &outgoing_[next],
                                  static_cast<unsigned int>(marked_ - next), MSG_DONTWAIT);
        if (sent > 0) {
            result.accepted += static_cast<std::size_t>(sent);
            next += static_cast<std::size_t>(sent);
        } else {
            ++result.refused;
            ++next;
        }
    }
    marked_ = 0;
    return result;
}

Result<std::unique_ptr<MediaSocket>> MediaSocket::open(const SocketAddress& address) {
    const int family = address.is_ipv6() ? AF_INET6 : AF_INET;
    const int descriptor = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return socket_error("no UDP socket");
    std::unique_ptr<MediaSocket> result(new MediaSocket(descriptor, address));
    result->address_.set_port(0);
    if (bind(descriptor, result->address_.data(), result->address_.size()) != 0) {
        return socket_error(fmt::format("cannot bind to {}", address.ip()));
    }
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    getsockname(descriptor, reinterpret_cast<sockaddr*>(&bound), &size);
    result->address_ = SocketAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&bound));
    // Unfragmented packets need no identification, which is made with care, and slowly.
    const int discover = IP_PMTUDISC_DO;
    setsockopt(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, &discover, sizeof discover);
    raise_buffer(descriptor, SO_RCVBUFFORCE, SO_RCVBUF, receive_buffer);
    raise_buffer(descriptor, SO_SNDBUFFORCE, SO_SNDBUF, send_buffer);
    return result;
}

MediaSocket::~MediaSocket() {
    close(descriptor_);
}

bool MediaSocket::send(const SocketAddress& remote, ByteView bytes) {
    const auto sent =
        sendto(descriptor_, bytes.data(), bytes.size(), MSG_DONTWAIT, remote.data(), remote.size());
    return sent == static_cast<ssize_t>(bytes.size());
}

std::uint64_t MediaSocket::receive_drops() const {
    std::array<std::uint32_t, SK_MEMINFO_VARS> values{};
    socklen_t size = sizeof values;
    if (getsockopt(descriptor_, SOL_SOCKET, SO_MEMINFO, values.data(), &size) != 0) return 0;
    return values[SK_MEMINFO_DROPS];
}

}  // namespace janus_harness::capacity_stub
