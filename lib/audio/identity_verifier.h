#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "audio/identity_frames.h"
#include "audio/symbol_window.h"
#include "core/time.h"

namespace janus_harness::audio {

enum class IdentityVerdict {
    proven,        // the whole code word of this stream was heard and nothing else to speak of
    silence,       // no tones, silence
    other_stream,  // tones of another stream's code, or of no code
    noise,         // mostly neither tones nor silence
    unknown,       // too little was heard: less than one whole code word
};

// "proven", "silence", "other_stream", "noise", "unknown".
std::string_view verdict_name(IdentityVerdict verdict);

struct IdentityResult {
    IdentityVerdict verdict = IdentityVerdict::unknown;
    std::optional<std::uint32_t> other_stream_id;  // of a whole foreign code word that was heard
    std::uint64_t matched = 0;                     // packets that carried the symbol due
    std::uint64_t other_symbol = 0;                // packets that carried another tone
    std::uint64_t silence = 0;
    std::uint64_t unrecognized = 0;  // neither
    std::uint64_t unexamined = 0;    // not an exact frame, and decoding was over its budget
};

// Proves that a received stream carries this call's audio. In the common case, a path that does not
// transcode, the cost of a packet is one comparison with the frame due; other payloads are compared
// with all frames, and only what equals none is decoded, at most kDecodeBurst frames at once and
// kDecodeRate a second. Not thread-safe.
class IdentityVerifier {
  public:
    static constexpr std::int64_t kDecodeBurst = 50;  // frames
    static constexpr std::int64_t kDecodeRate = 10;   // frames a second

    // `stream_id` of the sender's IdentitySource; `kind` is the codec of the received payloads,
    // which need not be the one that the sender used.
    IdentityVerifier(std::uint32_t stream_id, CodecKind kind);
    ~IdentityVerifier();
    IdentityVerifier(IdentityVerifier&&) noexcept;
    IdentityVerifier& operator=(IdentityVerifier&&) noexcept;

    // A distinct audio packet of the stream; not telephone-event or comfort noise, which have
    // payload types of their own. `extended_sequence` is that of rtp::Arrival.
    void handle_packet(TimePoint arrival, std::int64_t extended_sequence, ByteView payload);
    // The sequence numbers have no relation to those before (rtp::Arrival::Kind::restarted).
    void restart();

    // The sender's packet index modulo kCodePackets; nullopt while the relation is not known.
    std::optional<std::uint32_t> packet_index_modulo(std::int64_t extended_sequence) const;
    // Grows whenever a new relation is learnt.
    std::uint32_t alignment_count() const { return alignment_count_; }

    IdentityResult result() const;

  private:
    struct Listener;  // decoder and detector, made on first need

    void handle_symbol(std::int64_t extended_sequence, std::uint8_t symbol);
    void handle_unknown_payload(TimePoint arrival, std::int64_t extended_sequence,
                                ByteView payload);
    bool take_decode_budget(TimePoint arrival);
    void learn();
    void settle(const SymbolWindow::Fit& fit);
    void settle_pending();
    void note_other(std::uint32_t stream_id);
    IdentityVerdict verdict(const IdentityResult& counts) const;

    const IdentityFrames* frames_;
    IdentityCode code_;
    std::uint32_t stream_id_;
    CodecKind kind_;
    bool aligned_ = false;
    std::uint8_t symbols_proven_ = 0;  // bit k: symbol k of the code word was heard in its place
    std::uint32_t offset_ = 0;
    std::uint32_t alignment_count_ = 0;
    std::uint32_t other_words_ = 0;
    SymbolWindow window_;
    IdentityResult counts_;
    std::unique_ptr<Listener> listener_;
};

}  // namespace janus_harness::audio
