#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "core/log.h"
#include "harness/cli/explain_command.h"
#include "harness/cli/options.h"
#include "harness/cli/registrar_service.h"
#include "harness/cli/run_command.h"
#include "harness/controller/exit_code.h"
#include "harness/scenario/validate_command.h"
#include "harness/testbed/testbed_command.h"
#include "reports/writers.h"

namespace {

using janus_harness::controller::ExitCode;

struct ReportOptions {
    std::vector<std::string> directories;
    std::string out;
};

struct ValidateOptions {
    std::vector<std::string> files;
    std::vector<std::string> sets;
};

struct TestbedOptions {
    janus_harness::testbed::TestbedCommandOptions command;
    std::vector<std::string> settings;
};

int report_command(const ReportOptions& options) {
    const auto written = janus_harness::reports::write_report(options.directories, options.out);
    if (!written) {
        fmt::print(stderr, "janus-harness: {}\n", written.error().message);
        return static_cast<int>(ExitCode::usage);
    }
    fmt::print("{}\n", written.value());
    return 0;
}

int testbed_command(TestbedOptions options) {
    for (const std::string& text : options.settings) {
        auto setting = janus_harness::testbed::parse_janus_setting(text);
        if (!setting) {
            fmt::print(stderr, "janus-harness: {}\n", setting.error().message);
            return static_cast<int>(ExitCode::usage);
        }
        options.command.janus.settings.push_back(std::move(setting).value());
    }
    options.command.background_service = [address = options.command.network.far_end_address,
                                          port = options.command.sip_port] {
        return janus_harness::cli::run_registrar_service(address, port);
    };
    return janus_harness::testbed::run_testbed_command(options.command);
}

void add_testbed(CLI::App& app, TestbedOptions& options) {
    auto* testbed = app.add_subcommand(
        "testbed", "start Janus and a registrar in a private network and run a command there");
    testbed->add_option("--janus", options.command.janus.binary, "Janus binary");
    testbed
        ->add_option("--janus-config", options.settings,
                     "FILE.SECTION.KEY=VALUE: a setting of Janus (repeat)")
        ->expected(1);
    testbed->add_option("--log-folder", options.command.janus.run_folder,
                        "folder for janus.log (default: the current one)");
    testbed->add_option("COMMAND", options.command.command,
                        "after --: the command and its arguments (default: a shell)");
    testbed->positionals_at_end();
    testbed->footer(
        "COMMAND finds JANUS_URL, JANUS_WS_URL, JANUS_ADMIN_URL, JANUS_ADMIN_SECRET, SIP_PROXY,\n"
        "SIP_DOMAIN, BROWSER_ADDRESS and FAR_END_ADDRESS in its environment. SIP accounts 1000 to\n"
        "1999 with the password \"secret\" may register.\n"
        "Example: janus-harness testbed -- sh -c 'curl -s $JANUS_URL/info'");
}

int run(int argc, char** argv) {
    CLI::App app{"Load and conformance harness for the SIP plugin of the Janus WebRTC server",
                 "janus-harness"};
    app.require_subcommand(1);
    app.allow_config_extras(CLI::config_extras_mode::error);  // a misspelt key must not pass
    app.set_version_flag("--version", "janus-harness " JANUS_HARNESS_VERSION);
    app.set_config("--config", "",
                   "options of run or capacity, a line each, below a line [run] or [capacity]")
        ->type_name("FILE")
        ->check(janus_harness::cli::existing_file());
    app.failure_message([](const CLI::App*, const CLI::Error& error) {
        std::string text = error.what();
        const std::string unknown = "INI was not able to parse ";
        if (text.starts_with(unknown)) text = "--config: no option " + text.substr(unknown.size());
        return fmt::format("janus-harness: {}; see janus-harness [COMMAND] --help\n", text);
    });

    janus_harness::controller::RunOptions run_options;
    auto* run = app.add_subcommand("run", "run scenarios");
    janus_harness::cli::add_run_options(*run, run_options);
    run->configurable();
    run->fallthrough();  // so that --config may stand after "run" too
    run->footer(
        "Every option can also stand in a file (--config FILE, below [run]: calls = 50) and, but\n"
        "for --set and --janus-config, in the environment as shown.\n"
        "Exit codes: 0 all held, 1 a threshold or check failed, 2 usage, 3 Janus unreachable or\n"
        "died, 4 the generator was too slow, 5 the harness's own error, 130 interrupted.\n"
        "Example: janus-harness run scenarios/load/outgoing_call.json --set calls=50");

    janus_harness::cli::CapacityOptions capacity_options;
    auto* capacity = app.add_subcommand(
        "capacity", "find the highest load that a scenario's thresholds hold at, and what ran out");
    janus_harness::cli::add_capacity_options(*capacity, capacity_options);
    capacity->configurable();
    capacity->fallthrough();
    capacity->footer(
        "Exit codes: 0 a limit or the upper end was found, 4 only the generator's own limit was,\n"
        "1 no level held, others as for run.\n"
        "Example: janus-harness capacity scenarios/load/capacity_calls.json --from 40");

    ValidateOptions validate_options;
    auto* validate = app.add_subcommand("validate", "check scenario files without running them");
    validate->add_option("SCENARIO", validate_options.files, "scenario files")
        ->required()
        ->type_name("");
    validate->add_option("--set", validate_options.sets, "as for run (repeat)")
        ->type_name("NAME=VALUE")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);

    ReportOptions report_options;
    auto* report = app.add_subcommand("report", "write the report of a run again, or of several");
    report
        ->add_option("DIR", report_options.directories,
                     "folders of runs: one to write its report again, several to compare them")
        ->required()
        ->type_name("");
    report->add_option("--out", report_options.out, "file to write")->type_name("FILE");

    std::string explain_file;
    auto* explain = app.add_subcommand("explain", "explain an SDP or a Janus message line by line");
    explain->add_option("FILE", explain_file, "SDP, or Janus message in JSON")
        ->required()
        ->check(janus_harness::cli::existing_file())
        ->type_name("");

    TestbedOptions testbed_options;
    add_testbed(app, testbed_options);

    // CLI11 would only say that a command is missing.
    const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
    const auto is_meant = [&](const CLI::App* command) { return command->get_name() == argv[1]; };
    if (argc > 1 && argv[1][0] != '-' && std::none_of(commands.begin(), commands.end(), is_meant)) {
        fmt::print(stderr, "janus-harness: no command is called \"{}\"; see janus-harness --help\n",
                   argv[1]);
        return static_cast<int>(ExitCode::usage);
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int shown = app.exit(error);
        return shown == 0 ? 0 : static_cast<int>(ExitCode::usage);
    }
    run_options.command_line = janus_harness::cli::reproducible_command_line(argc, argv);
    capacity_options.run.command_line = run_options.command_line;
    if (capacity->parsed()) return janus_harness::cli::capacity_command(capacity_options);
    if (run->parsed()) return janus_harness::cli::run_command(run_options);
    if (validate->parsed()) {
        return janus_harness::scenario::validate_command(validate_options.files,
                                                         validate_options.sets);
    }
    if (report->parsed()) return report_command(report_options);
    if (explain->parsed()) return janus_harness::cli::explain_command(explain_file);
    return testbed_command(std::move(testbed_options));
}

}  // namespace

int main(int argc, char** argv) {
    // Nothing of ours throws; what the standard library or CLI11 may still throw ends here.
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr, "janus-harness: {}\n", error.what());
        return static_cast<int>(ExitCode::harness_error);
    }
}
