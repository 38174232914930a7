#include "tools/capacity_stub/address_table.h"

#include <netinet/in.h>

#include <utility>

namespace janus_harness::capacity_stub {

std::uint64_t AddressTable::key_of(const sockaddr* address, HostIndex host) {
    if (address->sa_family == AF_INET) {
        const auto* v4 = reinterpret_cast<const sockaddr_in*>(address);
        return std::uint64_t{v4->sin_addr.s_addr} << 24 | std::uint64_t{v4->sin_port} << 8 | host;
    }
    return SocketAddress::from_sockaddr(address).hash() | std::uint64_t{1} << 63;
}

std::size_t AddressTable::home_of(std::uint64_t key) const {
    return (key * 0x9e3779b97f4a7c15) >> 32 & (slots_.size() - 1);
}

std::size_t AddressTable::locate(std::uint64_t key, const sockaddr* address) const {
    std::size_t index = home_of(key);
    while (slots_[index].call != nullptr) {
        const Slot& slot = slots_[index];
        if (slot.key == key &&
            (is_exact(key) || slot.address == SocketAddress::from_sockaddr(address))) {
            break;
        }
        index = next(index);
    }
    return index;
}

Call* AddressTable::find(const sockaddr* address, HostIndex host) const {
    return slots_[locate(key_of(address, host), address)].call;
}

bool AddressTable::insert(const SocketAddress& address, HostIndex host, Call* call) {
    if (2 * (size_ + 1) > slots_.size()) grow();
    return insert(key_of(address.data(), host), address, call);
}

bool AddressTable::insert(std::uint64_t key, const SocketAddress& address, Call* call) {
    Slot& slot = slots_[locate(key, address.data())];
    if (slot.call != nullptr) return false;
    slot = {key, call, address};
    ++size_;
    return true;
}

// What was pushed past the freed slot is moved back, so that no search ends too early.
void AddressTable::erase(const SocketAddress& address, HostIndex host) {
    std::size_t hole = locate(key_of(address.data(), host), address.data());
    if (slots_[hole].call == nullptr) return;
    --size_;
    for (std::size_t index = next(hole); slots_[index].call != nullptr; index = next(index)) {
        const std::size_t mask = slots_.size() - 1;
        const std::size_t from_home = (index - home_of(slots_[index].key)) & mask;
        const std::size_t from_hole = (index - hole) & mask;
        if (from_home < from_hole) continue;
        slots_[hole] = slots_[index];
        hole = index;
    }
    slots_[hole] = {};
}

void AddressTable::grow() {
    const auto old = std::exchange(slots_, std::vector<Slot>(2 * slots_.size()));
    size_ = 0;
    for (const Slot& slot : old) {
        if (slot.call != nullptr) insert(slot.key, slot.address, slot.call);
    }
}

}  // namespace janus_harness::capacity_stub
