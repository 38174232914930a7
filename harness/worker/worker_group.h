#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/result.h"
#include "harness/deployment/deployment.h"
#include "harness/run/recorder.h"
#include "harness/scenario/scenario.h"
#include "harness/worker/worker.h"
#include "net/http_client.h"
#include "net/loop.h"
#include "reports/event_log.h"
#include "transport/server_info.h"

namespace janus_harness::worker {

struct GroupOptions {
    const scenario::Scenario& scenario;
    const deployment::Deployment& deployment;
    std::uint64_t seed = 1;
    TimePoint run_start;
    std::uint32_t workers = 1;  // at most the clients there are (scenario::clients_at_once())
    reports::EventLog* events = nullptr;
};

// All workers of a run, each with its share of the plan on a thread of its own. They begin the load
// at the same time, end together when one of them cannot go on, and what they measured is merged.
// Everything here belongs to the thread of `loop`.
class WorkerGroup final : private WorkerOwner {
  public:
    // `loop` and `http` are used while run() runs; all references must outlive it.
    WorkerGroup(net::Loop& loop, net::HttpClient& http, const GroupOptions& options);
    ~WorkerGroup() override;

    // Errors of Worker::prepare().
    Result<void> prepare();
    // Runs the plan, and `loop` meanwhile. Returns when all workers have ended.
    void run();
    // See Worker::stop(). The first reason stays.
    void stop(StopReason reason, const std::string& text);

    Progress progress() const;
    StopReason stop_reason() const { return stop_reason_; }
    const std::string& stop_text() const { return stop_text_; }
    std::size_t size() const { return workers_.size(); }
    // After run(): what all of them measured (once), and the Janus sessions they made.
    run::Recorder take_recorder();
    std::vector<std::uint64_t> janus_sessions() const;

  private:
    void worker_waits() override;
    void worker_failed(StopReason reason, const std::string& text) override;
    void janus_suspected(const std::string& why) override;
    void probe_janus(const std::string& why);
    void probe_answered(bool alive, const std::string& why);

    net::Loop& loop_;
    net::HttpClient& http_;
    GroupOptions options_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::vector<std::thread> threads_;
    std::size_t running_ = 0;
    std::size_t waiting_ = 0;
    std::unique_ptr<transport::ServerInfoRequest> probe_;
    StopReason stop_reason_ = StopReason::none;
    std::string stop_text_;
};

}  // namespace janus_harness::worker
