#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/socket_address.h"

// Inside this module only: several datagrams with one system call.
namespace janus_harness::net {

// Datagrams that wait to be sent together from one socket.
class UdpSendBatch {
  public:
    static constexpr unsigned int slots = 32;
    static constexpr std::size_t slot_size = 1600;  // bytes; more than an Ethernet frame carries

    UdpSendBatch();
    UdpSendBatch(const UdpSendBatch&) = delete;
    UdpSendBatch& operator=(const UdpSendBatch&) = delete;

    bool full() const { return count_ == slots; }
    unsigned int count() const { return count_; }
    // Room for the next datagram; not when full().
    std::span<std::uint8_t> next() {
        return std::span(buffer_).subspan(count_ * slot_size, slot_size);
    }
    void add(const SocketAddress& remote, std::size_t length);

    // Sends all and empties the batch.
    struct Outcome {
        unsigned int sent = 0;
        unsigned int refused = 0;      // errors of any kind
        unsigned int buffer_full = 0;  // those of them that were EAGAIN or ENOBUFS
    };
    Outcome send(int fd);

  private:
    std::vector<std::uint8_t> buffer_;
    std::array<mmsghdr, slots> messages_{};
    std::array<iovec, slots> parts_{};
    std::array<SocketAddress, slots> remotes_;
    unsigned int count_ = 0;
};

}  // namespace janus_harness::net
