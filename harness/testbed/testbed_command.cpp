#include "harness/testbed/testbed_command.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "harness/testbed/child_process.h"
#include "harness/testbed/janus_process.h"
#include "harness/testbed/supervision.h"

namespace janus_harness::testbed {

namespace {

constexpr int exit_janus_unreachable = 3;
constexpr int exit_own_error = 5;

int fail(int code, const Error& error) {
    fmt::print(stderr, "janus-harness: {}\n", error.message);
    return code;
}

std::vector<std::string> command_or_shell(const std::vector<std::string>& command) {
    if (!command.empty()) return command;
    const char* shell = std::getenv("SHELL");
    return {shell == nullptr || *shell == '\0' ? "/bin/sh" : shell};
}

int run_command_with_terminal(const TestbedCommandOptions& options) {
    ChildOptions child;
    child.arguments = command_or_shell(options.command);
    child.environment = testbed_environment(options);
    child.own_process_group = false;
    const SignalBlock signals;
    Result<std::unique_ptr<ChildProcess>> command = ChildProcess::start(child);
    if (!command) return fail(exit_own_error, command.error());
    return supervise({.child = command.value()->pid()});
}

int run_inside(const TestbedCommandOptions& options) {
    if (options.background_service) {
        Result<int> service = start_background_service(options.background_service);
        if (!service) return fail(exit_own_error, service.error());
    }
    Result<std::unique_ptr<JanusProcess>> janus = JanusProcess::start(options.janus);
    if (!janus) return fail(exit_janus_unreachable, janus.error());
    return run_command_with_terminal(options);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> testbed_environment(
    const TestbedCommandOptions& options) {
    const std::string& registrar = options.network.far_end_address;
    return {{"JANUS_URL", janus_http_url(options.janus)},
            {"JANUS_WS_URL", janus_ws_url(options.janus)},
            {"JANUS_ADMIN_URL", janus_admin_url(options.janus)},
            {"JANUS_ADMIN_SECRET", options.janus.admin_secret},
            {"SIP_PROXY", fmt::format("sip:{}:{}", registrar, options.sip_port)},
            {"SIP_DOMAIN", options.sip_domain.empty() ? registrar : options.sip_domain},
            {"BROWSER_ADDRESS", options.network.browser_address},
            {"FAR_END_ADDRESS", registrar},
            // Defaults of `janus-harness run --url` inside: each party keeps its own address.
            {"JANUS_HARNESS_MEDIA_ADDRESS", options.network.browser_address},
            {"JANUS_HARNESS_FAR_END_ADDRESS", registrar},
            {"JANUS_HARNESS_ADMIN_URL", janus_admin_url(options.janus)},
            {"JANUS_HARNESS_ADMIN_SECRET", options.janus.admin_secret}};
}

int run_testbed_command(const TestbedCommandOptions& given) {
    TestbedCommandOptions options = given;
    options.janus.address = options.network.janus_address;
    options.network.give_terminal = true;
    Result<int> code = run_in_namespace(options.network, [&] { return run_inside(options); });
    return code ? code.value() : fail(exit_own_error, code.error());
}

}  // namespace janus_harness::testbed
