#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "core/datagram.h"
#include "core/random.h"
#include "core/time.h"

namespace janus_harness::netem {

struct Packet {
    SocketAddress from;
    SocketAddress to;
    Bytes bytes;
};

// What the network does to packets. Ratios are 0..1.
struct Impairment {
    double loss = 0;
    double duplication = 0;
    Duration delay{};   // every packet
    Duration jitter{};  // up to this much more, uniform; alone it reorders
    // This share of the packets takes `reorder_delay` longer, so that later ones overtake.
    double reordering = 0;
    Duration reorder_delay = std::chrono::milliseconds(20);
    // Packets to drop by their number (0 is the first one sent), besides `loss`.
    std::set<std::uint64_t> drop{};
    // Drops the packets it says true to, besides the rest.
    std::function<bool(std::uint64_t number, const Packet&)> drop_if{};
};

struct Statistics {
    std::uint64_t sent = 0;
    std::uint64_t dropped = 0;
    std::uint64_t duplicated = 0;
    std::uint64_t delivered = 0;
};

// A network in virtual time between sans-IO cores; the same seed and calls give the same fate to
// every packet. Packets due at the same time come out in the order they were sent.
class NetworkEmulator {
  public:
    NetworkEmulator(Impairment impairment, std::uint64_t seed);

    void send(TimePoint now, const SocketAddress& from, const SocketAddress& to, Bytes bytes);
    // When the next packet arrives.
    std::optional<TimePoint> next_timeout() const;
    // The next packet that has arrived by `now`; call until empty.
    std::optional<Packet> poll_deliver(TimePoint now);

    void set_impairment(Impairment impairment) { impairment_ = std::move(impairment); }
    const Statistics& statistics() const { return statistics_; }

  private:
    struct InFlight {
        TimePoint due;
        std::uint64_t order;
        Packet packet;
        // The earliest on top of the heap.
        friend bool operator<(const InFlight& left, const InFlight& right) {
            return std::pair(left.due, left.order) > std::pair(right.due, right.order);
        }
    };

    bool is_dropped(std::uint64_t number, const Packet& packet);
    void enqueue(TimePoint now, Packet packet);

    Impairment impairment_;
    Random random_;
    Statistics statistics_;
    std::uint64_t order_ = 0;
    std::vector<InFlight> in_flight_;  // a heap
};

}  // namespace janus_harness::netem
