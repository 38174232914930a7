#include "netem/network_emulator.h"

#include <algorithm>

namespace janus_harness::netem {

NetworkEmulator::NetworkEmulator(Impairment impairment, std::uint64_t seed)
    : impairment_(std::move(impairment)), random_(seed) {}

void NetworkEmulator::send(TimePoint now, const SocketAddress& from, const SocketAddress& to,
                           Bytes bytes) {
    Packet packet{from, to, std::move(bytes)};
    const std::uint64_t number = statistics_.sent++;
    if (is_dropped(number, packet)) {
        ++statistics_.dropped;
        return;
    }
    if (random_.unit() < impairment_.duplication) {
        ++statistics_.duplicated;
        enqueue(now, packet);
    }
    enqueue(now, std::move(packet));
}

bool NetworkEmulator::is_dropped(std::uint64_t number, const Packet& packet) {
    // The draw comes first and always, so that a drop list does not shift the fate of the others.
    const bool lost = random_.unit() < impairment_.loss;
    return lost || impairment_.drop.contains(number) ||
           (impairment_.drop_if && impairment_.drop_if(number, packet));
}

void NetworkEmulator::enqueue(TimePoint now, Packet packet) {
    Duration delay = impairment_.delay;
    if (impairment_.jitter > Duration::zero()) {
        const auto width = static_cast<std::uint64_t>(impairment_.jitter.count());
        delay += Duration{static_cast<Duration::rep>(random_.below(width + 1))};
    }
    if (random_.unit() < impairment_.reordering) delay += impairment_.reorder_delay;
    in_flight_.push_back({now + delay, order_++, std::move(packet)});
    std::push_heap(in_flight_.begin(), in_flight_.end());
}

std::optional<TimePoint> NetworkEmulator::next_timeout() const {
    if (in_flight_.empty()) return std::nullopt;
    return in_flight_.front().due;
}

std::optional<Packet> NetworkEmulator::poll_deliver(TimePoint now) {
    if (in_flight_.empty() || in_flight_.front().due > now) return std::nullopt;
    std::pop_heap(in_flight_.begin(), in_flight_.end());
    Packet packet = std::move(in_flight_.back().packet);
    in_flight_.pop_back();
    ++statistics_.delivered;
    return packet;
}

}  // namespace janus_harness::netem
