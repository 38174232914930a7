#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "harness/actors/actor.h"
#include "harness/actors/browser_media.h"
#include "harness/actors/environment.h"
#include "janus/session.h"
#include "janus/sip_plugin.h"
#include "net/timer.h"
#include "transport/janus_transport.h"

namespace janus_harness::actors {

// Which part a browser plays in the call that is measured.
enum class BrowserPart {
    measured,  // its phases are the call's
    far_end,   // it stands for the far end: only what arrives at it counts
};

// A simulated browser: a Janus session with one handle of the SIP plugin, and the PeerConnection of
// its call. Reacts to scenario steps (execute) and to what Janus says; tells the scenario through
// its host.
class BrowserActor final : public Actor, private BrowserMediaListener {
  public:
    // All references must outlive the actor.
    BrowserActor(Environment& environment, ActorHost& host, std::size_t index,
                 const scenario::BrowserActor& settings, deployment::AccountRow account,
                 BrowserPart part, StreamIds streams);
    ~BrowserActor() override;

    void execute(TimePoint now, const run::Command& command) override;
    std::string uri() const override;
    run::Failure explain_timeout(const scenario::CompiledStep& step,
                                 run::Failure failure) const override;
    void audio_progress(TimePoint now) override;
    void abandon(TimePoint now) override;
    void begin_close(TimePoint now) override;
    bool closed() const override { return closed_; }

    const std::string& username() const { return account_.username; }
    // 0 when there is none.
    std::uint64_t session_id() const { return session_ ? session_->session_id() : 0; }

  private:
    enum class CallState { idle, inviting, invited, established, ending };
    // A request whose reply a step waits for.
    struct Request {
        std::optional<std::size_t> step_id{};
        // Its ack is the call's message_ack, counted from this planned start of its step.
        std::optional<TimePoint> ack_counts_from{};
    };

    // Steps (browser_steps.cpp).
    void run(TimePoint now, const run::Command& command);
    bool needs_handle(const scenario::Action& action) const;
    void ensure_handle(TimePoint now);
    void connect(TimePoint now);
    void do_register(TimePoint now, const run::Command& command, const scenario::Register& action);
    void do_call(TimePoint now, const run::Command& command, const scenario::Call& action);
    void do_accept(TimePoint now, const run::Command& command, const scenario::Accept& action);
    void do_decline(TimePoint now, const run::Command& command, const scenario::Decline& action);
    void do_hangup(TimePoint now, const run::Command& command, const scenario::Hangup& action);
    void send_hangup(TimePoint now);
    void do_talk(TimePoint now, const run::Command& command, const scenario::Talk& action);
    void send_message(TimePoint now, const std::string& body,
                      const std::optional<janus::Jsep>& jsep, Request request);
    void track(const std::string& transaction, Request request);
    void fail_step(const run::Command& command, std::string reason, std::string text);
    Result<janus::HeaderMap> expand_headers(const scenario::Headers& headers) const;
    Result<janus::RegisterRequest> register_request(const scenario::Register& action) const;
    void trickle_local_candidate(TimePoint now);

    // Events of Janus (browser_events.cpp).
    void drain(TimePoint now);
    void handle(const janus::Replied& event);
    void handle(const janus::Acknowledged& event);
    void handle(const janus::RequestRejected& event);
    void handle(const janus::RequestTimedOut& event);
    void handle(const janus::RequestFailed& event);
    void handle(const janus::PluginEvent& event);
    void handle(const janus::WebRtcUp& event);
    void handle(const janus::Media& event);
    void handle(const janus::SlowLink& event);
    void handle(const janus::HungUp& event);
    void handle(const janus::IceFailed& event);
    void handle(const janus::Detached& event);
    void handle(const janus::SessionTimedOut& event);
    void handle(const janus::ConnectionLost& event);
    void handle(const janus::TrickleReceived& event);
    void handle(const janus::ProtocolError& event);
    void handle(const janus::ServerInfo& event);
    void request_failed(const std::string& transaction, TimePoint at, run::Failure failure);
    void handle_sip(const janus::PluginEvent& event, const janus::SipEvent& sip);
    void update_call(TimePoint at, const janus::SipEvent& sip, run::ActorEvent& event);
    void on_hangup(TimePoint at, const janus::SipEvent& sip, run::ActorEvent& event);
    void handle_jsep(TimePoint at, const janus::Jsep& jsep);
    void call_accepted(TimePoint at);
    void fail_call(TimePoint at, run::Failure failure);
    run::ActorEvent event_at(TimePoint at, std::string name) const;

    // Media (browser_call.cpp).
    void on_ice_connected(TimePoint now) override;
    void on_dtls_connected(TimePoint now, const webrtc::DtlsConnected& details) override;
    void on_first_audio(TimePoint now) override;
    void on_media_packet(TimePoint now) override;
    void on_media_failed(TimePoint now, const Error& error) override;
    void on_media_closed(TimePoint now) override;
    void report_fingerprint(const std::string& mismatch);
    bool open_media(TimePoint now, const run::Command& command);
    void release_media(TimePoint now);
    void start_audio_if_ready(TimePoint now);
    void attach_leg();
    void handle_call_timeout(TimePoint now);
    void continue_talk(TimePoint now);
    void finish_talk(TimePoint now);
    void mark(reports::LatencyMetric metric, TimePoint at);
    run::CallTracker* measured_tracker();

    // Life (browser_actor.cpp).
    void handle_timeout(TimePoint now);
    void flush(TimePoint now);
    void arm_timer();
    void continue_close(TimePoint now);
    void finish_close(TimePoint now);

    Environment& environment_;
    ActorHost& host_;
    std::size_t index_;
    const scenario::BrowserActor& settings_;
    deployment::AccountRow account_;
    BrowserPart part_;
    StreamIds streams_;

    std::unique_ptr<janus::Session> session_;
    std::unique_ptr<transport::JanusTransport> transport_;
    net::Timer timer_;
    std::uint64_t handle_id_ = 0;
    std::map<std::string, Request> requests_;
    std::optional<run::Command> waiting_;  // for the handle, or for the last call's end
    std::string create_transaction_;       // of a create or attach that a step made implicit
    std::string attach_transaction_;
    TimePoint register_sent_;

    CallState call_state_ = CallState::idle;
    bool ended_by_us_ = false;
    bool core_hangup_due_ = false;  // Janus has not yet said that the last PeerConnection is gone
    std::optional<TimePoint> core_hangup_deadline_;
    std::optional<run::Failure> call_end_;  // how the last call ended, if not by us
    std::string incoming_offer_;
    bool answer_seen_ = false;
    bool webrtc_up_ = false;  // Janus said so for this call
    std::unique_ptr<BrowserMedia> media_;

    // The talk or hang-up in progress.
    struct Talk {
        run::Command command;
        const scenario::Talk* action = nullptr;
        std::optional<TimePoint> flowing_since;
        bool stopping = false;
    };
    std::optional<Talk> talk_;
    std::optional<run::Command> hangup_;  // waits for the streams to drain

    enum class Closing { no, hanging_up, destroying, done };
    Closing closing_ = Closing::no;
    TimePoint close_deadline_;
    std::string destroy_transaction_;
    bool closed_ = false;
};

}  // namespace janus_harness::actors
