#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/random.h"
#include "harness/deployment/deployment.h"
#include "harness/run/timed_request.h"
#include "janus/session.h"
#include "net/http_client.h"
#include "net/loop.h"
#include "net/timer.h"
#include "reports/result.h"
#include "transport/janus_transport.h"

namespace janus_harness::controller {

// The quiet client beside the load: a session with a handle of the SIP plugin that never registers
// and asks for next to nothing ("reset", which changes nothing on a handle without a call), over
// and over. The answer waits behind whatever else the plugin has to do, so its latency is what any
// other user of the same Janus feels.
//
// Requests leave at their planned times, however long earlier ones take; each is counted from its
// planned time to the plugin's answer. Everything runs on the thread of `loop`.
class PluginProbe {
  public:
    enum class Phase { idle, setup, load };

    // All references must outlive the probe. `interval`: between two requests, >= 1 ms.
    PluginProbe(net::Loop& loop, net::HttpClient& http, const deployment::Deployment& deployment,
                Random random, Duration interval);
    ~PluginProbe();

    // Makes session and handle, and runs the loop while the probe asks for `idle`: what an answer
    // takes when nothing else happens. Returns early at an interrupt. Errors: those of the
    // transport and of Janus, "probe_failed".
    Result<void> run_idle(Duration idle);
    // What is planned from now on counts for this phase.
    void enter(Phase phase) { phase_ = phase; }
    // Asks no more, runs the loop until the answers that are still out have come (5 s at most, or
    // until the second interrupt), and destroys the session.
    void finish();

    // Those that were answered, from the moment at which they were really sent.
    const std::vector<run::TimedRequest>& answered() const { return answered_; }
    std::uint64_t session_id() const { return session_.session_id(); }
    // "probe_idle", "probe_setup" and "probe_load" among the latencies, and a failed check where
    // requests were not answered at all.
    void fill(reports::RunResult& result) const;

  private:
    struct Asked {
        TimePoint planned;
        TimePoint sent;
        Phase phase;
    };
    struct Latencies {
        metrics::Histogram planned, sent;
    };

    template <typename Done>
    void run_until(TimePoint deadline, Done done);
    void drain(TimePoint now);
    void take(const janus::Event& event);
    void take_answer(TimePoint at, const std::string& transaction);
    void fail(const std::string& why);
    void ask(TimePoint now);
    void on_timer(TimePoint now);
    void flush();

    net::Loop& loop_;
    Duration interval_;
    janus::Session session_;
    std::unique_ptr<transport::JanusTransport> transport_;
    net::Timer timer_;
    Error failure_;
    std::uint64_t handle_id_ = 0;
    bool asking_ = false;
    bool closed_ = false;
    Phase phase_ = Phase::idle;
    TimePoint next_;
    std::map<std::string, Asked> asked_;  // by transaction
    std::map<Phase, Latencies> latencies_;
    std::vector<run::TimedRequest> answered_;
    std::uint64_t unanswered_ = 0;
};

}  // namespace janus_harness::controller
