#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <span>

#include "core/socket_address.h"

// Inside this module only: several datagrams with one system call.
namespace janus_harness::net {

// Uses `buffer` (the loop's) cut into equal slots.
class UdpReceiveBatch {
  public:
    static constexpr unsigned int slots = 16;

    explicit UdpReceiveBatch(std::span<std::uint8_t> buffer);
    // How many datagrams came (0 to slots), or -1 with errno set.
    int receive(int fd);
    SocketAddress remote(unsigned int index) const;
    std::span<std::uint8_t> bytes(unsigned int index);

  private:
    std::array<mmsghdr, slots> messages_{};
    std::array<iovec, slots> parts_{};
    std::array<sockaddr_storage, slots> remotes_;  // written by the kernel
};

}  // namespace janus_harness::net
