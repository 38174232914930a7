#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/result.h"
#include "core/time.h"
#include "harness/actors/environment.h"
#include "harness/media/audio_leg.h"
#include "harness/media/media_socket.h"
#include "harness/scenario/scenario.h"
#include "net/timer.h"
#include "srtp/session.h"
#include "webrtc/peer_connection.h"

namespace janus_harness::actors {

// Whose SRTP the browsers use.
srtp::Implementation srtp_implementation(const scenario::Media& media);

// What happens to the media of a browser's call. May destroy the BrowserMedia only later, by
// net::Loop::defer().
class BrowserMediaListener {
  public:
    virtual ~BrowserMediaListener() = default;
    virtual void on_ice_connected(TimePoint now) = 0;
    virtual void on_dtls_connected(TimePoint now, const webrtc::DtlsConnected& details) = 0;
    virtual void on_first_audio(TimePoint now) = 0;
    virtual void on_media_packet(TimePoint now) = 0;
    virtual void on_media_failed(TimePoint now, const Error& error) = 0;
    virtual void on_media_closed(TimePoint now) = 0;
};

// The PeerConnection of one call with its port, timer and audio.
class BrowserMedia final : private media::DatagramReceiver, private media::PacketSink {
  public:
    // Errors of media::MediaSockets::open_browser_port() and "dtls_context".
    static Result<std::unique_ptr<BrowserMedia>> create(Environment& environment,
                                                        const scenario::BrowserActor& settings,
                                                        BrowserMediaListener& listener,
                                                        Random& random);
    // `random` must outlive it.
    BrowserMedia(Environment& environment, const scenario::BrowserActor& settings,
                 BrowserMediaListener& listener, Random& random);
    ~BrowserMedia() override;

    const std::string& create_offer() { return connection_->create_offer(); }
    Result<void> set_remote_answer(TimePoint now, const std::string& answer);
    Result<std::string> create_answer(TimePoint now, const std::string& offer);
    void add_remote_candidate(TimePoint now, const std::string& candidate);
    void end_of_remote_candidates(TimePoint now);

    const webrtc::PeerConnection& connection() const { return *connection_; }
    // Null before both descriptions are known.
    media::AudioLeg* leg() { return leg_.get(); }
    // Makes the audio leg, once both descriptions are known. Error "audio_codec".
    Result<void> create_leg(media::AudioLegConfig identity);
    bool media_up() const { return connection_->media_up(); }
    // To be called when the leg was started: arms the timer for its RTCP.
    void update(TimePoint now) { drain(now); }
    // The call is over; close() follows.
    void call_over() { port_->retire(); }
    // Sends close_notify and stops sending. The counts stay.
    void close(TimePoint now);

  private:
    Result<void> open(const scenario::BrowserActor& settings);
    void receive(TimePoint arrival, const SocketAddress& remote,
                 std::span<std::uint8_t> bytes) override;
    void handle_packet(TimePoint now, std::span<std::uint8_t> bytes, webrtc::Received received);
    void handle_timeout(TimePoint now);
    void handle(TimePoint now, const webrtc::Event& event);
    void drain(TimePoint now);
    void send(const Datagram& datagram);
    void arm_timer();
    std::span<std::uint8_t> packet_buffer() override { return port_->reserve(); }
    bool send_rtp(std::size_t length) override;
    bool send_rtcp(std::span<std::uint8_t> buffer, std::size_t length) override;
    void flush() override { port_->flush(); }
    void prefetch(std::size_t step) const override;

    Environment& environment_;
    Random& random_;
    const scenario::BrowserActor& settings_;
    BrowserMediaListener& listener_;
    std::unique_ptr<webrtc::PeerConnection> connection_;
    std::unique_ptr<media::MediaPort> port_;
    std::unique_ptr<media::AudioLeg> leg_;
    net::Timer timer_;
    std::uint32_t ssrc_ = 0;
    std::string cname_;
    bool audio_seen_ = false;
    bool address_conflict_ = false;
};

}  // namespace janus_harness::actors
