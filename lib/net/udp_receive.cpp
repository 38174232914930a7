#include "net/udp_receive.h"

namespace janus_harness::net {

UdpReceiveBatch::UdpReceiveBatch(std::span<std::uint8_t> buffer) {
    const std::size_t stride = buffer.size() / slots;
    for (unsigned int i = 0; i < slots; ++i) {
        parts_[i] = {buffer.data() + i * stride, stride};
        messages_[i].msg_hdr.msg_iov = &parts_[i];
        messages_[i].msg_hdr.msg_iovlen = 1;
        messages_[i].msg_hdr.msg_name = &remotes_[i];
        messages_[i].msg_hdr.msg_namelen = sizeof(sockaddr_storage);
    }
}

int UdpReceiveBatch::receive(int fd) {
    return recvmmsg(fd, messages_.data(), slots, MSG_DONTWAIT, nullptr);
}

SocketAddress UdpReceiveBatch::remote(unsigned int index) const {
    return SocketAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&remotes_[index]));
}

std::span<std::uint8_t> UdpReceiveBatch::bytes(unsigned int index) {
    return {static_cast<std::uint8_t*>(parts_[index].iov_base), messages_[index].msg_len};
}

}  // namespace janus_harness::net
