#include "harness/testbed/namespace.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>

#include "harness/testbed/file_descriptor.h"
#include "harness/testbed/network_setup.h"
#include "harness/testbed/supervision.h"

// Three processes stand between the caller and the body:
//
//   caller ── entrance ── init ── body
//
// The entrance enters the new namespaces, which the caller must not do itself; a process that makes
// a PID namespace stays outside it, so its child becomes the namespace's init: the process with
// whose end the kernel kills everything in the namespace. The body is not init itself, because
// init ignores signals by default. Death climbs down by PR_SET_PDEATHSIG and up by exit codes.
namespace janus_harness::testbed {

namespace {

std::string scratch_folder_path;

struct Pipe {
    FileDescriptor read_end;
    FileDescriptor write_end;

    static Result<Pipe> create() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0)
            return Error{"namespace_unavailable", std::string("pipe: ") + std::strerror(errno)};
        return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
    }
};

struct Setup {
    const NamespaceOptions& options;
    const std::function<int()>& body;
    SignalBlock& signals;
    Pipe& errors;  // carries the message of a failed set-up to the caller
};

[[noreturn]] void give_up(const Setup& setup, const Error& error) {
    write_fully(setup.errors.write_end.get(), error.message);
    ::_exit(1);
}

[[noreturn]] void give_up(const Setup& setup, const char* what) {
    give_up(setup, Error{"", std::string(what) + ": " + std::strerror(errno)});
}

void raise_open_files_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

[[noreturn]] void run_body(Setup& setup) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    setup.errors = Pipe{};
    setup.signals.restore();
    const int code = setup.body();
    std::fflush(nullptr);
    ::_exit(code);
}

// `alive_pipe` stays open in the entrance alone: at its end, the entrance is dead. That closes the
// gap before PR_SET_PDEATHSIG; getppid() cannot, being 0 for a parent outside the namespace.
[[noreturn]] void run_init(Setup& setup, Pipe& alive_pipe) {
    alive_pipe.write_end.reset();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::fcntl(alive_pipe.read_end.get(), F_SETFL, O_NONBLOCK);
    char byte = 0;
    if (::read(alive_pipe.read_end.get(), &byte, 1) == 0) ::_exit(1);
    raise_open_files_limit();
    Result<std::string> scratch = set_up_mounts();
    if (!scratch) give_up(setup, scratch.error());
    scratch_folder_path = scratch.value();
    if (Result<void> network = set_up_network(setup.options); !network)
        give_up(setup, network.error());
    const pid_t body = ::fork();
    if (body < 0) give_up(setup, "fork");
    if (body == 0) run_body(setup);
    setup.errors = Pipe{};
    ::_exit(supervise({.child = body, .reap_orphans = true, .obey_stops = true}));
}

[[noreturn]] void run_entrance(Setup& setup, pid_t caller) {
    ::setpgid(0, 0);
    // Where the caller can still be seen.
    const FileDescriptor caller_state(
        ::open(("/proc/" + std::to_string(caller) + "/stat").c_str(), O_RDONLY | O_CLOEXEC));
    if (setup.options.give_terminal) ::tcsetpgrp(STDIN_FILENO, ::getpid());
    if (Result<void> entered = enter_namespaces(); !entered) give_up(setup, entered.error());
    // After enter_namespaces(): a change of credentials clears it.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != caller) ::_exit(1);
    Result<Pipe> alive_pipe = Pipe::create();
    if (!alive_pipe) give_up(setup, alive_pipe.error());
    const pid_t init = ::fork();
    if (init < 0) give_up(setup, "fork");
    if (init == 0) run_init(setup, alive_pipe.value());
    setup.errors = Pipe{};
    alive_pipe->read_end.reset();
    ::_exit(supervise({.child = init, .stops_of = caller_state.get()}));
}

bool owns_terminal() {
    return ::isatty(STDIN_FILENO) == 1 && ::tcgetpgrp(STDIN_FILENO) == ::getpgrp();
}

}  // namespace

const std::string& scratch_folder() {
    return scratch_folder_path;
}

Result<int> run_in_namespace(const NamespaceOptions& options, const std::function<int()>& body) {
    Result<Pipe> errors = Pipe::create();
    if (!errors) return errors.error();
    NamespaceOptions adjusted = options;
    adjusted.give_terminal = options.give_terminal && owns_terminal();
    SignalBlock signals;
    Setup setup{adjusted, body, signals, errors.value()};
    // What is buffered now would be written by each process.
    std::fflush(nullptr);
    const pid_t caller = ::getpid();
    const pid_t entrance = ::fork();
    if (entrance < 0)
        return Error{"namespace_unavailable", std::string("fork: ") + std::strerror(errno)};
    if (entrance == 0) run_entrance(setup, caller);
    errors->write_end.reset();
    const std::string message = read_to_end(errors->read_end.get());
    const int code =
        supervise({.child = entrance, .forward_terminal_signals = true, .kill_on_repeat = true});
    if (adjusted.give_terminal) ::tcsetpgrp(STDIN_FILENO, ::getpgrp());
    if (!message.empty()) return Error{"namespace_unavailable", message};
    return code;
}

Result<int> start_background_service(const std::function<int()>& service) {
    std::fflush(nullptr);
    const pid_t body = ::getpid();
    const pid_t child = ::fork();
    if (child < 0)
        return Error{"process_start_failed",
                     std::string("background service: ") + std::strerror(errno)};
    if (child > 0) return child;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != body) ::_exit(1);
    ::setpgid(0, 0);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const int code = service();
    std::fflush(nullptr);
    ::_exit(code);
}

}  // namespace janus_harness::testbed
