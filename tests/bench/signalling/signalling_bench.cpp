// What the signalling of a simulated client costs, beside a server that costs another process.
//   signalling_bench rate   ws|http CLIENTS SECONDS   requests a second and core, closed loop
//   signalling_bench memory ws|http CLIENTS           bytes of resident memory a registered client
//   signalling_bench hold   ws|http CLIENTS           registers them in this process, for profilers
// One line of JSON on standard output.
#include <fmt/format.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "harness/executors/per_client_iterations.h"
#include "harness/scenario/load.h"
#include "harness/worker/worker.h"
#include "janus/sip_plugin.h"
#include "tests/bench/signalling/api_stub.h"
#include "transport/janus_transport.h"

namespace janus_harness::bench {
namespace {

std::uint64_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::uint64_t pages = 0;
    statm >> pages >> pages;
    return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

Duration cpu_time() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto of = [](const timeval& time) {
        return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

// Always one request under way: a message to the plugin, its ack, its event, and the next.
class RateClient {
  public:
    RateClient(net::HttpClient& http, net::Loop& loop, const std::string& url, Random& random)
        : session_({}, random.fork(random())) {
        auto made = transport::make_janus_transport(loop, http, url, {}, session_,
                                                    [this](TimePoint now) { drain(now); });
        if (!made) std::abort();
        transport_ = std::move(made).value();
        transport_->connect();
        session_.create(net::Loop::now());
        transport_->flush();
    }

    bool ready() const { return handle_ != 0; }
    void begin(TimePoint now) { ask(now); }
    std::uint64_t requests = 0;
    std::uint64_t events = 0;
    std::uint64_t errors = 0;

  private:
    void ask(TimePoint now) {
        janus::UnregisterRequest request;
        session_.message(now, handle_, to_json(request));
        asked_ = true;
        event_seen_ = ack_seen_ = false;
        transport_->flush();
    }

    void drain(TimePoint now) {
        while (const auto event = session_.poll_event()) {
            if (const auto* replied = std::get_if<janus::Replied>(&*event)) {
                if (replied->verb == janus::Verb::create) {
                    session_.attach(now, janus::sip_plugin_package);
                } else {
                    handle_ = replied->id.value_or(0);
                }
            } else if (std::holds_alternative<janus::Acknowledged>(*event)) {
                ack_seen_ = true;
                ++requests;
            } else if (const auto* told = std::get_if<janus::PluginEvent>(&*event)) {
                if (!janus::parse_sip_event(told->data)) ++errors;
                event_seen_ = true;
                ++events;
            } else {
                ++errors;
            }
        }
        if (asked_ && ack_seen_ && event_seen_) {
            ask(now);
        } else {
            transport_->flush();
        }
    }

    janus::Session session_;
    std::unique_ptr<transport::JanusTransport> transport_;
    std::uint64_t handle_ = 0;
    bool asked_ = false;
    bool ack_seen_ = false;
    bool event_seen_ = false;
};

int measure_rate(const std::string& kind, std::size_t count, double seconds) {
    const ApiStub stub;
    const std::string url = kind == "ws" ? stub.web_socket_url() : stub.http_url();
    net::Loop loop;
    net::HttpClient http(loop);
    Random random(1);
    std::vector<std::unique_ptr<RateClient>> clients;
    Duration cpu{};
    TimePoint began;
    bool measuring = false;
    std::uint64_t requests = 0;
    net::Timer timer(loop, [&](TimePoint now) {
        if (measuring && now - began >= from_seconds(seconds)) {
            cpu = cpu_time() - cpu;
            loop.stop();
            return;
        }
        if (measuring) return;
        // 20 at a time: the stub's queue of new connections is not endless.
        for (int i = 0; i < 20 && clients.size() < count; ++i) {
            clients.push_back(std::make_unique<RateClient>(http, loop, url, random));
        }
        if (clients.size() < count) return;
        for (const auto& client : clients) {
            if (!client->ready()) return;
        }
        measuring = true;
        began = now;
        cpu = cpu_time();
        for (const auto& client : clients) client->begin(now);
    });
    timer.start_every(std::chrono::milliseconds(5));
    loop.run();
    std::uint64_t events = 0;
    std::uint64_t errors = 0;
    for (const auto& client : clients) {
        requests += client->requests;
        events += client->events;
        errors += client->errors;
    }
    const double busy = to_seconds(cpu);
    fmt::print(
        R"({{"bench":"signalling","transport":"{}","clients":{},"requests":{},"events":{},)"
        R"("errors":{},"connections":{},"cpu_us_per_request":{:.2f},"requests_per_core":{:.0f},)"
        R"("messages_per_core":{:.0f}}})"
        "\n",
        kind, count, requests, events, errors, http.connections_opened(),
        busy * 1e6 / static_cast<double>(requests), static_cast<double>(requests) / busy,
        static_cast<double>(2 * requests + events) / busy);
    return errors == 0 ? 0 : 1;
}

struct Memory {
    std::uint64_t resident = 0;
    std::uint64_t heap = 0;
};

// Lets a worker set its clients up, and looks at its memory once they all are.
class MemoryTaker final : public worker::WorkerOwner {
  public:
    void own(worker::Worker& worker) { worker_ = &worker; }
    void worker_waits() override {
        if (!std::exchange(set_up_, true)) return worker_->proceed(net::Loop::now());
        malloc_trim(0);
        memory = {resident_bytes(), mallinfo2().uordblks};
        if (worker_->recorder().iterations().failed != 0) std::abort();
        worker_->stop(worker::StopReason::interrupted, "measured");
    }
    void worker_failed(worker::StopReason, const std::string&) override { std::abort(); }
    void janus_suspected(const std::string&) override { worker_->janus_probed(true, {}); }
    Memory memory;

  private:
    worker::Worker* worker_ = nullptr;
    bool set_up_ = false;
};

// A worker with `count` registered clients: what it holds when all are.
Memory registered_clients(const std::string& url, std::uint32_t count) {
    const auto loaded = scenario::load_text(
        R"({ "name": "x", "actors": { "web": { "kind": "browser" } },
             "setup": [{ "web": "register", "expect": ["registered"] }],
             "steps": [{ "pause": "1h" }],
             "load": { "executor": "per_client_iterations", "clients": 1, "start_rate": 2000 } })",
        "x.json");
    if (!loaded.scenario) std::abort();
    deployment::Deployment deployment;
    deployment.janus_url = url;
    deployment.far_end = scenario::FarEndMode::none;
    deployment.sip_domain = "example.org";
    deployment.accounts = deployment::generate_accounts("web", count, 1);
    deployment.media_address = SocketAddress::from_ip("127.0.0.1", 0).value();
    executors::PerClientIterationsOptions load;
    load.clients = count;
    load.start_rate = 1000;
    MemoryTaker taker;
    worker::Worker worker({
        .scenario = *loaded.scenario,
        .deployment = deployment,
        .owner = taker,
        .seed = 1,
        .run_start = net::Loop::now(),
        .executor = std::make_unique<executors::PerClientIterations>(load),
        .load_duration = std::nullopt,
        .events = nullptr,
    });
    taker.own(worker);
    if (!worker.prepare().ok()) std::abort();
    worker.run();
    return taker.memory;
}

// In a process of its own, so that nothing of it is left behind.
Memory in_a_child(const std::string& url, std::uint32_t count) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) std::abort();
    const pid_t child = fork();
    if (child < 0) std::abort();
    if (child == 0) {
        const Memory memory = registered_clients(url, count);
        const bool written = write(ends[1], &memory, sizeof memory) == sizeof memory;
        _exit(written ? 0 : 1);
    }
    Memory memory;
    if (read(ends[0], &memory, sizeof memory) != sizeof memory) std::abort();
    waitpid(child, nullptr, 0);
    close(ends[0]);
    close(ends[1]);
    return memory;
}

int hold(const std::string& kind, std::uint32_t count) {
    const ApiStub stub;
    const Memory memory =
        registered_clients(kind == "ws" ? stub.web_socket_url() : stub.http_url(), count);
    fmt::print(R"({{"bench":"hold","resident":{},"heap":{}}})"
               "\n",
               memory.resident, memory.heap);
    return 0;
}

int measure_memory(const std::string& kind, std::uint32_t count) {
    const ApiStub stub;
    const std::string url = kind == "ws" ? stub.web_socket_url() : stub.http_url();
    constexpr std::uint32_t few = 100;
    const Memory before = in_a_child(url, few);
    const Memory after = in_a_child(url, count);
    const double more = count - few;
    const auto each = [&](std::uint64_t from, std::uint64_t to) {
        return static_cast<double>(static_cast<std::int64_t>(to - from)) / more;
    };
    fmt::print(R"({{"bench":"memory","transport":"{}","clients":{},"resident_bytes":{:.0f},)"
               R"("heap_bytes":{:.0f}}})"
               "\n",
               kind, count, each(before.resident, after.resident), each(before.heap, after.heap));
    return 0;
}

}  // namespace
}  // namespace janus_harness::bench

int main(int count, char** values) {
    const std::span<char*> arguments(values, static_cast<std::size_t>(count));
    const auto argument = [&](std::size_t index) {
        return index < arguments.size() ? std::string(arguments[index]) : std::string();
    };
    const auto number = [&](std::size_t index, int otherwise) {
        const std::string text = argument(index);
        std::from_chars(text.data(), text.data() + text.size(), otherwise);
        return otherwise;
    };
    const std::string what = argument(1);
    const std::string kind = argument(2);
    if (kind != "ws" && kind != "http") {
        fmt::print(stderr,
                   "usage: signalling_bench rate|memory|hold ws|http [CLIENTS] [SECONDS]\n");
        return 2;
    }
    if (what == "rate") {
        return janus_harness::bench::measure_rate(kind, static_cast<std::size_t>(number(3, 100)),
                                                  number(4, 5));
    }
    if (what == "hold") {
        return janus_harness::bench::hold(kind, static_cast<std::uint32_t>(number(3, 1000)));
    }
    return janus_harness::bench::measure_memory(kind, static_cast<std::uint32_t>(number(3, 5000)));
}
