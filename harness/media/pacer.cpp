#include "harness/media/pacer.h"

#include <algorithm>

namespace janus_harness::media {
namespace {

std::uint64_t index_of(TimePoint time) {
    return static_cast<std::uint64_t>(time.time_since_epoch() / Pacer::kTick);
}

// Packets that are given one time of leaving.
constexpr std::size_t clock_interval = 16;

TimePoint time_of(std::uint64_t index) {
    return TimePoint{Pacer::kTick * static_cast<std::int64_t>(index)};
}

}  // namespace

void Pacer::add(PacedSource& source, TimePoint now) {
    if (source.slot_) return;
    // An idle pacer has stood still: it goes on from now, not from when it last ticked.
    if (size_ == 0) next_index_ = index_of(now) + 1;
    const auto slot = static_cast<std::uint8_t>(std::max(index_of(now) + 1, next_index_) % kSlots);
    source.slot_ = slot;
    slots_[slot].push_back(&source);
    ++size_;
}

void Pacer::remove(PacedSource& source) {
    if (!source.slot_) return;
    Slot& slot = slots_[*source.slot_];
    const auto place = std::find(slot.begin(), slot.end(), &source);
    source.slot_.reset();
    --size_;
    // The slot that is being sent is walked by index: leave a hole, which send_slot() closes.
    if (&slot == sending_) {
        *place = nullptr;
    } else {
        *place = slot.back();
        slot.pop_back();
    }
}

Pacer::Report Pacer::tick(TimePoint now, const Sent& sent) {
    Report report;
    while (size_ != 0 && time_of(next_index_) <= now) {
        const std::uint64_t index = next_index_++;
        const TimePoint planned = time_of(index);
        const Report slot = send_slot(slots_[index % kSlots], planned, now);
        if (slot.packets == 0) continue;
        if (sent) sent(planned, slot.packets);
        report.packets += slot.packets;
        report.worst_lateness = std::max(report.worst_lateness, slot.worst_lateness);
        // What was sent took its time: the next slots leave that much later.
        if (clock_) now = clock_();
    }
    return report;
}

// The source of stage k is sent when `stage_distance` times as many others have been as stages
// remain.
void Pacer::look_ahead(const Slot& slot, std::size_t at) {
    constexpr std::size_t stage_distance = 3;
    constexpr std::size_t stages = PacedSource::kPrefetchStages;
    const std::size_t farthest = at + (stages + 1) * stage_distance;
    if (farthest < slot.size()) __builtin_prefetch(slot[farthest]);
    for (std::size_t stage = 1; stage <= stages; ++stage) {
        const std::size_t i = at + (stages + 1 - stage) * stage_distance;
        if (i < slot.size() && slot[i] != nullptr) slot[i]->prefetch(stage);
    }
}

Pacer::Report Pacer::send_slot(Slot& slot, TimePoint planned, TimePoint now) {
    Report report;
    sending_ = &slot;
    // A source that is added to this very slot while it is sent waits for its next turn.
    const std::size_t count = slot.size();
    for (std::size_t i = 0; i < count; ++i) {
        look_ahead(slot, i);
        if (slot[i] == nullptr) continue;
        // Thousands of senders take a while: the later ones leave later.
        if (clock_ && i % clock_interval == clock_interval - 1) now = clock_();
        slot[i]->send_packet(planned, now);
        ++report.packets;
    }
    if (count != 0) report.worst_lateness = std::max(report.worst_lateness, now - planned);
    sending_ = nullptr;
    std::erase(slot, nullptr);
    return report;
}

std::optional<TimePoint> Pacer::next_timeout() const {
    if (size_ == 0) return std::nullopt;
    return time_of(next_index_);
}

}  // namespace janus_harness::media
