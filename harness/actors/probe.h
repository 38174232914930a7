#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "core/balance.h"
#include "harness/actors/environment.h"
#include "janus/session.h"
#include "net/timer.h"
#include "transport/janus_transport.h"

namespace janus_harness::actors {

// The quiet client beside the load: a session and a handle of the SIP plugin that never registers
// and asks for next to nothing ("reset", which changes nothing on a handle without a call), over
// and over at a fixed interval. The answer to it waits behind whatever else the plugin has to do,
// so its latency is what any other user of the same Janus feels.
//
// Requests go out at their planned times, however long earlier ones take; each is counted from its
// planned time to the plugin's answer.
class Probe {
  public:
    enum class Phase { starting, idle, setup, load, over };

    // `interval` > 0. The environment must outlive the probe.
    Probe(Environment& environment, Duration interval);
    ~Probe();

    // Creates the session and the handle; then begins to ask, in phase idle.
    void begin(TimePoint now);
    // What is sent from now on counts for this phase. `over`: nothing more is sent, answers that
    // are still out are waited for, and the session is destroyed.
    void enter(TimePoint now, Phase phase);
    Phase phase() const { return phase_; }
    // Asks, or has given up: the load may begin.
    bool ready() const { return phase_ != Phase::starting; }
    // After `over`: every answer came, or too long has passed; the session is gone.
    bool closed() const { return closed_; }
    std::uint64_t session_id() const { return session_ ? session_->session_id() : 0; }

  private:
    struct Asked {
        TimePoint planned;
        Phase phase;
    };

    void drain(TimePoint now);
    void handle_event(const janus::Event& event);
    void answered(TimePoint at, const std::string& transaction);
    void give_up(const std::string& why);
    void on_timer(TimePoint now);
    void continue_close(TimePoint now);
    void flush();

    Environment& environment_;
    Duration interval_;
    std::unique_ptr<janus::Session> session_;
    std::unique_ptr<transport::JanusTransport> transport_;
    net::Timer timer_;
    std::uint64_t handle_id_ = 0;
    Phase phase_ = Phase::starting;
    TimePoint next_;
    std::map<std::string, Asked> asked_;  // by transaction
    std::optional<TimePoint> close_deadline_;
    std::string destroy_transaction_;
    bool closed_ = false;
    Counted counted_;
};

}  // namespace janus_harness::actors
