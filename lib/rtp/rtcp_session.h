#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "core/random.h"
#include "core/time.h"
#include "rtp/reception_statistics.h"
#include "rtp/rtcp_packet.h"
#include "rtp/sender.h"

namespace janus_harness::rtp {

// RTCP of one media stream between two participants (RFC 3550 6): when to report, what to report
// and what the peer reported. Not thread-safe.
class RtcpSession {
  public:
    // What the peer said in its newest report about the stream that we send.
    struct PeerReport {
        TimePoint arrival{};
        ReportBlock block;
        // Nullopt unless the block names a sender report of ours, as it must (6.4.1): what
        // translates between streams without rewriting LSR cannot be measured.
        std::optional<Duration> round_trip;
    };

    // The first report is due 0.25 to 0.75 s after `now`, the next ones 0.5 to 1.5 s apart: the
    // interval of 6.3.1 for two participants, with its minimum reduced from 5 s to 1 s so that
    // short calls are reported too.
    RtcpSession(Random random, std::string cname, TimePoint now);

    TimePoint next_report() const { return next_report_; }
    // The compound that is due: SR + SDES when `sender` has sent since the last but one report, RR
    // + SDES otherwise (6.4). Sets the next report's time. Either may be nullptr; `ssrc` is used
    // where there is no sender.
    Bytes make_report(TimePoint now, const Sender* sender, ReceptionStatistics* reception,
                      std::uint32_t ssrc);
    // SR or RR, SDES and BYE (6.6), when the stream ends.
    Bytes make_bye(TimePoint now, const Sender* sender, ReceptionStatistics* reception,
                   std::uint32_t ssrc);

    // A compound from the peer, after SRTCP. `local_ssrc` is the stream that we send. False when
    // malformed.
    bool handle_rtcp(TimePoint now, ByteView bytes, std::uint32_t local_ssrc);

    const std::optional<PeerReport>& peer_report() const { return peer_report_; }
    std::optional<SenderReport> const& peer_sender_report() const { return peer_sender_report_; }
    bool bye_received() const { return bye_received_; }
    std::uint64_t reports_sent() const { return reports_sent_; }
    std::uint64_t compounds_received() const { return compounds_received_; }

  private:
    struct SentReport {
        std::uint32_t id = 0;  // middle 32 bits of the NTP time
        TimePoint time{};
    };

    void schedule(TimePoint now, Duration mean);
    std::vector<RtcpPacket> compound(TimePoint now, const Sender* sender,
                                     ReceptionStatistics* reception, std::uint32_t ssrc);
    std::vector<ReportBlock> report_blocks(TimePoint now, ReceptionStatistics* reception);
    void handle_reports(TimePoint now, const std::vector<ReportBlock>& blocks,
                        std::uint32_t local_ssrc);
    std::optional<Duration> round_trip(TimePoint now, const ReportBlock& block) const;

    Random random_;
    std::string cname_;
    TimePoint next_report_;
    std::uint64_t packets_reported_ = 0;
    bool sent_before_ = false;
    std::array<SentReport, 4> sent_reports_{};
    std::uint64_t reports_sent_ = 0;
    std::uint64_t compounds_received_ = 0;
    std::optional<PeerReport> peer_report_;
    std::optional<SenderReport> peer_sender_report_;
    TimePoint peer_sender_report_arrival_{};
    bool bye_received_ = false;
};

}  // namespace janus_harness::rtp
