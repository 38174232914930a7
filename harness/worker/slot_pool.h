#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <vector>

namespace janus_harness::worker {

// Which of a worker's clients, numbered from 0, exist and which of them are idle. Holds no clients.
// Everything takes constant time, but for lowest_free(), which takes the logarithm of what was
// released. Memory grows with the highest number that was used.
class SlotPool {
  public:
    explicit SlotPool(std::uint32_t size) : size_(size) {}

    // The lowest number that is not occupied.
    std::optional<std::uint32_t> lowest_free();
    // Occupying what is occupied, or releasing what is free, changes nothing. What is released is
    // not idle any more. `number` must be below the size.
    void occupy(std::uint32_t number);
    void release(std::uint32_t number);
    bool occupied(std::uint32_t number) const;
    std::size_t occupied() const { return occupied_; }

    // Only of occupied numbers.
    void make_idle(std::uint32_t number);
    // False when it was not idle.
    bool take_idle(std::uint32_t number);
    // The one that has been idle longest.
    std::optional<std::uint32_t> take_idle();
    std::size_t idle() const { return idle_; }

  private:
    static constexpr std::uint32_t none = UINT32_MAX;
    // Idle slots are linked in the order in which they became idle.
    struct Slot {
        bool occupied = false;
        bool idle = false;
        std::uint32_t before = none;
        std::uint32_t after = none;
    };

    void grow_to(std::uint32_t number);

    std::uint32_t size_;
    std::vector<Slot> slots_;
    // Free numbers below slots_.size(); may also hold some that were occupied since.
    std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> released_;
    std::size_t occupied_ = 0;
    std::size_t idle_ = 0;
    std::uint32_t first_idle_ = none;
    std::uint32_t last_idle_ = none;
};

}  // namespace janus_harness::worker
