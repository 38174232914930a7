#pragma once

#include <cstddef>
#include <vector>

#include "core/socket_address.h"

namespace janus_harness::media {

// A map from addresses to T* for look-ups that happen with every packet: open addressing, one place
// in memory a look-up. T is not owned. Not thread-safe.
template <typename T>
class AddressTable {
  public:
    T* find(const SocketAddress& address) const {
        if (entries_.empty()) return nullptr;
        for (std::size_t i = home(address);; i = next(i)) {
            const Entry& entry = entries_[i];
            if (entry.value == nullptr) return nullptr;
            if (entry.address == address) return entry.value;
        }
    }

    // Replaces what was there.
    void insert(const SocketAddress& address, T& value) {
        if (2 * (size_ + 1) > entries_.size()) grow();
        std::size_t i = home(address);
        while (entries_[i].value != nullptr && entries_[i].address != address) i = next(i);
        if (entries_[i].value == nullptr) ++size_;
        entries_[i] = {address, &value};
    }

    void erase(const SocketAddress& address) {
        if (entries_.empty()) return;
        std::size_t hole = home(address);
        while (entries_[hole].value != nullptr && entries_[hole].address != address) {
            hole = next(hole);
        }
        if (entries_[hole].value == nullptr) return;
        --size_;
        // Entries behind the hole that belong at or before it move up, so that no look-up ends at
        // the hole too soon.
        for (std::size_t i = next(hole); entries_[i].value != nullptr; i = next(i)) {
            if (distance(home(entries_[i].address), i) >= distance(hole, i)) {
                entries_[hole] = entries_[i];
                hole = i;
            }
        }
        entries_[hole] = {};
    }

    std::size_t size() const { return size_; }

  private:
    struct Entry {
        SocketAddress address;
        T* value = nullptr;
    };

    std::size_t next(std::size_t i) const { return (i + 1) & (entries_.size() - 1); }
    std::size_t distance(std::size_t from, std::size_t to) const {
        return (to - from) & (entries_.size() - 1);
    }
    std::size_t home(const SocketAddress& address) const {
        // The hash of an address is its number: spread what differs in few bits.
        const std::uint64_t spread = address.hash() * 0x9e3779b97f4a7c15ULL;
        return static_cast<std::size_t>(spread >> 32) & (entries_.size() - 1);
    }
    void grow() {
        std::vector<Entry> old(entries_.empty() ? 16 : 2 * entries_.size());
        old.swap(entries_);
        for (const Entry& entry : old) {
            if (entry.value == nullptr) continue;
            std::size_t i = home(entry.address);
            while (entries_[i].value != nullptr) i = next(i);
            entries_[i] = entry;
        }
    }

    std::vector<Entry> entries_;  // a power of two, at most half full
    std::size_t size_ = 0;
};

}  // namespace janus_harness::media
