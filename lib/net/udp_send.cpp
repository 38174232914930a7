#include "net/udp_send.h"

#include <cerrno>

namespace janus_harness::net {

UdpSendBatch::UdpSendBatch() : buffer_(slots * slot_size) {
    for (unsigned int i = 0; i < slots; ++i) {
        parts_[i].iov_base = buffer_.data() + i * slot_size;
        messages_[i].msg_hdr.msg_iov = &parts_[i];
        messages_[i].msg_hdr.msg_iovlen = 1;
    }
}

void UdpSendBatch::add(const SocketAddress& remote, std::size_t length) {
    const unsigned int slot = count_++;
    remotes_[slot] = remote;
    parts_[slot].iov_len = length;
    msghdr& header = messages_[slot].msg_hdr;
    // The kernel only reads it.
    header.msg_name = const_cast<sockaddr*>(remotes_[slot].data());
    header.msg_namelen = remotes_[slot].size();
}

UdpSendBatch::Outcome UdpSendBatch::send(int fd) {
    Outcome outcome;
    unsigned int next = 0;
    while (next < count_) {
        const int sent =
            sendmmsg(fd, messages_.data() + next, count_ - next, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent > 0) {
            outcome.sent += static_cast<unsigned int>(sent);
            next += static_cast<unsigned int>(sent);
            continue;
        }
        // The first of the rest was refused: no route, a full buffer. The others get their chance.
        ++outcome.refused;
        const int error = errno;
        if (error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS) ++outcome.buffer_full;
        ++next;
    }
    count_ = 0;
    return outcome;
}

}  // namespace janus_harness::net
