#pragma once

#include <sys/types.h>

#include <csignal>

namespace janus_harness::testbed {

// Holds back the signals that supervise() waits for; the destructor restores what was. Make it
// before the fork(), or a child that ends at once is missed.
class SignalBlock {
  public:
    SignalBlock();
    ~SignalBlock() { restore(); }
    SignalBlock(const SignalBlock&) = delete;
    SignalBlock& operator=(const SignalBlock&) = delete;
    // For the child's side of a fork().
    void restore();

  private:
    sigset_t previous_mask_;
    struct sigaction previous_child_action_;
};

struct Supervision {
    pid_t child = -1;
    // Forward Ctrl-C and the like too. Off where the terminal delivers them to the child itself.
    bool forward_terminal_signals = false;
    // Forward two signals that are a second apart or more (what comes sooner belongs to the one
    // before); the third is SIGKILL for the child.
    bool kill_on_repeat = false;
    // Reap orphans, as the first process of a PID namespace must.
    bool reap_orphans = false;
    // /proc/PID/stat of a process, open: the child, which supervises with obey_stops, is told when
    // that process is stopped and when it goes on. Whoever stops the command means what works for
    // it. -1: of nobody.
    int stops_of = -1;
    // Stop the child, and let it go on, as the supervisor with stops_of says.
    bool obey_stops = false;
};

// Under a SignalBlock: waits for the child, forwarding SIGINT, SIGTERM and SIGHUP to it. Returns
// its exit code, or 128 + signal.
int supervise(const Supervision& supervision);

}  // namespace janus_harness::testbed
