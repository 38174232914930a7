#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/result.h"
#include "harness/actors/environment.h"
#include "harness/actors/far_end.h"
#include "harness/deployment/deployment.h"
#include "harness/executors/executor.h"
#include "harness/media/media_sockets.h"
#include "harness/media/pacer.h"
#include "harness/run/recorder.h"
#include "harness/worker/client.h"
#include "harness/worker/generator_watch.h"
#include "harness/worker/progress.h"
#include "harness/worker/slot_pool.h"
#include "net/http_client.h"
#include "net/loop.h"
#include "net/timer.h"
#include "reports/event_log.h"

namespace janus_harness::worker {

// Why a worker stopped before its plan was done.
enum class StopReason { none, interrupted, janus_died, preparation_failed };

// Who runs the workers. Called on a worker's thread.
class WorkerOwner {
  public:
    virtual ~WorkerOwner() = default;
    // The worker waits for Worker::proceed(): before clients are set up, and before the load.
    virtual void worker_waits() = 0;
    // The worker cannot go on and is ending; so must the others.
    virtual void worker_failed(StopReason reason, const std::string& text) = 0;
    // A client got no answer: is Janus still there? Answered by Worker::janus_probed().
    virtual void janus_suspected(const std::string& why) = 0;
};

struct WorkerOptions {
    const scenario::Scenario& scenario;
    const deployment::Deployment& deployment;
    WorkerOwner& owner;
    std::uint64_t seed = 1;  // of the run
    TimePoint run_start;
    std::unique_ptr<executors::Executor> executor;  // holds the worker's share of the plan
    std::optional<Duration> load_duration;          // after it, plus graceful_stop, calls are ended
    reports::EventLog* events = nullptr;
};

// One event loop with its clients, its SIP far end and its measurements. Everything here runs on
// the thread that calls run(), but for what is said to be thread-safe. Several of them carry out
// one plan: what does not depend on time is the same however many there are.
class Worker final : private ClientOwner {
  public:
    explicit Worker(WorkerOptions options);
    ~Worker() override;

    // Before run(). Opens the far end's socket: of worker n at the n-th port after the
    // deployment's. Errors of net::UdpSocket::bind and "dtls_certificate".
    Result<void> prepare();
    // Runs the plan to its end, or to stop().
    void run();
    // Thread-safe. interrupted: no more starts, calls in progress are ended in order. A second
    // call, or janus_died: everything ends at once.
    void stop(StopReason reason, const std::string& text);
    // Thread-safe. All workers are ready: the next phase begins, for all of them at this time.
    void proceed(TimePoint at);
    // Thread-safe. Whether Janus is still there.
    void janus_probed(bool alive, const std::string& text);

    const SharedProgress& progress() const { return progress_; }
    // After run().
    StopReason stop_reason() const { return stop_reason_; }
    const std::string& stop_text() const { return stop_text_; }
    run::Recorder& recorder() { return recorder_; }
    const std::vector<std::uint64_t>& janus_sessions() const { return janus_sessions_; }
    // Address of the far end's SIP socket; after prepare(), in modes that have one.
    std::optional<SocketAddress> far_end_address() const;

  private:
    enum class Phase { preparing, waiting, setting_up, loading, closing, done };

    void log_event(const Client& client, const run::ActorEvent& event) override;
    void suspect_janus(TimePoint now, const Error& error) override;
    bool janus_in_doubt() const override { return janus_in_doubt_; }
    void setup_ended(TimePoint now, Client& client) override;
    void iteration_ended(TimePoint now, Client& client) override;
    void client_closed(Client& client) override;

    // Start-up (worker_start.cpp).
    void begin(TimePoint now);
    void register_phones(TimePoint now);
    void wait_for_others(void (Worker::*next)(TimePoint));
    void begin_setup(TimePoint now);
    void continue_setup(TimePoint now);
    void begin_load(TimePoint now);

    // Clients come and go (worker_clients.cpp).
    void start_due(TimePoint now);
    void start_one(TimePoint now, const executors::PlannedStart& start);
    void end_overdue(TimePoint now);
    void arm_plan();
    Client* find_client(std::uint32_t slot);
    void start_waiting(std::uint32_t slot);
    run::Period period_of(TimePoint planned) const;
    Client* client_for(TimePoint now, const executors::PlannedStart& start);
    Client& create_client(std::uint32_t slot);
    void remove_client(std::uint32_t slot, bool next_may_begin);
    void give_up(std::uint32_t slot);
    void retire(TimePoint now, Client& client, std::optional<run::Failure> failure = {});
    void note_sessions(const Client& client);
    // Of a client's slot: its place in the share.
    std::uint32_t number_of(std::uint32_t slot) const;

    // The end (worker.cpp).
    void check_finished(TimePoint now);
    void close_everything(TimePoint now, std::optional<run::Failure> failure);
    void close_some(TimePoint now);
    void finish();
    void handle_stop(StopReason reason, const std::string& text);
    void handle_probe(TimePoint now, bool alive, const std::string& text);
    void graceful_stop_over(TimePoint now);

    void plan_due(TimePoint now);
    void tick(TimePoint now);
    void arm_pacer();
    void note_losses(TimePoint now);
    void publish();

    WorkerOptions options_;
    executors::Share share_;
    SharedProgress progress_;
    net::Loop loop_;
    net::HttpClient http_;
    Random random_;  // of what belongs to no client
    run::Recorder recorder_;
    media::Pacer pacer_;
    std::unique_ptr<media::MediaSockets> media_sockets_;
    std::unique_ptr<actors::FarEnd> far_end_;
    std::unique_ptr<actors::Environment> environment_;
    SlotPool slots_;  // by the numbers within the share
    std::vector<std::unique_ptr<Client>> clients_;
    // By slot, iterations of clients that run their set-up first, or whose last self is closing.
    std::unordered_map<std::uint32_t, executors::PlannedStart> waiting_starts_;
    net::Timer pacer_timer_;
    net::Timer plan_timer_;
    net::Timer stop_timer_;
    net::Timer publish_timer_;
    GeneratorWatch watch_;
    media::MediaSockets::Statistics noted_losses_;
    Phase phase_ = Phase::preparing;
    void (Worker::*next_phase_)(TimePoint) = nullptr;
    TimePoint preparation_start_;
    TimePoint unregister_deadline_;
    std::uint32_t setups_begun_ = 0;
    std::uint32_t setups_done_ = 0;
    TimePoint setup_start_;
    TimePoint warm_up_end_;
    std::vector<std::uint32_t> to_close_;  // numbers of clients that are still to be closed
    std::optional<run::Failure> close_failure_;
    std::vector<std::size_t> phones_;  // of the far end's accounts, those that register here
    std::size_t phones_asked_ = 0;
    bool janus_in_doubt_ = false;
    std::uint64_t published_setups_ = 0;
    StopReason stop_reason_ = StopReason::none;
    std::string stop_text_;
    std::vector<std::uint64_t> janus_sessions_;
};

}  // namespace janus_harness::worker
