#include "harness/worker/slot_pool.h"

namespace janus_harness::worker {

std::optional<std::uint32_t> SlotPool::lowest_free() {
    while (!released_.empty() && slots_[released_.top()].occupied) released_.pop();
    if (!released_.empty()) return released_.top();
    if (slots_.size() < size_) return static_cast<std::uint32_t>(slots_.size());
    return std::nullopt;
}

void SlotPool::grow_to(std::uint32_t number) {
    while (slots_.size() <= number) {
        if (slots_.size() < number) released_.push(static_cast<std::uint32_t>(slots_.size()));
        slots_.emplace_back();
    }
}

bool SlotPool::occupied(std::uint32_t number) const {
    return number < slots_.size() && slots_[number].occupied;
}

void SlotPool::occupy(std::uint32_t number) {
    if (occupied(number)) return;
    grow_to(number);
    slots_[number].occupied = true;
    ++occupied_;
}

void SlotPool::release(std::uint32_t number) {
    if (!occupied(number)) return;
    take_idle(number);
    slots_[number].occupied = false;
    --occupied_;
    released_.push(number);
}

void SlotPool::make_idle(std::uint32_t number) {
    if (!occupied(number) || slots_[number].idle) return;
    slots_[number].idle = true;
    slots_[number].before = last_idle_;
    slots_[number].after = none;
    (last_idle_ == none ? first_idle_ : slots_[last_idle_].after) = number;
    last_idle_ = number;
    ++idle_;
}

bool SlotPool::take_idle(std::uint32_t number) {
    if (!occupied(number) || !slots_[number].idle) return false;
    Slot& slot = slots_[number];
    slot.idle = false;
    (slot.before == none ? first_idle_ : slots_[slot.before].after) = slot.after;
    (slot.after == none ? last_idle_ : slots_[slot.after].before) = slot.before;
    --idle_;
    return true;
}

std::optional<std::uint32_t> SlotPool::take_idle() {
    if (first_idle_ == none) return std::nullopt;
    const std::uint32_t number = first_idle_;
    take_idle(number);
    return number;
}

}  // namespace janus_harness::worker
