#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "core/time.h"

namespace janus_harness::testbed {

struct ChildOptions {
    // Program (looked up in PATH when it holds no '/') and its arguments.
    std::vector<std::string> arguments;
    // Added to the environment, or replacing what stands there.
    std::vector<std::pair<std::string, std::string>> environment;
    // Standard output and error are appended to this file, made when missing; standard input is
    // /dev/null. Empty: all three are inherited.
    std::string output_file;
    // A process group of its own, so that Ctrl-C on the terminal does not reach it. Leave off for a
    // program that uses the terminal.
    bool own_process_group = true;
    // Added to our own nice value, 0 to 19: the program gets the CPU that we leave.
    int niceness = 0;
};

// "exited with 1" or "killed by signal 9 (Killed)", from what waitpid() wrote.
std::string describe_exit(int wait_status);
// What a shell would report: the exit code, or 128 + signal.
int shell_exit_code(int wait_status);

// A program that runs beside us. It is killed when the thread that started it ends, however it ends
// (PR_SET_PDEATHSIG), so start it from the main thread. The destructor stops it.
class ChildProcess {
  public:
    // Error "process_start_failed": the program is missing or cannot be run.
    static Result<std::unique_ptr<ChildProcess>> start(const ChildOptions& options);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    pid_t pid() const { return pid_; }
    // False once it has ended by itself or was stopped; reaps it then. Never blocks.
    bool alive();
    // How it ended, once alive() is false: see describe_exit().
    std::string exit_text() const;
    // As shell_exit_code(); nothing while it runs.
    std::optional<int> exit_code() const;
    // SIGTERM to the process (to its group when it has its own), SIGKILL after `grace`; returns
    // when it is gone. May be called again.
    void stop(Duration grace = std::chrono::seconds{2});
    void send_signal(int signal);
    // Blocks until it has ended by itself; gives the shell_exit_code().
    int wait();

  private:
    ChildProcess(pid_t pid, bool own_process_group);
    bool wait_for_exit(Duration limit);

    pid_t pid_;
    bool own_process_group_;
    std::optional<int> wait_status_;
};

struct CommandOutput {
    int exit_code = 0;   // as shell_exit_code()
    std::string output;  // standard output and error, as written
};

// Runs a short command to its end, with `input` as its standard input. Error
// "process_start_failed".
Result<CommandOutput> run_command(const std::vector<std::string>& arguments,
                                  const std::string& input = "");

}  // namespace janus_harness::testbed
