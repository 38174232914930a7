#pragma once

#include <cstdint>
#include <memory>

#include "core/datagram.h"
#include "core/result.h"
#include "core/socket_address.h"
#include "tools/capacity_stub/address_table.h"

namespace janus_harness::capacity_stub {

// A UDP socket that calls share; each call on it is known by the client's address and port and by
// the host that the client sends to. On loopback a socket is many hosts at once, 127.0.0.1,
// 127.0.0.2 and so on, so that many calls of one and the same port of a client can share it, and
// are received and sent in large batches.
class MediaSocket {
  public:
    // On a port of the system's choice. With `all_hosts` and an address of 127.0.0.0/8, that and
    // those which follow it; bound to the loopback interface. Errors "stub_socket".
    static Result<std::unique_ptr<MediaSocket>> open(const SocketAddress& address,
                                                     bool all_hosts = false);
    // Whether open() would give a socket with several hosts.
    static bool has_hosts(const SocketAddress& address);
    ~MediaSocket();
    MediaSocket(const MediaSocket&) = delete;
    MediaSocket& operator=(const MediaSocket&) = delete;

    int descriptor() const { return descriptor_; }
    HostIndex hosts() const { return hosts_; }
    SocketAddress address(HostIndex host = 0) const;
    // What PacketBatch::destination() gives; may be no host of ours.
    HostIndex host_of(std::uint32_t destination) const;
    bool send(const SocketAddress& remote, ByteView bytes, HostIndex host = 0);
    // Datagrams that the kernel dropped because the receive buffer was full.
    std::uint64_t receive_drops() const;

    AddressTable calls;          // by the client's address
    std::size_t call_count = 0;  // those without a known address too

  private:
    MediaSocket(int descriptor, const SocketAddress& first, HostIndex hosts)
        : descriptor_(descriptor), first_(first), hosts_(hosts) {}
    Result<void> bind(bool many);

    int descriptor_;
    SocketAddress first_;  // of host 0
    HostIndex hosts_;
};

}  // namespace janus_harness::capacity_stub
