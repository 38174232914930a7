#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/random.h"
#include "core/result.h"
#include "core/time.h"
#include "harness/media/pacer.h"
#include "metrics/histogram.h"
#include "reports/call_record.h"

namespace janus_harness::media {

enum class Content { tone, silence, echo };

struct AudioLegConfig {
    std::string codec;  // encoding name: "opus", "PCMU", "PCMA", "G722"
    std::uint32_t clock_rate = 8000;
    std::uint8_t send_payload_type = 0;
    std::uint8_t receive_payload_type = 0;
    std::uint32_t ssrc = 0;
    std::string cname;
    std::uint32_t stream_id = 0;           // of the identity audio that this leg sends, 20 bits
    std::uint32_t expected_stream_id = 0;  // of the audio that it must receive
    // False where the other end is not ours, so that nobody knows what it sends.
    bool peer_known = true;
    Content content = Content::tone;
    // What must arrive: tone (proven by its identity) or silence.
    Content expected = Content::tone;
    // Takes the one-way delay of each packet whose sender and index are known; null where nobody
    // wants them. One for many legs, since a histogram a call would be most of the memory of a
    // call. Must outlive the leg.
    metrics::Histogram* delays = nullptr;
};

// How the packets of an AudioLeg reach the wire.
class PacketSink {
  public:
    virtual ~PacketSink() = default;
    // Room for the next RTP packet and srtp::kMaxTrailer bytes behind it, at least
    // AudioLeg::kMaxPacket in all; valid until the next call.
    virtual std::span<std::uint8_t> packet_buffer() = 0;
    // Sends the packet of `length` bytes that stands in packet_buffer(), at once or at the next
    // flush(). False when there is no way to send it (no keys, no route).
    virtual bool send_rtp(std::size_t length) = 0;
    // A packet of `length` bytes in a buffer with srtp::kMaxTrailer bytes of room behind it.
    virtual bool send_rtcp(std::span<std::uint8_t> buffer, std::size_t length) = 0;
    // Sends what has waited. The pacer's owner flushes after each tick by itself.
    virtual void flush() {}
    // Asks for the memory that send_rtp() needs, in two steps; see PacedSource::prefetch().
    virtual void prefetch(std::size_t step) const { static_cast<void>(step); }
};

// One end of the audio of a call: sends RTP at the pacer's tick, and counts, checks and times what
// arrives. Browser and phone use the same; how a packet reaches the wire is the owner's.
class AudioLeg final : public PacedSource {
  public:
    static constexpr std::size_t kMaxPacket = 1532;  // bytes

    // Error "audio_codec" for a codec that we do not have.
    // `sink` must outlive the leg.
    static Result<std::unique_ptr<AudioLeg>> create(AudioLegConfig config, PacketSink& sink,
                                                    Random& random);
    ~AudioLeg() override;

    // The leg whose packets arrive here, for one-way delay; null again before that leg goes.
    void set_peer(const AudioLeg* peer);

    void start(Pacer& pacer, TimePoint now);
    // Idempotent. The pacer must still exist.
    void stop(TimePoint now);
    bool sending() const;
    // From now on this is sent.
    void set_content(Content content);
    void expect(Content content);

    // A plain RTP or RTCP packet.
    void receive_rtp(TimePoint now, std::span<const std::uint8_t> packet);
    void receive_rtcp(TimePoint now, std::span<const std::uint8_t> packet);
    // RTCP reports; nothing is due before the first RTP packet was sent or received.
    void handle_timeout(TimePoint now);
    std::optional<TimePoint> next_timeout() const;

    std::uint64_t packets_sent() const;
    std::uint64_t packets_received() const;  // distinct
    std::uint64_t send_errors() const;
    std::optional<TimePoint> first_received() const;
    const AudioLegConfig& config() const;
    std::uint64_t rtcp_received() const;

    // What this leg received, as the record of one direction. `sent` is the peer's, which the
    // caller adds.
    void fill(reports::CallAudio& audio) const;
    // Adds the MOS estimate, once `sent` and `lost` are known; without them or the delay there is
    // none.
    void rate(reports::CallAudio& audio) const;
    void send_packet(TimePoint planned, TimePoint now) override;
    void prefetch(std::size_t stage) const override;

  private:
    struct State;
    explicit AudioLeg(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace janus_harness::media
