#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <vector>

#include "core/socket_address.h"

namespace janus_harness::capacity_stub {

class Call;

// Which call a client's address belongs to: what is asked for every packet, so the answer has to be
// found in one line of the cache. Open addressing with linear probing, at most half full.
class AddressTable {
  public:
    AddressTable() : slots_(smallest) {}

    // nullptr: none. `address` is what the kernel wrote, AF_INET or AF_INET6.
    Call* find(const sockaddr* address) const;
    Call* find(const SocketAddress& address) const { return find(address.data()); }
    bool contains(const SocketAddress& address) const { return find(address) != nullptr; }
    // False, and nothing changes, if the address is there.
    bool insert(const SocketAddress& address, Call* call);
    void erase(const SocketAddress& address);
    std::size_t size() const { return size_; }

  private:
    static constexpr std::size_t smallest = 64;  // a power of two, like every size
    // IPv4 address and port are the whole key; of IPv6 it is a hash, and `address` decides.
    struct Slot {
        std::uint64_t key = 0;
        Call* call = nullptr;  // nullptr: free
        SocketAddress address;
    };

    static std::uint64_t key_of(const sockaddr* address);
    static bool is_exact(std::uint64_t key) { return key >> 63 == 0; }
    std::size_t home_of(std::uint64_t key) const;
    // The slot with this address, or the free one where it would be.
    std::size_t locate(std::uint64_t key, const sockaddr* address) const;
    std::size_t next(std::size_t index) const { return (index + 1) & (slots_.size() - 1); }
    void grow();

    std::vector<Slot> slots_;
    std::size_t size_ = 0;
};

}  // namespace janus_harness::capacity_stub
