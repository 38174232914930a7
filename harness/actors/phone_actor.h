#pragma once

#include <memory>
#include <optional>
#include <string>

#include "harness/actors/actor.h"
#include "harness/actors/environment.h"
#include "harness/actors/far_end.h"
#include "harness/media/audio_leg.h"
#include "harness/media/media_sockets.h"
#include "net/timer.h"
#include "sdp/negotiation.h"

namespace janus_harness::actors {

// A phone of the far end: takes and makes SIP calls through the worker's FarEnd, answers as the
// scenario says, and is the other end of the audio.
class PhoneActor final : public Actor, private PhoneListener, private media::PacketSink {
  public:
    // All references must outlive the actor. `caller` is the user part of the browser that will
    // call, for a proxy that routes many numbers here.
    PhoneActor(Environment& environment, ActorHost& host, std::size_t index,
               const scenario::SipActor& settings, deployment::AccountRow account,
               const std::string& caller, StreamIds streams);
    ~PhoneActor() override;

    // From now on calls to this phone are taken.
    void begin();

    void execute(TimePoint now, const run::Command& command) override;
    std::string uri() const override;
    void audio_progress(TimePoint now) override;
    void abandon(TimePoint now) override;
    void begin_close(TimePoint now) override;
    bool closed() const override { return closed_; }

  private:
    enum class CallState { idle, ringing_in, calling_out, established, ending };

    // SIP (phone_actor.cpp).
    void on_sip_event(const sip::Event& event) override;
    void on(const sip::CallReceived& event);
    void on(const sip::CallAcknowledged& event);
    void on(const sip::CallCancelled& event);
    void on(const sip::CallProvisional& event);
    void on(const sip::CallAnswered& event);
    void on(const sip::CallRejected& event);
    void on(const sip::CallEnded& event);
    void on(const sip::HangupCompleted& event);
    void on(const sip::CallFailed& event);
    void do_call(TimePoint now, const run::Command& command, const scenario::PhoneCall& action);
    void do_hangup(TimePoint now, const run::Command& command);
    void ring(TimePoint now);
    void final_response(TimePoint now);
    void accept(TimePoint now);
    void reject(TimePoint now, int code, const std::string& reason);
    void send_hangup(TimePoint now);
    void call_over(TimePoint at);
    void established(TimePoint at);
    void handle_timeout(TimePoint now);
    void arm_timer();
    run::ActorEvent event_at(TimePoint at, std::string name) const;
    run::ActorEvent ended_event(TimePoint at, const std::string& text) const;

    // Media (phone_media.cpp).
    bool open_media(TimePoint now);
    void release_media();
    void apply_remote(TimePoint now, const std::string& remote_sdp);
    bool create_leg(const sdp::NegotiatedAudio& audio);
    std::string local_offer();
    std::string local_answer();
    void receive_rtp(TimePoint now, std::span<std::uint8_t> bytes);
    void receive_rtcp(TimePoint now, std::span<std::uint8_t> bytes);
    std::span<std::uint8_t> packet_buffer() override { return ports_.rtp->reserve(); }
    bool send_rtp(std::size_t length) override;
    bool send_rtcp(std::span<std::uint8_t> buffer, std::size_t length) override;
    void flush() override { ports_.rtp->flush(); }
    void prefetch(std::size_t step) const override {
        if (step == 1) {
            __builtin_prefetch(&remote_rtp_);
            __builtin_prefetch(&ports_);
        } else {
            __builtin_prefetch(ports_.rtp.get());
        }
    }
    void media_ready(TimePoint now);

    Environment& environment_;
    ActorHost& host_;
    std::size_t index_;
    const scenario::SipActor& settings_;
    deployment::AccountRow account_;
    std::string caller_;
    StreamIds streams_;
    net::Timer timer_;

    CallState call_state_ = CallState::idle;
    sip::CallKey call_;
    bool ended_by_us_ = false;
    std::string remote_offer_;
    std::string local_sdp_;
    std::optional<TimePoint> ring_at_;
    std::optional<TimePoint> final_at_;
    std::optional<TimePoint> hangup_at_;
    bool hangup_draining_ = false;
    std::optional<std::size_t> hangup_step_;

    // The ends of the phone's two ports.
    struct RtpReceiver final : media::DatagramReceiver {
        explicit RtpReceiver(PhoneActor& owner) : phone(owner) {}
        void receive(TimePoint arrival, const SocketAddress&,
                     std::span<std::uint8_t> bytes) override {
            phone.receive_rtp(arrival, bytes);
        }
        PhoneActor& phone;
    };
    struct RtcpReceiver final : media::DatagramReceiver {
        explicit RtcpReceiver(PhoneActor& owner) : phone(owner) {}
        void receive(TimePoint arrival, const SocketAddress&,
                     std::span<std::uint8_t> bytes) override {
            phone.receive_rtcp(arrival, bytes);
        }
        PhoneActor& phone;
    };
    RtpReceiver rtp_receiver_{*this};
    RtcpReceiver rtcp_receiver_{*this};
    media::PhonePorts ports_;
    std::unique_ptr<media::AudioLeg> leg_;
    SocketAddress remote_rtp_;
    SocketAddress remote_rtcp_;
    bool audio_seen_ = false;
    bool closed_ = false;
};

}  // namespace janus_harness::actors
