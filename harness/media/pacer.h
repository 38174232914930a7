#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "core/time.h"

namespace janus_harness::media {

class Pacer;

// Something that sends one RTP packet every 20 ms. Must be removed from its pacer before it goes.
class PacedSource {
  public:
    PacedSource() = default;
    PacedSource(const PacedSource&) = delete;
    PacedSource& operator=(const PacedSource&) = delete;
    virtual ~PacedSource() = default;

    // Sends the packet that was planned for `planned`; `now` is when it really leaves. May remove
    // itself or others from the pacer.
    virtual void send_packet(TimePoint planned, TimePoint now) = 0;

    // Told in turn 1, 2, ... kPrefetchStages, a few other sources apart, before send_packet(): asks
    // for the memory that the next stage, or the sending, will need. Thousands of senders do not
    // fit into the processor's caches, and to wait for memory is most of what a packet costs there.
    static constexpr std::size_t kPrefetchStages = 4;
    virtual void prefetch(std::size_t stage) const { static_cast<void>(stage); }

  private:
    friend class Pacer;
    std::optional<std::uint8_t> slot_;
};

// One tick a millisecond for all the senders of a worker: 20 slots, each sent every 20 ms. A timer
// a sender would cost thousands of timers; a slot costs one comparison.
class Pacer {
  public:
    static constexpr Duration kTick = std::chrono::milliseconds{1};
    static constexpr std::size_t kSlots = 20;

    // `clock` gives the present time, and is asked now and then in a long tick; without it all
    // packets of a tick leave at the time that tick() was given.
    using Clock = TimePoint (*)();
    explicit Pacer(Clock clock = nullptr) : clock_(clock) {}

    // What one tick() did, for the verdict on the generator.
    struct Report {
        std::uint64_t packets = 0;
        Duration worst_lateness{};  // of a packet, behind its planned time
    };
    // Told after the packets that were planned for one time have been given to their sinks: the
    // place to flush those, and to see how late that is.
    using Sent = std::function<void(TimePoint planned, std::uint64_t packets)>;

    // The source's first packet is planned for the next tick. Adding it twice changes nothing.
    void add(PacedSource& source, TimePoint now);
    void remove(PacedSource& source);
    bool contains(const PacedSource& source) const { return source.slot_.has_value(); }

    // Sends everything that is due. After a stall the missed slots are sent too, late and counted
    // as late: a stream keeps its packet count.
    Report tick(TimePoint now, const Sent& sent = {});
    // Nothing while there is no source.
    std::optional<TimePoint> next_timeout() const;
    std::size_t size() const { return size_; }

  private:
    using Slot = std::vector<PacedSource*>;

    static void look_ahead(const Slot& slot, std::size_t at);
    Report send_slot(Slot& slot, TimePoint planned, TimePoint now);

    Clock clock_;
    std::array<Slot, kSlots> slots_;
    std::uint64_t next_index_ = 0;  // of the tick to be sent next, since the clock's epoch
    std::size_t size_ = 0;
    Slot* sending_ = nullptr;
};

}  // namespace janus_harness::media
