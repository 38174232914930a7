#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "core/time.h"

namespace janus_harness::sip {

// One deadline an object, by id: O(log n) to set, O(1) to read the earliest.
class TimerQueue {
  public:
    // None removes the deadline.
    void set(std::uint64_t id, std::optional<TimePoint> deadline) {
        const auto known = by_id_.find(id);
        if (known != by_id_.end()) {
            if (deadline && known->second == *deadline) return;
            by_time_.erase({known->second, id});
            by_id_.erase(known);
        }
        if (!deadline) return;
        by_time_.insert({*deadline, id});
        by_id_[id] = *deadline;
    }
    std::optional<TimePoint> next() const {
        if (by_time_.empty()) return std::nullopt;
        return by_time_.begin()->first;
    }
    // Removes and gives an object whose deadline is not after `now`, earliest first.
    std::optional<std::uint64_t> pop_due(TimePoint now) {
        if (by_time_.empty() || by_time_.begin()->first > now) return std::nullopt;
        const std::uint64_t id = by_time_.begin()->second;
        set(id, std::nullopt);
        return id;
    }

  private:
    std::set<std::pair<TimePoint, std::uint64_t>> by_time_;
    std::unordered_map<std::uint64_t, TimePoint> by_id_;
};

}  // namespace janus_harness::sip
