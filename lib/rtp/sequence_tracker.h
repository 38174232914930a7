#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace janus_harness::rtp {

// What became of one received packet.
struct Arrival {
    enum class Kind {
        first,      // the first packet of a stream
        in_order,   // later than all before it; gaps allowed
        reordered,  // earlier than one before it, heard for the first time
        duplicate,  // heard before
        restarted,  // the source began a new sequence: a new SSRC or a confirmed jump
        suspect,    // a jump that the next packet may confirm; counted only then (RFC 3550 A.1)
    };
    Kind kind = Kind::first;
    // Unique and growing by one a packet within a run of sequence numbers; a restart goes on far
    // above. 0 for `suspect`.
    std::int64_t extended_sequence = 0;
    // False for a late packet of the SSRC that was heard before the current one.
    bool current_source = true;

    // The packet counts as newly received.
    bool distinct() const { return kind != Kind::duplicate && kind != Kind::suspect; }
};

struct SequenceCounts {
    std::uint64_t received = 0;    // distinct packets
    std::uint64_t duplicated = 0;  // packets beyond the first copy
    std::uint64_t reordered = 0;   // distinct packets that came after a later one
    std::uint64_t expected = 0;    // from the lowest to the highest sequence number heard
    std::uint64_t discarded = 0;   // far from the sequence and not confirmed by a successor
    std::uint64_t restarts = 0;    // confirmed jumps

    std::uint64_t lost() const { return expected - received; }
    SequenceCounts& operator+=(const SequenceCounts& other);
    bool operator==(const SequenceCounts&) const = default;
};

// Sequence numbers of one SSRC (RFC 3550 A.1), with exact duplicate detection over the last
// kWindow numbers. Differs from A.1 in that
// - the packets of the probation and those that confirm a jump are counted,
// - packets just before the first one heard extend the range downwards, and late ones within the
//   window are counted however late,
// - a sender that starts again at numbers heard a moment ago is told from duplicates by kRepeats
//   of them in order with nothing new in between.
class SequenceTracker {
  public:
    static constexpr std::int64_t kWindow = 1024;      // sequence numbers
    static constexpr std::int64_t kMaxDropout = 3000;  // a larger gap is a jump (A.1)
    static constexpr std::int64_t kMaxMisorder = 100;  // how far the range may extend downwards
    static constexpr int kRepeats = 16;

    // `sequence_number` is the first one heard; `cycle` is where extended numbers begin.
    explicit SequenceTracker(std::uint16_t sequence_number, std::int64_t cycle = 1);

    Arrival handle(std::uint16_t sequence_number);

    SequenceCounts counts() const;
    std::int64_t highest() const { return highest_; }
    // Cycles and highest sequence number heard, as reports have it (RFC 3550 6.4.1).
    std::uint32_t extended_highest() const {
        return static_cast<std::uint32_t>(highest_ - cycle_start_);
    }

  private:
    // Packets at or below the highest number with none above in between.
    struct Repeat {
        std::int64_t first = 0;
        std::int64_t last = 0;
        std::uint64_t heard = 0;  // bit k: first + k
        int duplicates = 0;
    };

    Arrival advance(std::int64_t extended);
    Arrival look_back(std::int64_t extended);
    Arrival jump(std::uint16_t sequence_number);
    bool note_repeat(std::int64_t extended, bool duplicate);
    Arrival restart_at_repeat();
    void begin_run(std::uint16_t sequence_number, std::int64_t cycle);
    bool seen(std::int64_t extended) const;
    void mark(std::int64_t extended);
    void forget(std::int64_t from, std::int64_t to);

    std::int64_t base_ = 0;                 // lowest extended number of this run
    std::int64_t highest_ = 0;              // highest extended number of this run
    std::int64_t cycle_start_ = 0;          // the extended number that stands for cycle 0
    std::optional<std::uint16_t> suspect_;  // the number that would confirm a jump
    Repeat repeat_;
    SequenceCounts counts_;  // `expected` holds the finished runs only
    std::array<std::uint64_t, kWindow / 64> window_{};
};

}  // namespace janus_harness::rtp
