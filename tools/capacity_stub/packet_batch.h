#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <span>

namespace janus_harness::capacity_stub {

// Room for the one control message that tells, or says, the address on our side.
struct PacketInfo {
    alignas(cmsghdr) std::array<std::uint8_t, CMSG_SPACE(sizeof(in_pktinfo))> bytes{};
};

// Datagrams of one socket, received and sent by one system call each, in the same buffers.
class PacketBatch {
  public:
    static constexpr std::size_t capacity = 64;
    static constexpr std::size_t largest_packet = 1600;
    // More than the largest and its SRTP trailer, and an odd number of cache lines, so that the
    // starts of the buffers do not share the few sets of the cache that a power of two would give.
    static constexpr std::size_t buffer_size = 1728;

    // With `with_destination`, sockets have to have IP_PKTINFO set.
    explicit PacketBatch(bool with_destination = false);
    PacketBatch(const PacketBatch&) = delete;
    PacketBatch& operator=(const PacketBatch&) = delete;

    // Takes what waits in `socket`, at most `capacity`. Gives how many there were, 0 on errors too.
    std::size_t receive(int socket);
    std::span<std::uint8_t> buffer(std::size_t index) {
        return {buffers_[index].data(), buffer_size};
    }
    std::size_t length(std::size_t index) const { return incoming_[index].msg_len; }
    const sockaddr* remote(std::size_t index) const;
    // The IPv4 address it was sent to, in host byte order; only with `with_destination`.
    std::uint32_t destination(std::size_t index) const;

    // Marks a received packet, changed in place, to be sent back to where it came from, from where
    // it was sent to.
    void send_back(std::size_t index, std::size_t length);
    struct Sent {
        std::size_t accepted = 0;
        std::size_t refused = 0;
    };
    // Sends what was marked since the last call.
    Sent flush(int socket);

  private:
    std::array<std::array<std::uint8_t, buffer_size>, capacity> buffers_;
    std::array<sockaddr_in6, capacity> remotes_{};  // room for either family
    std::array<PacketInfo, capacity> destinations_;
    bool with_destination_;
    std::array<iovec, capacity> incoming_vectors_{};
    std::array<iovec, capacity> outgoing_vectors_{};
    std::array<mmsghdr, capacity> incoming_{};
    std::array<mmsghdr, capacity> outgoing_{};
    std::size_t marked_ = 0;
};

}  // namespace janus_harness::capacity_stub
