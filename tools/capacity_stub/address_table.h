#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <vector>

#include "core/socket_address.h"

namespace janus_harness::capacity_stub {

class Call;

// Which of the addresses of a socket.
using HostIndex = std::uint8_t;

// Which call a client's address belongs to, as seen from one of our hosts: what is asked for every
// packet, so the answer has to be found in one line of the cache. Open addressing with linear
// probing, at most half full.
class AddressTable {
  public:
    AddressTable() : slots_(smallest) {}

    // nullptr: none. `address` is what the kernel wrote, AF_INET or AF_INET6.
    Call* find(const sockaddr* address, HostIndex host) const;
    Call* find(const SocketAddress& address, HostIndex host) const {
        return find(address.data(), host);
    }
    bool contains(const SocketAddress& address, HostIndex host) const {
        return find(address, host) != nullptr;
    }
    // False, and nothing changes, if the address is there.
    bool insert(const SocketAddress& address, HostIndex host, Call* call);
    void erase(const SocketAddress& address, HostIndex host);
    std::size_t size() const { return size_; }

  private:
    static constexpr std::size_t smallest = 64;  // a power of two, like every size
    // IPv4 address, port and host are the whole key; of IPv6 the key is a hash, `address` decides,
    // and there is but one host.
    struct Slot {
        std::uint64_t key = 0;
        Call* call = nullptr;  // nullptr: free
        SocketAddress address;
    };

    static std::uint64_t key_of(const sockaddr* address, HostIndex host);
    static bool is_exact(std::uint64_t key) { return key >> 63 == 0; }
    std::size_t home_of(std::uint64_t key) const;
    // The slot with this address, or the free one where it would be.
    std::size_t locate(std::uint64_t key, const sockaddr* address) const;
    std::size_t next(std::size_t index) const { return (index + 1) & (slots_.size() - 1); }
    bool insert(std::uint64_t key, const SocketAddress& address, Call* call);
    void grow();

    std::vector<Slot> slots_;
    std::size_t size_ = 0;
};

}  // namespace janus_harness::capacity_stub
