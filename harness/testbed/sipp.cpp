#include "harness/testbed/sipp.h"

#include <fmt/format.h>

namespace janus_harness::testbed {

namespace {

std::vector<std::string> arguments(const SippOptions& options) {
    std::vector<std::string> list{options.binary, "-sf", options.scenario_file, "-i",
                                  options.address, "-p", std::to_string(options.port), "-mi",
                                  options.address, "-mp", std::to_string(options.media_port),
                                  // No terminal and no port for remote control.
                                  "-nostdin", "-cp", "0"};
    const auto add = [&](std::initializer_list<std::string> more) {
        list.insert(list.end(), more);
    };
    if (options.calls > 0) add({"-m", std::to_string(options.calls)});
    if (options.rtp_echo) add({"-rtp_echo"});
    if (!options.auth_user.empty()) add({"-au", options.auth_user, "-ap", options.auth_password});
    for (const auto& [name, value] : options.variables) add({"-key", name, value});
    if (!options.remote.empty()) add({options.remote});
    return list;
}

}  // namespace

Result<std::unique_ptr<ChildProcess>> start_sipp(const SippOptions& options) {
    ChildOptions child;
    child.arguments = arguments(options);
    child.output_file = fmt::format("{}/sipp-{}.log", options.run_folder, options.port);
    child.environment = {{"TERM", "dumb"}};
    return ChildProcess::start(child);
}

}  // namespace janus_harness::testbed
