#include "harness/controller/plugin_probe.h"

#include <fmt/format.h>

#include <array>

#include "core/log.h"
#include "harness/controller/interrupts.h"
#include "janus/sip_plugin.h"

namespace janus_harness::controller {
namespace {

constexpr std::string_view request = R"({"request":"reset"})";
constexpr Duration look_interval = std::chrono::milliseconds{50};
constexpr Duration longest_wait_for_answers = std::chrono::seconds{5};
constexpr Duration longest_wait_for_end = std::chrono::seconds{3};

constexpr std::array<std::string_view, 3> metric_names{"probe_idle", "probe_setup", "probe_load"};

janus::SessionOptions session_options(const deployment::Deployment& deployment) {
    return {.apisecret = deployment.api_secret,
            .token = deployment.token,
            .request_timeout = deployment.request_timeout,
            .keepalive_interval = deployment.keepalive};
}

transport::JanusTransportOptions transport_options(const deployment::Deployment& deployment) {
    transport::JanusTransportOptions options;
    options.apisecret = deployment.api_secret;
    options.token = deployment.token;
    options.tls = deployment.tls;
    options.maxev = deployment.maxev;
    options.request_timeout = deployment.request_timeout;
    return options;
}

}  // namespace

PluginProbe::PluginProbe(net::Loop& loop, net::HttpClient& http,
                         const deployment::Deployment& deployment, Random random, Duration interval)
    : loop_(loop),
      interval_(interval),
      session_(session_options(deployment), random),
      timer_(loop, [this](TimePoint now) { on_timer(now); }) {
    auto transport = transport::make_janus_transport(loop, http, deployment.janus_url,
                                                     transport_options(deployment), session_,
                                                     [this](TimePoint now) { drain(now); });
    if (transport) {
        transport_ = std::move(transport).value();
    } else {
        failure_ = transport.error();
    }
}

PluginProbe::~PluginProbe() = default;

template <typename Done>
void PluginProbe::run_until(TimePoint deadline, Done done) {
    net::Timer watch(loop_, [&](TimePoint now) {
        if (now >= deadline || done()) loop_.stop();
    });
    watch.start_every(look_interval);
    loop_.run();
}

Result<void> PluginProbe::run_idle(Duration idle) {
    if (!failure_.code.empty()) return failure_;
    const TimePoint now = net::Loop::now();
    transport_->connect();
    session_.create(now);
    flush();
    const auto interrupted = [] { return interrupts_received() > 0; };
    const auto failed = [&] { return !failure_.code.empty(); };
    run_until(now + 2 * session_.options().request_timeout,
              [&] { return asking_ || failed() || interrupted(); });
    if (interrupted()) return {};
    if (!failed() && !asking_) fail("Janus did not answer");
    if (!failed()) run_until(net::Loop::now() + idle, [&] { return failed() || interrupted(); });
    if (failed()) return failure_;
    return {};
}

void PluginProbe::finish() {
    asking_ = false;
    if (!transport_) return;
    const auto in_a_hurry = [] { return interrupts_received() > 1; };
    const bool lost = session_.state() == janus::Session::State::closed;
    if (!asked_.empty() && !lost) {
        run_until(net::Loop::now() + longest_wait_for_answers,
                  [&] { return asked_.empty() || closed_ || in_a_hurry(); });
    }
    unanswered_ += asked_.size();
    asked_.clear();
    if (session_.state() == janus::Session::State::ready) {
        session_.destroy(net::Loop::now());
        flush();
        run_until(net::Loop::now() + longest_wait_for_end, [&] { return closed_ || in_a_hurry(); });
    }
    timer_.stop();
    transport_->close();
    transport_.reset();
}

void PluginProbe::drain(TimePoint) {
    while (auto event = session_.poll_event()) take(*event);
    flush();
}

void PluginProbe::take(const janus::Event& event) {
    if (const auto* replied = std::get_if<janus::Replied>(&event)) {
        if (replied->verb == janus::Verb::create) {
            session_.attach(replied->at, janus::sip_plugin_package);
        } else if (replied->verb == janus::Verb::attach) {
            handle_id_ = replied->id.value_or(0);
            asking_ = true;
            next_ = replied->at;
        }
    } else if (const auto* answer = std::get_if<janus::PluginEvent>(&event)) {
        if (answer->transaction) take_answer(answer->at, *answer->transaction);
    } else if (const auto* refused = std::get_if<janus::RequestRejected>(&event)) {
        if (!asking_) fail(fmt::format("{} {}", refused->code, refused->reason));
    } else if (const auto* failed = std::get_if<janus::RequestFailed>(&event)) {
        if (!asking_) fail(failed->error.message);
    } else if (const auto* lost = std::get_if<janus::ConnectionLost>(&event)) {
        fail(lost->error.message);
    } else if (std::holds_alternative<janus::SessionTimedOut>(event)) {
        fail("Janus does not know its session any more");
    }
    closed_ = session_.state() == janus::Session::State::closed;
}

void PluginProbe::take_answer(TimePoint at, const std::string& transaction) {
    const auto asked = asked_.find(transaction);
    if (asked == asked_.end()) return;
    auto& latencies = latencies_[asked->second.phase];
    latencies.planned.record(at - asked->second.planned);
    latencies.sent.record(at - asked->second.sent);
    answered_.push_back({asked->second.sent, at});
    asked_.erase(asked);
}

void PluginProbe::fail(const std::string& why) {
    asking_ = false;
    if (!failure_.code.empty()) return;
    failure_ = {"probe_failed", "the probe of the SIP plugin: " + why};
    log(LogLevel::warning, "{}", failure_.message);
}

void PluginProbe::ask(TimePoint now) {
    for (; asking_ && next_ <= now; next_ += interval_) {
        const std::string transaction = session_.message(now, handle_id_, request);
        asked_[transaction] = {next_, now, phase_};
    }
}

void PluginProbe::on_timer(TimePoint now) {
    session_.handle_timeout(now);
    drain(now);
}

void PluginProbe::flush() {
    if (!transport_) return;
    const TimePoint now = net::Loop::now();
    ask(now);
    transport_->flush();
    auto due = session_.next_timeout();
    if (asking_ && (!due || next_ < *due)) due = next_;
    if (due) {
        timer_.start_at(*due);
    } else {
        timer_.stop();
    }
}

void PluginProbe::fill(reports::RunResult& result) const {
    for (const auto& [phase, latencies] : latencies_) {
        reports::Latency latency{latencies.planned, std::nullopt};
        if (!(latencies.planned == latencies.sent)) latency.raw = latencies.sent;
        const auto name = metric_names[static_cast<std::size_t>(phase)];
        result.latency.emplace(std::string(name), std::move(latency));
    }
    const bool bad = unanswered_ > 0 || !failure_.code.empty();
    auto& checks = result.checks;
    ++(bad ? checks.failed : checks.passed);
    checks.items.push_back(
        {.id = "probe.answered",
         .verdict = bad ? reports::CheckVerdict::failed : reports::CheckVerdict::passed,
         .requirement = "The SIP plugin answers every request of the probe.",
         .ref = "",
         .level = "must",
         .expected = "an answer to each request",
         .actual = !failure_.code.empty() ? failure_.message
                   : bad ? fmt::format("{} requests without an answer", unanswered_)
                         : std::string(),
         .count = 1,
         .example_call = ""});
}

}  // namespace janus_harness::controller
