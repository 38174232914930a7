#include "tools/capacity_stub/packet_batch.h"

#include <cstring>

namespace janus_harness::capacity_stub {

PacketBatch::PacketBatch(bool with_destination) : with_destination_(with_destination) {
    for (std::size_t i = 0; i < capacity; ++i) {
        incoming_vectors_[i] = {buffers_[i].data(), largest_packet};
        incoming_[i].msg_hdr.msg_name = &remotes_[i];
        incoming_[i].msg_hdr.msg_iov = &incoming_vectors_[i];
        incoming_[i].msg_hdr.msg_iovlen = 1;
        outgoing_[i].msg_hdr.msg_iov = &outgoing_vectors_[i];
        outgoing_[i].msg_hdr.msg_iovlen = 1;
        if (with_destination) incoming_[i].msg_hdr.msg_control = destinations_[i].bytes.data();
    }
}

std::size_t PacketBatch::receive(int socket) {
    for (auto& message : incoming_) {
        message.msg_hdr.msg_namelen = sizeof(sockaddr_in6);
        message.msg_hdr.msg_controllen = with_destination_ ? sizeof(PacketInfo) : 0;
    }
    const int count = recvmmsg(socket, incoming_.data(), capacity, MSG_DONTWAIT, nullptr);
    return count < 0 ? 0 : static_cast<std::size_t>(count);
}

const sockaddr* PacketBatch::remote(std::size_t index) const {
    return reinterpret_cast<const sockaddr*>(&remotes_[index]);
}

std::uint32_t PacketBatch::destination(std::size_t index) const {
    const PacketInfo& info = destinations_[index];
    if (incoming_[index].msg_hdr.msg_controllen < sizeof info) return 0;
    in_pktinfo address;
    std::memcpy(&address, info.bytes.data() + CMSG_LEN(0), sizeof address);
    return ntohl(address.ipi_addr.s_addr);
}

// The control message that came says, sent back, where the answer comes from.
void PacketBatch::send_back(std::size_t index, std::size_t length) {
    outgoing_vectors_[marked_] = {buffers_[index].data(), length};
    outgoing_[marked_].msg_hdr.msg_name = &remotes_[index];
    outgoing_[marked_].msg_hdr.msg_namelen = incoming_[index].msg_hdr.msg_namelen;
    outgoing_[marked_].msg_hdr.msg_control = incoming_[index].msg_hdr.msg_control;
    outgoing_[marked_].msg_hdr.msg_controllen = incoming_[index].msg_hdr.msg_controllen;
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

}  // namespace janus_harness::capacity_stub
