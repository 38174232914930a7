#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "core/datagram.h"
#include "core/result.h"
#include "core/socket_address.h"
#include "tools/capacity_stub/address_table.h"

namespace janus_harness::capacity_stub {

// Datagrams of one socket, received and sent by one system call each, in the same buffers.
class PacketBatch {
  public:
    static constexpr std::size_t capacity = 64;
    static constexpr std::size_t largest_packet = 1600;
    // More than the largest and its SRTP trailer, and an odd number of cache lines, so that the
    // starts of the buffers do not share the few sets of the cache that a power of two would give.
    static constexpr std::size_t buffer_size = 1728;

    PacketBatch();
    PacketBatch(const PacketBatch&) = delete;
    PacketBatch& operator=(const PacketBatch&) = delete;

    // Takes what waits in `socket`, at most `capacity`. Gives how many there were, 0 on errors too.
    std::size_t receive(int socket);
    std::span<std::uint8_t> buffer(std::size_t index) {
        return {buffers_[index].data(), buffer_size};
    }
    std::size_t length(std::size_t index) const { return incoming_[index].msg_len; }
    const sockaddr* remote(std::size_t index) const;

    // Marks a received packet, changed in place, to be sent back to where it came from.
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
    std::array<iovec, capacity> incoming_vectors_{};
    std::array<iovec, capacity> outgoing_vectors_{};
    std::array<mmsghdr, capacity> incoming_{};
    std::array<mmsghdr, capacity> outgoing_{};
    std::size_t marked_ = 0;
};

// A UDP socket that calls share; each call on it is known by the client's address and port.
class MediaSocket {
  public:
    // On a port of the system's choice. Errors "stub_socket".
    static Result<std::unique_ptr<MediaSocket>> open(const SocketAddress& address);
    ~MediaSocket();
    MediaSocket(const MediaSocket&) = delete;
    MediaSocket& operator=(const MediaSocket&) = delete;

    int descriptor() const { return descriptor_; }
    const SocketAddress& address() const { return address_; }
    bool send(const SocketAddress& remote, ByteView bytes);
    // Datagrams that the kernel dropped because the receive buffer was full.
    std::uint64_t receive_drops() const;

    AddressTable calls;          // by the client's address
    std::size_t call_count = 0;  // those without a known address too

  private:
    MediaSocket(int descriptor, const SocketAddress& address)
        : descriptor_(descriptor), address_(address) {}

    int descriptor_;
    SocketAddress address_;
};

}  // namespace janus_harness::capacity_stub
