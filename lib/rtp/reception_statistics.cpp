#include "rtp/reception_statistics.h"

#include <algorithm>
#include <utility>

namespace janus_harness::rtp {

Arrival ReceptionStatistics::handle_packet(TimePoint arrival, std::uint32_t ssrc,
                                           std::uint16_t sequence_number, std::uint32_t timestamp) {
    const Arrival result = follow(ssrc, sequence_number);
    if (!first_arrival_) first_arrival_ = arrival;
    last_arrival_ = arrival;
    if (result.kind == Arrival::Kind::restarted) jitter_.restart();
    if (result.distinct() && result.current_source) jitter_.handle(arrival, timestamp);
    return result;
}

Arrival ReceptionStatistics::follow(std::uint32_t ssrc, std::uint16_t sequence_number) {
    if (current_ && current_->ssrc == ssrc) {
        previous_run_ = 0;
        return current_->sequence.handle(sequence_number);
    }
    if (previous_ && previous_->ssrc == ssrc) return follow_previous(sequence_number);
    return begin_source(ssrc, sequence_number);
}

Arrival ReceptionStatistics::begin_source(std::uint32_t ssrc, std::uint16_t sequence_number) {
    const bool change = current_.has_value();
    const std::int64_t cycle = change ? current_->sequence.highest() / 65536 + 2 : 1;
    if (previous_) retired_ += previous_->sequence.counts();
    previous_ = current_;
    previous_run_ = 0;
    current_.emplace(Source{ssrc, SequenceTracker(sequence_number, cycle)});
    if (change) ++ssrc_changes_;
    return {change ? Arrival::Kind::restarted : Arrival::Kind::first, current_->sequence.highest()};
}

Arrival ReceptionStatistics::follow_previous(std::uint16_t sequence_number) {
    Arrival result = previous_->sequence.handle(sequence_number);
    result.current_source = false;
    if (++previous_run_ < kReturn) return result;
    std::swap(current_, previous_);
    previous_run_ = 0;
    ++ssrc_changes_;
    result.current_source = true;
    if (result.distinct()) result.kind = Arrival::Kind::restarted;
    return result;
}

SequenceCounts ReceptionStatistics::counts() const {
    SequenceCounts sum = retired_;
    if (previous_) sum += previous_->sequence.counts();
    if (current_) sum += current_->sequence.counts();
    return sum;
}

std::optional<std::uint32_t> ReceptionStatistics::ssrc() const {
    if (!current_) return std::nullopt;
    return current_->ssrc;
}

// RFC 3550 A.3; like there, `received` includes copies, so the loss can be negative.
std::optional<ReportBlock> ReceptionStatistics::take_report_block() {
    if (!current_) return std::nullopt;
    const SequenceCounts counts = current_->sequence.counts();
    const std::uint64_t received = counts.received + counts.duplicated;
    const auto lost = static_cast<std::int64_t>(counts.expected - received);
    const auto expected_interval =
        static_cast<std::int64_t>(counts.expected - current_->expected_prior);
    const auto lost_interval =
        expected_interval - static_cast<std::int64_t>(received - current_->received_prior);
    current_->expected_prior = counts.expected;
    current_->received_prior = received;

    ReportBlock block;
    block.ssrc = current_->ssrc;
    if (expected_interval > 0 && lost_interval > 0) {
        const std::int64_t fraction = lost_interval * 256 / expected_interval;
        block.fraction_lost = static_cast<std::uint8_t>(std::min<std::int64_t>(fraction, 255));
    }
    block.cumulative_lost =
        static_cast<std::int32_t>(std::clamp<std::int64_t>(lost, -0x800000, 0x7fffff));
    block.extended_highest_sequence = current_->sequence.extended_highest();
    block.jitter = jitter_.units();
    return block;
}

}  // namespace janus_harness::rtp
