#include "harness/controller/run_controller.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/balance.h"
#include "core/log.h"
#include "harness/controller/assessment.h"
#include "harness/controller/console.h"
#include "harness/controller/find_process.h"
#include "harness/controller/findings.h"
#include "harness/controller/host_info.h"
#include "harness/controller/interrupts.h"
#include "harness/controller/leftovers.h"
#include "harness/controller/limits.h"
#include "harness/controller/plugin_probe.h"
#include "harness/controller/process_sampler.h"
#include "harness/deployment/resolve.h"
#include "harness/executors/make_executor.h"
#include "harness/scenario/load_shape.h"
#include "harness/worker/worker_group.h"
#include "net/http_client.h"
#include "net/timer.h"
#include "reports/writers.h"
#include "transport/server_info.h"

namespace janus_harness::controller {
namespace {

constexpr Duration look_interval = std::chrono::milliseconds{50};

transport::JanusTransportOptions transport_options(const deployment::Deployment& deployment) {
    transport::JanusTransportOptions options;
    options.apisecret = deployment.api_secret;
    options.token = deployment.token;
    options.tls = deployment.tls;
    options.request_timeout = deployment.request_timeout;
    return options;
}

}  // namespace

std::uint32_t worker_count(const scenario::Scenario& scenario, const RunOptions& options) {
    const std::uint64_t wanted = options.workers.value_or(scenario.generator.workers);
    // A worker without a client would have nothing to do.
    return static_cast<std::uint32_t>(std::min(wanted, scenario::clients_at_once(scenario.load)));
}

Result<void> check_workers(const scenario::Scenario& scenario,
                           const deployment::Deployment& deployment, const RunOptions& options) {
    const bool listens = deployment.far_end == scenario::FarEndMode::listen;
    if (!listens || worker_count(scenario, options) == 1) return {};
    return Error{
        "workers",
        "--workers: with --far-end listen the proxy routes all calls to one address, which "
        "belongs to one worker; use --workers 1, or --far-end register"};
}

struct RunController::State {
    const scenario::Scenario& scenario;
    const deployment::Deployment& deployment;
    const RunOptions& options;
    TestbedHooks hooks;
    std::uint64_t seed;
    std::string out;

    reports::RunResult result;
    RunEnd end;
    TimePoint run_start;
    std::optional<TimePoint> load_begun;
    bool janus_killed = false;
    int interrupts_seen = 0;
    std::optional<ProcessSampler> janus_process;
    std::unique_ptr<PluginProbe> probe;

    void describe_run();
    void settle_plan();
    bool ask_janus(net::Loop& loop, net::HttpClient& http);
    Result<void> run_workers(net::Loop& loop, net::HttpClient& http);
    void find_janus_process();
    bool begin_probe(net::Loop& loop, net::HttpClient& http);
    void note_load_begun(TimePoint now);
    bool note_janus_exit();
    void look(TimePoint now, worker::WorkerGroup& workers, Console& console);
    void take_measurements(worker::WorkerGroup& workers, double cpu_s);
};

RunController::RunController(const scenario::Scenario& scenario,
                             const deployment::Deployment& deployment, const RunOptions& options,
                             TestbedHooks hooks, std::uint64_t seed, std::string out)
    : state_(new State{.scenario = scenario,
                       .deployment = deployment,
                       .options = options,
                       .hooks = std::move(hooks),
                       .seed = seed,
                       .out = std::move(out),
                       .result = {},
                       .end = {},
                       .run_start = {},
                       .load_begun = {},
                       .janus_process = {},
                       .probe = {}}) {}

RunController::~RunController() = default;

void RunController::State::describe_run() {
    run_start = MonotonicClock::now();
    auto& run = result.run;
    run.started_at_us = unix_microseconds(run_start);
    run.id = fmt::format("{}-{:08x}", iso8601(run_start).substr(0, 19), seed & 0xffffffff);
    run.scenario = scenario.name;
    run.scenario_file = scenario.file;
    run.seed = seed;
    run.command_line = options.command_line;
    run.janus.url = deployment.janus_url;
    run.janus.transport = deployment.janus_url.substr(0, deployment.janus_url.find(':'));
    run.environment = describe_host();
    settle_plan();
}

// The plan without its warm-up; where clients go round for a time, what they came to.
void RunController::State::settle_plan() {
    auto& iterations = result.iterations;
    const auto total = executors::make_executor(scenario.load)->planned_total();
    iterations.planned = total ? *total - std::min(*total, iterations.warm_up)
                               : iterations.started + iterations.dropped;
    result.calls.planned = iterations.planned * worker::count_calls(scenario.steps);
}

// Who answers at the URL. Nothing is measured against a Janus that cannot say so.
bool RunController::State::ask_janus(net::Loop& loop, net::HttpClient& http) {
    std::optional<Result<janus::ServerInfo>> answer;
    const auto request = transport::fetch_server_info(
        loop, http, deployment.janus_url, transport_options(deployment),
        [&](TimePoint, Result<janus::ServerInfo> info) {
            answer = std::move(info);
            loop.stop();
        });
    // Whatever the other side does or does not, this ends.
    const TimePoint deadline = net::Loop::now() + 2 * deployment.request_timeout;
    net::Timer watch(loop, [&](TimePoint now) {
        end.interrupted = interrupts_received() > 0;
        if (end.interrupted || now >= deadline) loop.stop();
    });
    watch.start_every(look_interval);
    loop.run();
    if (end.interrupted) return false;
    if (!answer || !answer->ok()) {
        end.janus_failed = true;
        const std::string why = answer ? answer->error().message : "no answer";
        end.text =
            why.starts_with(deployment.janus_url)
                ? "Janus cannot be reached: " + why
                : fmt::format("Janus cannot be reached at {}: {}", deployment.janus_url, why);
        return false;
    }
    const janus::ServerInfo& info = answer->value();
    result.run.janus.version = static_cast<int>(info.version);
    result.run.janus.version_string = info.version_string;
    const auto plugin = info.plugins.find("janus.plugin.sip");
    if (plugin != info.plugins.end()) result.run.janus.sip_plugin_version = plugin->second;
    return true;
}

Result<void> RunController::State::run_workers(net::Loop& loop, net::HttpClient& http) {
    auto events = reports::EventLog::open(out + "/events.jsonl");
    if (!events) return events.error();
    worker::WorkerGroup workers(loop, http,
                                {.scenario = scenario,
                                 .deployment = deployment,
                                 .seed = seed,
                                 .run_start = run_start,
                                 .workers = worker_count(scenario, options),
                                 .events = &events.value()});
    if (const auto prepared = workers.prepare(); !prepared) return prepared.error();
    find_janus_process();
    if (scenario.probe && !begin_probe(loop, http)) return {};

    const double cpu_before = process_cpu_seconds();
    Console console(options.quiet,
                    result.calls.planned != 0 ? result.calls.planned : result.iterations.planned);
    net::Timer timer(loop, [&](TimePoint now) {
        events->tick(now);
        look(now, workers, console);
    });
    timer.start_every(look_interval);
    workers.run();
    if (probe) probe->finish();
    timer.stop();
    console.finish();
    // What the disk refuses is counted in the log itself.
    static_cast<void>(events->flush());
    take_measurements(workers, process_cpu_seconds() - cpu_before);

    if (!end.janus_failed) {
        auto sessions = workers.janus_sessions();
        if (probe) sessions.push_back(probe->session_id());
        result.leftovers = find_leftovers(loop, http, deployment, sessions);
    }
    probe.reset();
    // It may have died of the very last requests, when nobody looked any more.
    note_janus_exit();
    return {};
}

void RunController::State::find_janus_process() {
    std::optional<pid_t> pid = options.janus_pid;
    if (hooks.janus_pid) {
        pid = hooks.janus_pid();
    } else if (!pid) {
        pid = find_janus_listening_at(deployment.janus_url);
    }
    if (!pid) return;
    janus_process.emplace(*pid);
    janus_process->look(MonotonicClock::now(), MonotonicClock::now() - run_start);
}

// False when the run is over before it began.
bool RunController::State::begin_probe(net::Loop& loop, net::HttpClient& http) {
    // A stream of its own, so that the clients are the same with and without it.
    constexpr std::uint64_t probe_stream = ~std::uint64_t{0};
    probe = std::make_unique<PluginProbe>(loop, http, deployment, Random(seed).fork(probe_stream),
                                          scenario.probe->interval);
    const auto idle = probe->run_idle(scenario.probe->idle);
    probe->enter(scenario.setup.empty() ? PluginProbe::Phase::load : PluginProbe::Phase::setup);
    end.interrupted = interrupts_received() > 0;
    if (!idle) {
        end.janus_failed = true;
        end.text = idle.error().message;
    }
    if (idle && !end.interrupted) return true;
    probe->finish();
    probe.reset();
    result.run.duration = MonotonicClock::now() - run_start;
    return false;
}

void RunController::State::note_load_begun(TimePoint now) {
    load_begun = now;
    if (probe) probe->enter(PluginProbe::Phase::load);
}

// True when Janus has ended since the last look.
bool RunController::State::note_janus_exit() {
    if (end.janus_exited || !hooks.janus_exit) return false;
    const auto how = hooks.janus_exit();
    if (!how) return false;
    end.janus_exited = true;
    // Somebody may have told before, of what it was busy with.
    if (end.janus_failed) return true;
    end.janus_failed = true;
    end.text = fmt::format("Janus died during the run ({})", *how);
    return true;
}

// What the main thread watches while the workers work.
void RunController::State::look(TimePoint now, worker::WorkerGroup& workers, Console& console) {
    const int interrupts = interrupts_received();
    for (; interrupts_seen < interrupts; ++interrupts_seen) {
        end.interrupted = true;
        workers.stop(worker::StopReason::interrupted, "interrupted");
    }
    const worker::Progress progress = workers.progress();
    if (!load_begun && progress.load_begun) note_load_begun(now);
    const auto& kill_after = scenario.testbed.kill_janus_after;
    if (kill_after && load_begun && !janus_killed && now >= *load_begun + *kill_after &&
        hooks.kill_janus) {
        janus_killed = true;
        hooks.kill_janus();
    }
    if (note_janus_exit()) workers.stop(worker::StopReason::janus_died, end.text);
    if (janus_process) janus_process->look(now, now - run_start);
    console.show(now, now - run_start, progress);
}

void RunController::State::take_measurements(worker::WorkerGroup& workers, double cpu_s) {
    result.run.duration = MonotonicClock::now() - run_start;
    const run::Recorder recorder = workers.take_recorder();
    recorder.fill(result);
    settle_plan();
    if (janus_process) result.janus_process = janus_process->usage();
    if (probe) probe->fill(result);
    result.findings = find_findings(recorder.registrations(),
                                    probe ? std::span<const run::TimedRequest>(probe->answered())
                                          : std::span<const run::TimedRequest>());
    auto& generator = result.generator;
    generator.cpu_s = cpu_s;
    generator.workers = static_cast<unsigned>(workers.size());
    generator.max_rss_bytes = process_max_rss_bytes();
    double call_seconds = 0;
    for (const auto& call : result.call_records) {
        if (call.duration) call_seconds += to_seconds(*call.duration);
    }
    if (call_seconds > 0) generator.cpu_ms_per_call_s = cpu_s * 1000 / call_seconds;
    if (hooks.impairments) result.impairments = hooks.impairments();
    switch (workers.stop_reason()) {
        case worker::StopReason::none:
        case worker::StopReason::interrupted:
            break;
        case worker::StopReason::janus_died:
            end.janus_failed = true;
            if (end.text.empty()) end.text = workers.stop_text();
            break;
        case worker::StopReason::preparation_failed:
            end.harness_failed = true;
            end.text = workers.stop_text();
            break;
    }
}

Result<reports::RunResult> RunController::run() {
    State& state = *state_;
    state.describe_run();
    watch_interrupts();
    const auto needs = resource_needs(state.scenario, state.deployment,
                                      worker_count(state.scenario, state.options));
    const auto fits = check_limits(needs, resource_limits(), state.deployment);
    if (!fits) return fits.error();
    {
        net::Loop loop;
        net::HttpClient http(loop);
        if (state.ask_janus(loop, http)) {
            if (const auto ran = state.run_workers(loop, http); !ran) return ran.error();
        } else {
            state.result.run.duration = MonotonicClock::now() - state.run_start;
            state.result.generator.max_rss_bytes = process_max_rss_bytes();
        }
    }
    // Everything the run made is gone now; what is still counted was forgotten.
    state.result.leftovers.balance = Balance::outstanding();
    state.end.far_end_ours = state.deployment.far_end != scenario::FarEndMode::none ||
                             deployment::needs_of(state.scenario).browsers > 1;
    assess(state.scenario, state.end, state.result);
    const auto written = reports::write_run_folder(state.out, state.result);
    if (!written) return written.error();
    return std::move(state.result);
}

}  // namespace janus_harness::controller
