#include "audio/identity_verifier.h"

#include <algorithm>

#include "audio/identity_listener.h"

namespace janus_harness::audio {

namespace {

// A window that fits no alignment after three code words is settled as it is.
constexpr std::uint32_t kMaxWindow = 3 * kCodePackets;
constexpr std::uint32_t kMinSupport = 8;     // votes for an alignment
constexpr std::uint32_t kMinDistance = 3;    // more votes against every other one
constexpr std::uint32_t kLearnInterval = 4;  // packets
constexpr std::uint8_t kAllSymbols = 0xff;

bool same(ByteView left, ByteView right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end());
}

// Tones out of place that a stream of our own may show where codecs and concealment blur the
// joints.
bool fits(const SymbolWindow::Fit& fit) {
    return fit.mismatched * 10 <= fit.matched;
}

}  // namespace

std::string_view verdict_name(IdentityVerdict verdict) {
    switch (verdict) {
        case IdentityVerdict::proven:
            return "proven";
        case IdentityVerdict::silence:
            return "silence";
        case IdentityVerdict::other_stream:
            return "other_stream";
        case IdentityVerdict::noise:
            return "noise";
        case IdentityVerdict::unknown:
            return "unknown";
    }
    return "";
}

IdentityVerifier::IdentityVerifier(std::uint32_t stream_id, CodecKind kind)
    : frames_(&IdentityFrames::of(kind)),
      code_(encode_identity(stream_id)),
      stream_id_(stream_id & kMaxStreamId),
      kind_(kind) {}

IdentityVerifier::~IdentityVerifier() = default;
IdentityVerifier::IdentityVerifier(IdentityVerifier&&) noexcept = default;
IdentityVerifier& IdentityVerifier::operator=(IdentityVerifier&&) noexcept = default;

void IdentityVerifier::handle_packet(TimePoint arrival, std::int64_t extended_sequence,
                                     ByteView payload) {
    if (aligned_) {
        const std::uint32_t index = (code_place(extended_sequence) + offset_) % kCodePackets;
        if (same(payload, frames_->tone(symbol_of_packet(code_, index)))) return match(index);
    }
    if (const auto symbol = frames_->find(payload)) {
        handle_symbol(extended_sequence, *symbol);
    } else if (frames_->is_silence(payload)) {
        ++evidence_.counts.silence;
    } else {
        handle_strange_payload(arrival, extended_sequence, payload);
    }
}

void IdentityVerifier::match(std::uint32_t index) {
    symbols_ = static_cast<std::uint8_t>(symbols_ | 1 << index / kSymbolPackets);
    if (symbols_ == kAllSymbols) evidence_.proven = true;
    ++evidence_.counts.matched;
}

void IdentityVerifier::handle_strange_payload(TimePoint arrival, std::int64_t extended_sequence,
                                              ByteView payload) {
    if (kind_ == CodecKind::opus && payload.size() <= 2) {  // DTX (RFC 6716 2.1.9)
        ++evidence_.counts.silence;
        return;
    }
    if (!listener_) listener_ = std::make_unique<IdentityListener>(kind_);
    const auto sound = listener_->listen(arrival, payload);
    if (!sound) {
        ++evidence_.counts.unexamined;
    } else if (sound->heard == IdentityListener::Heard::tone) {
        evidence_.decoded = true;
        handle_symbol(extended_sequence, sound->symbol);
    } else if (sound->heard == IdentityListener::Heard::silence) {
        ++evidence_.counts.silence;
    } else {
        ++evidence_.counts.unrecognized;
    }
}

void IdentityVerifier::handle_symbol(std::int64_t extended_sequence, std::uint8_t symbol) {
    if (aligned_) {
        const std::uint32_t index = (code_place(extended_sequence) + offset_) % kCodePackets;
        if (symbol == symbol_of_packet(code_, index)) return match(index);
        aligned_ = false;  // a stray packet or another place of the code: the window will tell
    }
    window_.add(extended_sequence, symbol);
    if (window_.packets() % kLearnInterval == 0) learn();
}

void IdentityVerifier::learn() {
    if (align()) return;
    if (window_.packets() < kCodePackets) return;
    const auto heard = window_.decode();
    if (heard && *heard != stream_id_) {
        settle_other(*heard, evidence_);
        window_.clear();
    } else if (window_.packets() >= kMaxWindow) {
        close_window();
    }
}

bool IdentityVerifier::align() {
    const SymbolWindow::Fit fit = window_.fit(code_);
    const bool unique = fit.runner_up >= fit.mismatched + kMinDistance;
    if (fit.matched < kMinSupport || !fits(fit) || !unique) return false;
    settle(fit, evidence_);
    window_.clear();
    aligned_ = true;
    offset_ = fit.offset;
    symbols_ = fit.symbols;
    ++alignment_count_;
    return true;
}

void IdentityVerifier::close_window() {
    if (window_.packets() > 0) settle(window_.fit(code_), evidence_);
    window_.clear();
}

void IdentityVerifier::settle(const SymbolWindow::Fit& fit, Evidence& evidence) const {
    // Every code has a symbol or two in common with this one.
    const std::uint32_t matched = fit.matched > fit.mismatched ? fit.matched : 0;
    evidence.counts.matched += matched;
    evidence.counts.other_symbol += window_.packets() - matched;
    if (fits(fit) && fit.symbols == kAllSymbols) evidence.proven = true;
}

void IdentityVerifier::settle_other(std::uint32_t other_stream_id, Evidence& evidence) const {
    evidence.counts.other_symbol += window_.packets();
    evidence.counts.other_stream_id = other_stream_id;
    ++evidence.other_words;
}

void IdentityVerifier::restart() {
    close_window();
    aligned_ = false;
    symbols_ = 0;
}

std::optional<std::uint32_t> IdentityVerifier::packet_index_modulo(
    std::int64_t extended_sequence) const {
    if (!aligned_) return std::nullopt;
    return (code_place(extended_sequence) + offset_) % kCodePackets;
}

IdentityResult IdentityVerifier::result() const {
    Evidence evidence = evidence_;
    if (window_.packets() > 0) {
        const auto heard = window_.decode();
        if (heard && *heard != stream_id_) {
            settle_other(*heard, evidence);
        } else {
            settle(window_.fit(code_), evidence);
        }
    }
    evidence.counts.verdict = verdict(evidence);
    return evidence.counts;
}

IdentityVerdict IdentityVerifier::verdict(const Evidence& evidence) {
    const IdentityResult& counts = evidence.counts;
    const std::uint64_t tones = counts.matched + counts.other_symbol;
    if (tones + counts.silence + counts.unrecognized < kCodePackets) {
        return IdentityVerdict::unknown;
    }
    if (counts.silence >= std::max(tones, counts.unrecognized)) return IdentityVerdict::silence;
    if (counts.unrecognized >= tones) return IdentityVerdict::noise;
    // Frames that arrive as they were sent leave no doubt about a tone; decoded ones some.
    const std::uint64_t tolerance = evidence.decoded ? 8 : 50;
    const bool foreign =
        evidence.other_words >= 2 || counts.other_symbol * tolerance > counts.matched;
    if (foreign) return IdentityVerdict::other_stream;
    return evidence.proven ? IdentityVerdict::proven : IdentityVerdict::unknown;
}

}  // namespace janus_harness::audio
