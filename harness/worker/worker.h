#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "harness/actors/environment.h"
#include "harness/actors/far_end.h"
#include "harness/deployment/deployment.h"
#include "harness/executors/executor.h"
#include "harness/media/pacer.h"
#include "harness/run/recorder.h"
#include "harness/worker/client.h"
#include "net/http_client.h"
#include "net/loop.h"
#include "net/timer.h"
#include "reports/event_log.h"
#include "transport/server_info.h"

namespace janus_harness::worker {

// What other threads may look at while a worker runs.
struct Progress {
    std::atomic<std::uint64_t> calls_started{0};
    std::atomic<std::uint64_t> calls_completed{0};
    std::atomic<std::uint64_t> calls_failed{0};
    std::atomic<std::uint64_t> clients{0};
    std::atomic<std::int64_t> call_setup_p50_ns{-1};  // -1: none yet
    std::atomic<bool> load_begun{false};
};

// Why a worker stopped before its plan was done.
enum class StopReason { none, interrupted, janus_died, preparation_failed };

struct WorkerOptions {
    const scenario::Scenario& scenario;
    const deployment::Deployment& deployment;
    std::uint64_t seed = 1;
    TimePoint run_start;
    std::unique_ptr<executors::Executor> executor;
    std::optional<Duration> load_duration;  // after it, plus graceful_stop, calls are ended
    reports::EventLog* events = nullptr;    // only this worker writes it
    // What the testbed or a test wants done when the load begins; on the worker's thread.
    std::function<void(TimePoint)> on_load_begun;
};

// One event loop with its clients, its SIP far end and its measurements. Everything here runs on
// the thread that calls run(), but for stop() and progress().
class Worker final : private ClientOwner {
  public:
    explicit Worker(WorkerOptions options);
    ~Worker() override;

    // Opens the far end's socket. Errors of net::UdpSocket::bind and "dtls_certificate".
    Result<void> prepare();
    // Runs the plan to its end, or to stop().
    void run();
    // Thread-safe. interrupted: no more starts, calls in progress are ended in order. A second
    // call, or janus_died: everything ends at once.
    void stop(StopReason reason, const std::string& text);

    const Progress& progress() const { return progress_; }
    StopReason stop_reason() const { return stop_reason_; }
    const std::string& stop_text() const { return stop_text_; }
    // After run().
    run::Recorder& recorder() { return recorder_; }
    const std::vector<std::uint64_t>& janus_sessions() const { return janus_sessions_; }
    // Address of the far end's SIP socket; after prepare(), in modes that have one.
    std::optional<SocketAddress> far_end_address() const;

  private:
    enum class Phase { preparing, setting_up, loading, closing, done };

    void log_event(const Client& client, const run::ActorEvent& event) override;
    void suspect_janus(TimePoint now, const Error& error) override;
    bool janus_in_doubt() const override { return probe_ != nullptr; }
    void client_changed(TimePoint now, Client& client) override;

    // Start-up (worker_start.cpp).
    void begin(TimePoint now);
    void continue_preparation(TimePoint now);
    void begin_setup(TimePoint now);
    void continue_setup(TimePoint now);
    void begin_load(TimePoint now);
    std::uint32_t clients_needed() const;

    void start_due(TimePoint now);
    bool start_one(TimePoint now, const executors::PlannedStart& start);
    Client* idle_client();
    Client& create_client(std::uint32_t slot);
    std::optional<std::uint32_t> free_slot() const;
    void retire(TimePoint now, Client& client);
    void check_finished(TimePoint now);
    void close_everything(TimePoint now, std::optional<run::Failure> failure);
    void finish();
    void probe_answered(TimePoint now, bool alive, const std::string& text);
    void handle_stop(StopReason reason, const std::string& text);
    void tick(TimePoint now);
    void arm_pacer();
    void arm_plan();
    void publish();
    void graceful_stop_over(TimePoint now);

    WorkerOptions options_;
    Progress progress_;
    net::Loop loop_;
    net::HttpClient http_;
    Random random_;
    run::Recorder recorder_;
    media::Pacer pacer_;
    std::unique_ptr<actors::FarEnd> far_end_;
    std::unique_ptr<actors::Environment> environment_;
    std::map<std::uint32_t, std::unique_ptr<Client>> clients_;
    std::vector<std::uint32_t> idle_;  // slots of clients that are set up and idle
    net::Timer pacer_timer_;
    net::Timer plan_timer_;
    net::Timer lag_timer_;
    net::Timer stop_timer_;
    TimePoint lag_due_;
    Phase phase_ = Phase::preparing;
    TimePoint preparation_deadline_;
    TimePoint unregister_deadline_;
    std::uint32_t setups_begun_ = 0;
    std::uint32_t setups_done_ = 0;
    TimePoint setup_start_;
    std::size_t phones_asked_ = 0;
    std::unique_ptr<transport::ServerInfoRequest> probe_;
    StopReason stop_reason_ = StopReason::none;
    std::string stop_text_;
    std::vector<std::uint64_t> janus_sessions_;
};

}  // namespace janus_harness::worker
