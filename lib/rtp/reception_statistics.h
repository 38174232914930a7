#pragma once

#include <cstdint>
#include <optional>

#include "core/time.h"
#include "rtp/jitter.h"
#include "rtp/packet.h"
#include "rtp/rtcp_packet.h"
#include "rtp/sequence_tracker.h"

namespace janus_harness::rtp {

// What one receiver heard of one media stream (RFC 3550 A.1, A.3, A.8), over all its SSRCs: the
// current source and the one before it are followed exactly, earlier ones are kept as sums.
// Allocates nothing. Not thread-safe.
class ReceptionStatistics {
  public:
    // Packets in a row of the previous SSRC that make it the current one again; fewer are late.
    static constexpr int kReturn = 16;

    // `clock_rate` of the RTP timestamps, in Hz.
    explicit ReceptionStatistics(std::uint32_t clock_rate) : jitter_(clock_rate) {}

    Arrival handle_packet(TimePoint arrival, const RtpPacketView& packet) {
        return handle_packet(arrival, packet.ssrc(), packet.sequence_number(), packet.timestamp());
    }
    Arrival handle_packet(TimePoint arrival, std::uint32_t ssrc, std::uint16_t sequence_number,
                          std::uint32_t timestamp);

    // Sums over all sources.
    SequenceCounts counts() const;
    std::uint64_t ssrc_changes() const { return ssrc_changes_; }
    // The estimate now; sample it once a packet or once a second, as the histogram needs.
    Duration jitter() const { return jitter_.current(); }
    Duration max_jitter() const { return jitter_.max(); }
    std::optional<TimePoint> first_arrival() const { return first_arrival_; }
    std::optional<TimePoint> last_arrival() const { return last_arrival_; }
    // The current source; nullopt before the first packet.
    std::optional<std::uint32_t> ssrc() const;

    // The report block of the current source, for the interval since the last call (A.3); nullopt
    // before the first packet. last_sender_report and its delay are the caller's to fill in.
    std::optional<ReportBlock> take_report_block();

  private:
    struct Source {
        std::uint32_t ssrc;
        SequenceTracker sequence;
        std::uint64_t expected_prior = 0;
        std::uint64_t received_prior = 0;
    };

    Arrival follow(std::uint32_t ssrc, std::uint16_t sequence_number);
    Arrival begin_source(std::uint32_t ssrc, std::uint16_t sequence_number);
    Arrival follow_previous(std::uint16_t sequence_number);

    std::optional<Source> current_;
    std::optional<Source> previous_;
    int previous_run_ = 0;  // packets of the previous source since the last of the current
    SequenceCounts retired_;
    std::uint64_t ssrc_changes_ = 0;
    Jitter jitter_;
    std::optional<TimePoint> first_arrival_;
    std::optional<TimePoint> last_arrival_;
};

}  // namespace janus_harness::rtp
