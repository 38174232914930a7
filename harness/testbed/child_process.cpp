#include "harness/testbed/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <thread>

#include "harness/testbed/file_descriptor.h"

namespace janus_harness::testbed {

namespace {

Error start_failed(const std::string& program, int error_number) {
    return {"process_start_failed",
            fmt::format("{} cannot be run: {}", program, std::strerror(error_number))};
}

// Texts in the form execvpe() wants: it does not write to them.
class PointerList {
  public:
    explicit PointerList(std::vector<std::string> texts) : texts_(std::move(texts)) {
        for (std::string& text : texts_) pointers_.push_back(text.data());
        pointers_.push_back(nullptr);
    }
    PointerList(const PointerList&) = delete;
    PointerList& operator=(const PointerList&) = delete;
    char* const* data() const { return pointers_.data(); }

  private:
    std::vector<std::string> texts_;
    std::vector<char*> pointers_;
};

std::vector<std::string> environment_with(
    const std::vector<std::pair<std::string, std::string>>& additions) {
    std::vector<std::string> result;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const bool replaced = std::any_of(
            additions.begin(), additions.end(),
            [&](const auto& addition) { return text.substr(0, text.find('=')) == addition.first; });
        if (!replaced) result.emplace_back(text);
    }
    for (const auto& [name, value] : additions) result.push_back(name + "=" + value);
    return result;
}

// The child's side of a started program, between fork() and exec(): allocates nothing, since
// another thread may have held the allocator's lock at the fork().
struct Launch {
    const PointerList& arguments;
    const PointerList& environment;
    bool own_process_group = true;
    int niceness = 0;
    int input = -1;   // becomes standard input
    int output = -1;  // becomes standard output and error
    int failure_pipe = -1;

    [[noreturn]] void fail() const {
        const int error_number = errno;
        (void)!::write(failure_pipe, &error_number, sizeof error_number);
        ::_exit(127);
    }

    void set_signals() const {
        sigset_t none;
        sigemptyset(&none);
        ::sigprocmask(SIG_SETMASK, &none, nullptr);
        ::signal(SIGPIPE, SIG_DFL);
        ::signal(SIGINT, SIG_DFL);
        ::signal(SIGTERM, SIG_DFL);
    }

    [[noreturn]] void run(pid_t parent) const {
        if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail();
        if (::getppid() != parent) ::_exit(127);
        if (own_process_group) ::setpgid(0, 0);
        if (niceness > 0) (void)!::nice(niceness);
        if (input >= 0 && ::dup2(input, STDIN_FILENO) < 0) fail();
        if (output >= 0 && ::dup2(output, STDOUT_FILENO) < 0) fail();
        if (output >= 0 && ::dup2(output, STDERR_FILENO) < 0) fail();
        set_signals();
        ::execvpe(arguments.data()[0], arguments.data(), environment.data());
        fail();
    }
};

// Forks and runs; the pipe closes at exec() or brings the errno of what failed.
Result<pid_t> launch(const ChildOptions& options, int input, int output) {
    const std::string program = options.arguments.empty() ? "" : options.arguments.front();
    if (program.empty()) return start_failed("(empty command)", EINVAL);
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return start_failed(program, errno);
    const FileDescriptor read_end(ends[0]);
    FileDescriptor write_end(ends[1]);
    const PointerList arguments(options.arguments);
    const PointerList environment(environment_with(options.environment));
    const Launch child_side{arguments,        environment, options.own_process_group,
                            options.niceness, input,       output,
                            ends[1]};
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child < 0) return start_failed(program, errno);
    if (child == 0) child_side.run(parent);
    write_end.reset();
    if (options.own_process_group) ::setpgid(child, child);
    int error_number = 0;
    if (read_fully(read_end.get(), &error_number, sizeof error_number) == sizeof error_number) {
        ::waitpid(child, nullptr, 0);
        return start_failed(program, error_number);
    }
    return child;
}

}  // namespace

std::string describe_exit(int wait_status) {
    if (WIFSIGNALED(wait_status)) {
        const int signal = WTERMSIG(wait_status);
        return fmt::format("killed by signal {} ({})", signal, ::strsignal(signal));
    }
    return fmt::format("exited with {}", WEXITSTATUS(wait_status));
}

int shell_exit_code(int wait_status) {
    return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

ChildProcess::ChildProcess(pid_t pid, bool own_process_group)
    : pid_(pid), own_process_group_(own_process_group) {}

ChildProcess::~ChildProcess() {
    stop();
}

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(const ChildOptions& options) {
    FileDescriptor input;
    FileDescriptor output;
    if (!options.output_file.empty()) {
        input.reset(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        output.reset(
            ::open(options.output_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
        if (!output.valid()) return start_failed("output file " + options.output_file, errno);
    }
    Result<pid_t> pid = launch(options, input.get(), output.get());
    if (!pid) return pid.error();
    return std::unique_ptr<ChildProcess>(new ChildProcess(pid.value(), options.own_process_group));
}

bool ChildProcess::alive() {
    if (wait_status_) return false;
    int status = 0;
    const pid_t reaped = ::waitpid(pid_, &status, WNOHANG);
    if (reaped == 0) return true;
    wait_status_ = reaped == pid_ ? status : 0;
    return false;
}

std::string ChildProcess::exit_text() const {
    return wait_status_ ? describe_exit(*wait_status_) : "still running";
}

std::optional<int> ChildProcess::exit_code() const {
    if (!wait_status_) return std::nullopt;
    return shell_exit_code(*wait_status_);
}

void ChildProcess::send_signal(int signal) {
    if (alive()) ::kill(own_process_group_ ? -pid_ : pid_, signal);
}

bool ChildProcess::wait_for_exit(Duration limit) {
    const TimePoint end = MonotonicClock::now() + limit;
    while (alive()) {
        if (MonotonicClock::now() >= end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    return true;
}

void ChildProcess::stop(Duration grace) {
    if (!alive()) return;
    send_signal(SIGTERM);
    if (wait_for_exit(grace)) return;
    send_signal(SIGKILL);
    wait();
}

int ChildProcess::wait() {
    int status = 0;
    while (!wait_status_) {
        const pid_t reaped = ::waitpid(pid_, &status, 0);
        if (reaped == pid_ || errno != EINTR) wait_status_ = status;
    }
    return shell_exit_code(*wait_status_);
}

Result<CommandOutput> run_command(const std::vector<std::string>& arguments,
                                  const std::string& input) {
    const FileDescriptor input_file(::memfd_create("input", MFD_CLOEXEC));
    const FileDescriptor output_file(::memfd_create("output", MFD_CLOEXEC));
    if (!input_file.valid() || !output_file.valid()) return start_failed("memfd", errno);
    if (!write_fully(input_file.get(), input)) return start_failed("memfd", errno);
    ::lseek(input_file.get(), 0, SEEK_SET);
    ChildOptions options;
    options.arguments = arguments;
    Result<pid_t> pid = launch(options, input_file.get(), output_file.get());
    if (!pid) return pid.error();
    int status = 0;
    while (::waitpid(pid.value(), &status, 0) < 0 && errno == EINTR) continue;
    ::lseek(output_file.get(), 0, SEEK_SET);
    return CommandOutput{shell_exit_code(status), read_to_end(output_file.get())};
}

}  // namespace janus_harness::testbed
