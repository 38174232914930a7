#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "audio/identity_frames.h"
#include "audio/symbol_window.h"
#include "core/time.h"

namespace janus_harness::audio {

class IdentityListener;

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
    std::uint64_t unexamined = 0;    // not an exact frame, and not judged by IdentityListener
};

// Proves that a received stream carries this call's audio. In the common case, a path that does not
// transcode, the cost of a packet is one comparison with the frame due; other payloads are compared
// with all frames, and only what equals none is decoded, within the budget of IdentityListener. Not
// thread-safe.
class IdentityVerifier {
  public:
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
    // What was heard, but for the window that is still open.
    struct Evidence {
        IdentityResult counts;
        std::uint32_t other_words = 0;  // whole code words of other streams
        bool proven = false;            // a whole code word of this stream, in one alignment
        bool decoded = false;           // some symbols come from decoded samples
    };

    void handle_symbol(std::int64_t extended_sequence, std::uint8_t symbol);
    void handle_strange_payload(TimePoint arrival, std::int64_t extended_sequence,
                                ByteView payload);
    void match(std::uint32_t index);
    void learn();
    bool align();
    void close_window();
    void settle(const SymbolWindow::Fit& fit, Evidence& evidence) const;
    void settle_other(std::uint32_t other_stream_id, Evidence& evidence) const;
    static IdentityVerdict verdict(const Evidence& evidence);

    const IdentityFrames* frames_;
    IdentityCode code_;
    std::uint32_t stream_id_;
    CodecKind kind_;
    bool aligned_ = false;
    std::uint8_t symbols_ = 0;  // bit k: symbol k was heard in its place in this alignment
    std::uint32_t offset_ = 0;  // sequence number + offset, modulo 40, is the packet index
    std::uint32_t alignment_count_ = 0;
    SymbolWindow window_;  // what was heard since the last certainty; empty while aligned
    Evidence evidence_;
    std::unique_ptr<IdentityListener> listener_;  // made on first need
};

}  // namespace janus_harness::audio
