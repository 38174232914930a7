#include "harness/cli/testbed_run.h"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <memory>
#include <vector>

#include "harness/controller/exit_code.h"
#include "harness/controller/interrupts.h"
#include "harness/controller/run_controller.h"
#include "harness/deployment/resolve.h"
#include "harness/testbed/impairment.h"
#include "harness/testbed/janus_process.h"
#include "harness/testbed/kamailio_process.h"
#include "harness/testbed/namespace.h"

namespace janus_harness::cli {
namespace {

using controller::ExitCode;

int fail(ExitCode exit_code, const Error& error) {
    fmt::print(stderr, "janus-harness: {}\n", error.message);
    return static_cast<int>(exit_code);
}

struct AppliedImpairment {
    testbed::ImpairmentDirection direction;
    std::string rule;
    std::unique_ptr<testbed::Impairment> impairment;
};

testbed::ImpairmentOptions options_of(const scenario::Impairment& impairment) {
    testbed::ImpairmentOptions options;
    using Direction = scenario::Impairment::Direction;
    switch (impairment.direction) {
        case Direction::to_browser:
            options.direction = testbed::ImpairmentDirection::to_browser;
            break;
        case Direction::from_browser:
            options.direction = testbed::ImpairmentDirection::from_browser;
            break;
        case Direction::to_far_end:
            options.direction = testbed::ImpairmentDirection::to_far_end;
            break;
        case Direction::from_far_end:
            options.direction = testbed::ImpairmentDirection::from_far_end;
            break;
    }
    options.drop_every = impairment.drop_every;
    options.drop_probability = impairment.drop_probability;
    return options;
}

std::string rule_text(const scenario::Impairment& impairment) {
    if (impairment.drop_every)
        return fmt::format("drop every {}th RTP packet", *impairment.drop_every);
    return fmt::format("drop RTP packets with probability {:g}",
                       impairment.drop_probability.value_or(0));
}

// Everything that lives inside the namespace for one run.
class TestbedRun {
  public:
    TestbedRun(const controller::RunOptions& options, const scenario::Scenario& scenario,
               std::uint64_t seed, const std::string& out, const testbed::NamespaceOptions& network)
        : options_(options), scenario_(scenario), seed_(seed), out_(out), network_(network) {}

    int run(const std::function<void(const reports::RunResult&)>& show) {
        controller::watch_interrupts();
        if (const int failed = start_janus(); failed != 0) return failed;
        const auto places = describe_places();
        const auto deployment = deployment::resolve(scenario_, options_.deployment, &places, seed_);
        if (!deployment) return fail(ExitCode::usage, deployment.error());
        if (const auto fits = controller::check_workers(scenario_, deployment.value(), options_);
            !fits) {
            return fail(ExitCode::usage, fits.error());
        }
        if (const int failed = start_proxy(deployment.value()); failed != 0) return failed;
        if (const int failed = apply_impairments(); failed != 0) return failed;
        controller::RunController controller(scenario_, deployment.value(), options_, hooks(),
                                             seed_, out_);
        const auto result = controller.run();
        if (!result) return fail(ExitCode::harness_error, result.error());
        show(result.value());
        return result->exit_code;
    }

  private:
    int start_janus() {
        testbed::JanusOptions janus;
        janus.binary = scenario_.testbed.janus_path.value_or(options_.janus);
        janus.address = network_.janus_address;
        janus.run_folder = out_;
        janus.full_trickle = scenario_.testbed.full_trickle;
        for (const std::string& text : options_.janus_config) {
            auto setting = testbed::parse_janus_setting(text);
            if (!setting) return fail(ExitCode::usage, setting.error());
            janus.settings.push_back(std::move(setting).value());
        }
        auto started = testbed::JanusProcess::start(janus);
        if (!started) return fail(ExitCode::janus_failed, started.error());
        janus_ = std::move(started).value();
        return 0;
    }

    deployment::TestbedPlaces describe_places() const {
        return {.http_url = janus_->http_url(),
                .ws_url = janus_->ws_url(),
                .admin_url = janus_->admin_url(),
                .admin_secret = janus_->options().admin_secret,
                .browser_address = network_.browser_address,
                .far_end_address = network_.far_end_address,
                .proxy_address = network_.proxy_address};
    }

    int start_proxy(const deployment::Deployment& deployment) {
        if (scenario_.testbed.proxy != scenario::ProxyKind::kamailio) return 0;
        testbed::KamailioOptions kamailio;
        kamailio.address = network_.proxy_address;
        kamailio.domain = network_.proxy_address;
        kamailio.run_folder = out_;
        for (const auto* rows : {&deployment.accounts, &deployment.far_end_accounts}) {
            for (const auto& row : *rows) {
                kamailio.accounts.push_back({row.username, row.secret, row.authuser});
            }
        }
        auto started = testbed::KamailioProcess::start(kamailio);
        if (!started) return fail(ExitCode::harness_error, started.error());
        kamailio_ = std::move(started).value();
        return 0;
    }

    int apply_impairments() {
        for (const auto& impairment : scenario_.impairments) {
            const auto options = options_of(impairment);
            auto applied = testbed::Impairment::apply(options, network_);
            if (!applied) return fail(ExitCode::harness_error, applied.error());
            impairments_.push_back(
                {options.direction, rule_text(impairment), std::move(applied).value()});
        }
        return 0;
    }

    controller::TestbedHooks hooks() {
        controller::TestbedHooks hooks;
        hooks.janus_exit = [this]() -> std::optional<std::string> {
            if (janus_->alive()) return std::nullopt;
            return janus_->exit_text();
        };
        hooks.janus_pid = [this] { return janus_->pid(); };
        hooks.kill_janus = [this] { kill(janus_->pid(), SIGKILL); };
        hooks.impairments = [this] {
            std::vector<reports::Impairment> counted;
            for (const auto& applied : impairments_) {
                const auto dropped = applied.impairment->dropped();
                counted.push_back({testbed::to_string(applied.direction), applied.rule,
                                   dropped ? std::optional(dropped.value()) : std::nullopt});
            }
            return counted;
        };
        return hooks;
    }

    const controller::RunOptions& options_;
    const scenario::Scenario& scenario_;
    std::uint64_t seed_;
    const std::string& out_;
    const testbed::NamespaceOptions& network_;
    std::unique_ptr<testbed::JanusProcess> janus_;
    std::unique_ptr<testbed::KamailioProcess> kamailio_;
    std::vector<AppliedImpairment> impairments_;
};

}  // namespace

int run_on_testbed(const controller::RunOptions& options, const scenario::Scenario& scenario,
                   std::uint64_t seed, const std::string& out,
                   const std::function<void(const reports::RunResult&)>& show) {
    const testbed::NamespaceOptions network;
    const auto code = testbed::run_in_namespace(
        network, [&] { return TestbedRun(options, scenario, seed, out, network).run(show); });
    return code ? code.value() : fail(ExitCode::harness_error, code.error());
}

}  // namespace janus_harness::cli
