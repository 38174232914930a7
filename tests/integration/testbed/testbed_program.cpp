// A small stand-in for the harness, for the scripts of this folder to start, signal and kill.
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "harness/testbed/impairment.h"
#include "harness/testbed/janus_process.h"
#include "harness/testbed/kamailio_process.h"
#include "harness/testbed/sipp.h"
#include "harness/testbed/testbed_command.h"

using namespace janus_harness;
using namespace janus_harness::testbed;

namespace {

int fail(const Error& error) {
    fmt::print(stderr, "{}: {}\n", error.code, error.message);
    return 5;
}

int run_child(const std::vector<std::string>& command,
              std::vector<std::pair<std::string, std::string>> environment = {}) {
    ChildOptions options;
    options.arguments = command;
    options.environment = std::move(environment);
    Result<std::unique_ptr<ChildProcess>> child = ChildProcess::start(options);
    return child ? child.value()->wait() : fail(child.error());
}

// network COMMAND...: the namespace alone.
int network(const std::vector<std::string>& command) {
    Result<int> code = run_in_namespace({}, [&] { return run_child(command); });
    return code ? code.value() : fail(code.error());
}

// testbed RUN_FOLDER JANUS COMMAND...: what `janus-harness testbed` does.
int testbed_command(const std::vector<std::string>& arguments) {
    TestbedCommandOptions options;
    options.janus.run_folder = arguments.at(0);
    options.janus.binary = arguments.at(1);
    options.command.assign(arguments.begin() + 2, arguments.end());
    options.background_service = [] { return run_child({"sleep", "1000"}); };
    return run_testbed_command(options);
}

// janus-started RUN_FOLDER COMMAND...: prints how long Janus took, then runs COMMAND.
int janus_started(const std::vector<std::string>& arguments) {
    Result<int> code = run_in_namespace({}, [&] {
        JanusOptions options;
        options.run_folder = arguments.at(0);
        Result<std::unique_ptr<JanusProcess>> janus = JanusProcess::start(options);
        if (!janus) return fail(janus.error());
        fmt::print("ready after {:.0f} ms\n", to_milliseconds(janus.value()->time_to_ready()));
        std::fflush(stdout);
        return run_child({arguments.begin() + 1, arguments.end()});
    });
    return code ? code.value() : fail(code.error());
}

// janus-killed RUN_FOLDER: kills Janus and prints how it ended.
int janus_killed(const std::vector<std::string>& arguments) {
    Result<int> code = run_in_namespace({}, [&] {
        JanusOptions options;
        options.run_folder = arguments.at(0);
        Result<std::unique_ptr<JanusProcess>> janus = JanusProcess::start(options);
        if (!janus) return fail(janus.error());
        ::kill(janus.value()->pid(), SIGKILL);
        while (janus.value()->alive()) std::this_thread::yield();
        fmt::print("janus {}\n", janus.value()->exit_text());
        return 0;
    });
    return code ? code.value() : fail(code.error());
}

// impair DIRECTION EVERY COMMAND...: COMMAND's output, then the rule's counters.
int impair(const std::vector<std::string>& arguments) {
    Result<int> code = run_in_namespace({}, [&] {
        ImpairmentOptions options;
        for (const auto direction :
             {ImpairmentDirection::to_browser, ImpairmentDirection::from_browser,
              ImpairmentDirection::to_far_end, ImpairmentDirection::from_far_end})
            if (arguments.at(0) == to_string(direction)) options.direction = direction;
        options.drop_every = static_cast<std::uint32_t>(std::stoul(arguments.at(1)));
        Result<std::unique_ptr<Impairment>> impairment = Impairment::apply(options, {});
        if (!impairment) return fail(impairment.error());
        const int result = run_child({arguments.begin() + 2, arguments.end()});
        const auto matched = impairment.value()->matched();
        const auto dropped = impairment.value()->dropped();
        if (!matched || !dropped) return fail((matched ? dropped : matched).error());
        fmt::print("matched={} dropped={}\n", matched.value(), dropped.value());
        return result;
    });
    return code ? code.value() : fail(code.error());
}

// kamailio RUN_FOLDER COMMAND...: a proxy with the accounts alice (secret "wonderland") and bob
// ("builder", authentication user "bob-auth").
int kamailio(const std::vector<std::string>& arguments) {
    Result<int> code = run_in_namespace({}, [&] {
        KamailioOptions options;
        options.run_folder = arguments.at(0);
        options.accounts = {{"alice", "wonderland", ""}, {"bob", "builder", "bob-auth"}};
        Result<std::unique_ptr<KamailioProcess>> proxy = KamailioProcess::start(options);
        if (!proxy) return fail(proxy.error());
        return run_child({arguments.begin() + 1, arguments.end()});
    });
    return code ? code.value() : fail(code.error());
}

}  // namespace

int main(int count, char** values) {
    const std::string mode = count > 1 ? values[1] : "";
    const std::vector<std::string> arguments(values + (count > 1 ? 2 : 1), values + count);
    if (mode == "network") return network(arguments);
    if (mode == "testbed") return testbed_command(arguments);
    if (mode == "janus-started") return janus_started(arguments);
    if (mode == "janus-killed") return janus_killed(arguments);
    if (mode == "impair") return impair(arguments);
    if (mode == "kamailio") return kamailio(arguments);
    fmt::print(stderr, "usage: testbed_program MODE ARGUMENT...\n");
    return 2;
}
