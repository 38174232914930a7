#include "rtp/sequence_tracker.h"

#include <bit>

namespace janus_harness::rtp {

namespace {

constexpr std::int64_t kCycle = 65536;

// The number nearest to `reference` that ends in `sequence_number`.
std::int64_t extend(std::int64_t reference, std::uint16_t sequence_number) {
    const auto distance =
        static_cast<std::int16_t>(sequence_number - static_cast<std::uint16_t>(reference));
    return reference + distance;
}

}  // namespace

SequenceCounts& SequenceCounts::operator+=(const SequenceCounts& other) {
    received += other.received;
    duplicated += other.duplicated;
    reordered += other.reordered;
    expected += other.expected;
    discarded += other.discarded;
    restarts += other.restarts;
    return *this;
}

SequenceTracker::SequenceTracker(std::uint16_t sequence_number, std::int64_t cycle) {
    begin_run(sequence_number, cycle);
    ++counts_.received;
}

Arrival SequenceTracker::handle(std::uint16_t sequence_number) {
    const std::int64_t extended = extend(highest_, sequence_number);
    const std::int64_t distance = extended - highest_;
    if (distance > 0 && distance < kMaxDropout) return advance(extended);
    const bool in_range = extended >= base_ && distance > -kWindow;
    const bool before_start = extended < base_ && distance >= -kMaxMisorder;
    if (distance <= 0 && (in_range || before_start)) return look_back(extended);
    return jump(sequence_number);
}

Arrival SequenceTracker::advance(std::int64_t extended) {
    forget(highest_ + 1, extended);
    highest_ = extended;
    mark(extended);
    ++counts_.received;
    repeat_ = {};
    return {Arrival::Kind::in_order, extended};
}

Arrival SequenceTracker::look_back(std::int64_t extended) {
    const bool duplicate = seen(extended);
    if (duplicate) {
        ++counts_.duplicated;
    } else {
        mark(extended);
        ++counts_.received;
        ++counts_.reordered;
        if (extended < base_) base_ = extended;
    }
    if (note_repeat(extended, duplicate)) return restart_at_repeat();
    return {duplicate ? Arrival::Kind::duplicate : Arrival::Kind::reordered, extended};
}

// RFC 3550 A.1: two packets in sequence make a jump a restart.
Arrival SequenceTracker::jump(std::uint16_t sequence_number) {
    if (suspect_ != sequence_number) {
        suspect_ = static_cast<std::uint16_t>(sequence_number + 1);
        ++counts_.discarded;
        return {Arrival::Kind::suspect, 0};
    }
    --counts_.discarded;
    counts_.received += 2;
    ++counts_.restarts;
    counts_.expected += static_cast<std::uint64_t>(highest_ - base_ + 1);
    begin_run(static_cast<std::uint16_t>(sequence_number - 1), highest_ / kCycle + 2);
    ++highest_;
    mark(highest_);
    return {Arrival::Kind::restarted, highest_};
}

// True when the run of packets below the highest number can only be a restart.
bool SequenceTracker::note_repeat(std::int64_t extended, bool duplicate) {
    const bool continues =
        repeat_.heard != 0 && extended > repeat_.last && extended - repeat_.first < 64;
    if (!continues) repeat_ = {extended, extended, 0, 0};
    repeat_.last = extended;
    repeat_.heard |= std::uint64_t{1} << (extended - repeat_.first);
    if (duplicate) ++repeat_.duplicates;
    const int packets = std::popcount(repeat_.heard);
    return packets >= kRepeats && repeat_.duplicates * 2 >= packets;
}

Arrival SequenceTracker::restart_at_repeat() {
    const Repeat repeat = repeat_;
    const auto packets = static_cast<std::uint64_t>(std::popcount(repeat.heard));
    const auto duplicates = static_cast<std::uint64_t>(repeat.duplicates);
    counts_.duplicated -= duplicates;
    counts_.reordered -= packets - duplicates;
    counts_.received += duplicates;
    ++counts_.restarts;
    counts_.expected += static_cast<std::uint64_t>(highest_ - base_ + 1);
    begin_run(static_cast<std::uint16_t>(repeat.first), highest_ / kCycle + 2);
    highest_ = base_ + (repeat.last - repeat.first);
    for (std::int64_t k = 0; k < 64; ++k) {
        if ((repeat.heard >> k & 1) != 0) mark(base_ + k);
    }
    return {Arrival::Kind::restarted, highest_};
}

void SequenceTracker::begin_run(std::uint16_t sequence_number, std::int64_t cycle) {
    cycle_start_ = cycle * kCycle;
    base_ = highest_ = cycle_start_ + sequence_number;
    window_.fill(0);
    mark(base_);
    suspect_.reset();
    repeat_ = {};
}

SequenceCounts SequenceTracker::counts() const {
    SequenceCounts counts = counts_;
    counts.expected += static_cast<std::uint64_t>(highest_ - base_ + 1);
    return counts;
}

bool SequenceTracker::seen(std::int64_t extended) const {
    const auto bit = static_cast<std::uint64_t>(extended) % kWindow;
    return (window_[bit / 64] >> (bit % 64) & 1) != 0;
}

void SequenceTracker::mark(std::int64_t extended) {
    const auto bit = static_cast<std::uint64_t>(extended) % kWindow;
    window_[bit / 64] |= std::uint64_t{1} << (bit % 64);
}

void SequenceTracker::forget(std::int64_t from, std::int64_t to) {
    if (to - from >= kWindow - 1) {
        window_.fill(0);
        return;
    }
    for (std::int64_t extended = from; extended <= to; ++extended) {
        const auto bit = static_cast<std::uint64_t>(extended) % kWindow;
        window_[bit / 64] &= ~(std::uint64_t{1} << (bit % 64));
    }
}

}  // namespace janus_harness::rtp
