#include "harness/testbed/child_process.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>

using namespace janus_harness;
using namespace janus_harness::testbed;

namespace {

std::unique_ptr<ChildProcess> start(std::vector<std::string> arguments) {
    ChildOptions options;
    options.arguments = std::move(arguments);
    auto child = ChildProcess::start(options);
    REQUIRE(child.ok());
    return std::move(child).value();
}

}  // namespace

TEST_CASE("a child's exit code is told") {
    const auto child = start({"sh", "-c", "exit 3"});
    CHECK(child->wait() == 3);
    CHECK_FALSE(child->alive());
    CHECK(child->exit_text() == "exited with 3");
    CHECK(child->exit_code() == 3);
}

TEST_CASE("the signal that killed a child is told") {
    const auto child = start({"sh", "-c", "kill -9 $$"});
    CHECK(child->wait() == 128 + SIGKILL);
    CHECK(child->exit_text() == "killed by signal 9 (Killed)");
}

TEST_CASE("a child that is nice leaves the CPU to us") {
    ChildOptions options;
    options.arguments = {"sleep", "1000"};
    options.niceness = 3;
    const auto child = ChildProcess::start(options);
    REQUIRE(child.ok());
    const int own = ::getpriority(PRIO_PROCESS, 0);
    CHECK(::getpriority(PRIO_PROCESS, static_cast<id_t>(child.value()->pid())) ==
          std::min(own + 3, 19));
}

TEST_CASE("a child runs until it is stopped") {
    const auto child = start({"sleep", "1000"});
    CHECK(child->alive());
    CHECK_FALSE(child->exit_code().has_value());
    CHECK(child->exit_text() == "still running");
    child->stop();
    CHECK_FALSE(child->alive());
    CHECK(child->exit_text() == "killed by signal 15 (Terminated)");
}

TEST_CASE("a child that does not act on SIGTERM is killed after the grace period") {
    const auto child = start({"sleep", "1000"});
    child->send_signal(SIGSTOP);
    int status = 0;
    REQUIRE(::waitpid(child->pid(), &status, WUNTRACED) == child->pid());
    child->stop(Duration{0});
    CHECK(child->exit_text() == "killed by signal 9 (Killed)");
}

TEST_CASE("a program that cannot be run is an error, not a child") {
    ChildOptions options;
    options.arguments = {"/nowhere/program"};
    const auto child = ChildProcess::start(options);
    REQUIRE_FALSE(child.ok());
    CHECK(child.error().code == "process_start_failed");
    CHECK(child.error().message == "/nowhere/program cannot be run: No such file or directory");
    CHECK_FALSE(ChildProcess::start({}).ok());
}

TEST_CASE("a command reads its input and gives its output and exit code") {
    const auto output = run_command({"sh", "-c", "tr a-z A-Z; echo wrong >&2; exit 4"}, "shout\n");
    REQUIRE(output.ok());
    CHECK(output->exit_code == 4);
    CHECK(output->output == "SHOUT\nwrong\n");
}

TEST_CASE("the environment is added to and replaced") {
    ChildOptions options;
    options.arguments = {"sh", "-c", "[ \"$HOME,$TESTBED_NEW\" = /replaced,added ]"};
    options.environment = {{"HOME", "/replaced"}, {"TESTBED_NEW", "added"}};
    auto child = ChildProcess::start(options);
    REQUIRE(child.ok());
    CHECK(child.value()->wait() == 0);
}
