#include "rtp/rtcp_session.h"

#include <algorithm>
#include <utility>

#include "rtp/ntp_time.h"

namespace janus_harness::rtp {

namespace {

constexpr Duration kInterval = std::chrono::seconds(1);
constexpr double kDelayUnits = 65536;  // a second, as DLSR counts (RFC 3550 6.4.1)

}  // namespace

RtcpSession::RtcpSession(Random random, std::string cname, TimePoint now)
    : random_(random), cname_(std::move(cname)) {
    schedule(now, kInterval / 2);
}

// 6.3.1 divides by e - 3/2 to make up for timer reconsideration, which two participants without
// joins and leaves do not need.
void RtcpSession::schedule(TimePoint now, Duration mean) {
    next_report_ = now + from_seconds(to_seconds(mean) * (0.5 + random_.unit()));
}

Bytes RtcpSession::make_report(TimePoint now, const Sender* sender, ReceptionStatistics* reception,
                               std::uint32_t ssrc) {
    schedule(now, kInterval);
    return write_rtcp(compound(now, sender, reception, ssrc));
}

Bytes RtcpSession::make_bye(TimePoint now, const Sender* sender, ReceptionStatistics* reception,
                            std::uint32_t ssrc) {
    std::vector<RtcpPacket> packets = compound(now, sender, reception, ssrc);
    packets.emplace_back(Bye{{sender != nullptr ? sender->ssrc() : ssrc}, {}});
    return write_rtcp(packets);
}

std::vector<RtcpPacket> RtcpSession::compound(TimePoint now, const Sender* sender,
                                              ReceptionStatistics* reception, std::uint32_t ssrc) {
    const std::uint32_t own_ssrc = sender != nullptr ? sender->ssrc() : ssrc;
    const std::uint64_t packets = sender != nullptr ? sender->packets() : 0;
    const bool sent = packets != packets_reported_;
    std::vector<ReportBlock> blocks = report_blocks(now, reception);
    std::vector<RtcpPacket> result;
    if (sender != nullptr && (sent || sent_before_)) {
        const std::uint64_t ntp = ntp_time(now);
        sent_reports_[reports_sent_ % sent_reports_.size()] = {ntp_middle(ntp), now};
        result.emplace_back(SenderReport{
            own_ssrc, ntp, sender->timestamp_at(now), static_cast<std::uint32_t>(packets),
            static_cast<std::uint32_t>(sender->octets()), std::move(blocks)});
    } else {
        result.emplace_back(ReceiverReport{own_ssrc, std::move(blocks)});
    }
    result.emplace_back(SourceDescription{{{own_ssrc, {{1, cname_}}}}});
    packets_reported_ = packets;
    sent_before_ = sent;
    ++reports_sent_;
    return result;
}

std::vector<ReportBlock> RtcpSession::report_blocks(TimePoint now, ReceptionStatistics* reception) {
    if (reception == nullptr) return {};
    std::optional<ReportBlock> block = reception->take_report_block();
    if (!block) return {};
    if (peer_sender_report_ && peer_sender_report_->ssrc == block->ssrc) {
        const double delay = to_seconds(now - peer_sender_report_arrival_) * kDelayUnits;
        block->last_sender_report = ntp_middle(peer_sender_report_->ntp_time);
        block->delay_since_last_report =
            static_cast<std::uint32_t>(std::clamp(delay, 0.0, 4294967295.0));
    }
    return {*block};
}

bool RtcpSession::handle_rtcp(TimePoint now, ByteView bytes, std::uint32_t local_ssrc) {
    const auto packets = parse_rtcp(bytes);
    if (!packets) return false;
    ++compounds_received_;
    for (const RtcpPacket& packet : *packets) {
        if (const auto* report = std::get_if<SenderReport>(&packet)) {
            peer_sender_report_ = *report;
            peer_sender_report_arrival_ = now;
            handle_reports(now, report->reports, local_ssrc);
        } else if (const auto* receiver = std::get_if<ReceiverReport>(&packet)) {
            handle_reports(now, receiver->reports, local_ssrc);
        } else if (std::holds_alternative<Bye>(packet)) {
            bye_received_ = true;
        }
    }
    return true;
}

void RtcpSession::handle_reports(TimePoint now, const std::vector<ReportBlock>& blocks,
                                 std::uint32_t local_ssrc) {
    for (const ReportBlock& block : blocks) {
        if (block.ssrc == local_ssrc) peer_report_ = PeerReport{now, block, round_trip(now, block)};
    }
}

std::optional<Duration> RtcpSession::round_trip(TimePoint now, const ReportBlock& block) const {
    if (block.last_sender_report == 0) return std::nullopt;
    for (const SentReport& sent : sent_reports_) {
        if (sent.id != block.last_sender_report) continue;
        const Duration held = from_seconds(block.delay_since_last_report / kDelayUnits);
        const Duration trip = now - sent.time - held;
        // The delay is rounded to 15 us; a peer that claims more than that is wrong.
        if (trip < -std::chrono::milliseconds(1)) return std::nullopt;
        return std::max(trip, Duration::zero());
    }
    return std::nullopt;
}

}  // namespace janus_harness::rtp
