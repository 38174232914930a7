#include "harness/worker/worker_group.h"

#include <algorithm>

#include "harness/executors/make_executor.h"
#include "harness/scenario/load_shape.h"

namespace janus_harness::worker {

WorkerGroup::WorkerGroup(net::Loop& loop, net::HttpClient& http, const GroupOptions& options)
    : loop_(loop), http_(http), options_(options) {
    for (std::uint32_t index = 0; index < options_.workers; ++index) {
        workers_.push_back(std::make_unique<Worker>(
            WorkerOptions{.scenario = options_.scenario,
                          .deployment = options_.deployment,
                          .owner = *this,
                          .seed = options_.seed,
                          .run_start = options_.run_start,
                          .executor = executors::make_executor(
                              options_.scenario.load,
                              executors::Share{.index = index, .count = options_.workers}),
                          .load_duration = scenario::load_duration(options_.scenario.load),
                          .events = options_.events}));
    }
}

WorkerGroup::~WorkerGroup() = default;

Result<void> WorkerGroup::prepare() {
    for (const auto& worker : workers_) {
        if (const auto prepared = worker->prepare(); !prepared) return prepared.error();
    }
    return {};
}

void WorkerGroup::run() {
    running_ = workers_.size();
    for (const auto& worker : workers_) {
        threads_.emplace_back([this, &worker] {
            worker->run();
            loop_.post([this] {
                if (--running_ == 0) loop_.stop();
            });
        });
    }
    while (running_ > 0) loop_.run();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    probe_.reset();
}

void WorkerGroup::stop(StopReason reason, const std::string& text) {
    if (stop_reason_ == StopReason::none) {
        stop_reason_ = reason;
        stop_text_ = text;
    }
    for (const auto& worker : workers_) worker->stop(reason, text);
}

void WorkerGroup::worker_waits() {
    loop_.post([this] {
        if (++waiting_ < workers_.size()) return;
        waiting_ = 0;
        const TimePoint at = net::Loop::now();
        for (const auto& worker : workers_) worker->proceed(at);
    });
}

void WorkerGroup::worker_failed(StopReason reason, const std::string& text) {
    loop_.post([this, reason, text] {
        // The one that failed ends by itself; a second word would end it at once.
        if (stop_reason_ == StopReason::none) stop(reason, text);
    });
}

void WorkerGroup::janus_suspected(const std::string& why) {
    loop_.post([this, why] { probe_janus(why); });
}

// One question for all workers, however many of them ask.
void WorkerGroup::probe_janus(const std::string& why) {
    if (probe_ || running_ == 0) return;
    transport::JanusTransportOptions options;
    options.tls = options_.deployment.tls;
    options.apisecret = options_.deployment.api_secret;
    options.token = options_.deployment.token;
    options.connect_timeout = std::chrono::seconds{2};
    options.request_timeout = std::chrono::seconds{3};
    probe_ = transport::fetch_server_info(
        loop_, http_, options_.deployment.janus_url, options,
        [this, why](TimePoint, Result<janus::ServerInfo> info) { probe_answered(info.ok(), why); });
}

void WorkerGroup::probe_answered(bool alive, const std::string& why) {
    // We are inside the probe's callback.
    loop_.defer([probe = std::shared_ptr<transport::ServerInfoRequest>(std::move(probe_))] {});
    probe_.reset();
    const std::string text = "Janus no longer answers: " + why;
    if (!alive && stop_reason_ == StopReason::none) {
        stop_reason_ = StopReason::janus_died;
        stop_text_ = text;
    }
    for (const auto& worker : workers_) worker->janus_probed(alive, text);
}

Progress WorkerGroup::progress() const {
    Progress sum;
    sum.load_begun = true;
    for (const auto& worker : workers_) worker->progress().add_to(sum);
    return sum;
}

run::Recorder WorkerGroup::take_recorder() {
    run::Recorder all = std::move(workers_.front()->recorder());
    for (std::size_t i = 1; i < workers_.size(); ++i) all.merge(std::move(workers_[i]->recorder()));
    return all;
}

std::vector<std::uint64_t> WorkerGroup::janus_sessions() const {
    std::vector<std::uint64_t> sessions;
    for (const auto& worker : workers_) {
        const auto& own = worker->janus_sessions();
        sessions.insert(sessions.end(), own.begin(), own.end());
    }
    return sessions;
}

}  // namespace janus_harness::worker
