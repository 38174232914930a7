#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/time.h"

struct uv_loop_s;

namespace janus_harness::net {

class UdpReceiveBatch;

// One libuv loop: the event loop of a thread. Everything but post() and now() belongs to the thread
// that calls run(). All timers, sockets and clients made on a loop must be destroyed before it.
class Loop {
  public:
    // Aborts when the system gives no epoll descriptor: nothing can run then.
    Loop();
    // Names, on standard error, every handle that is still open (a bug of ours), and closes them.
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    // The time of measurements: uv_hrtime(), nanoseconds, monotonic. Thread-safe.
    static TimePoint now();

    // Runs until stop(). Returns also when called after stop() only in the next run(): a stop()
    // before run() ends that run() after its first turn.
    void run();
    // Ends run() at the end of the present turn. From other threads: post([&] { loop.stop(); }).
    void stop();

    // Runs `task` on the loop's thread in one of its next turns, in the order of posting.
    // Thread-safe. Tasks still queued when the loop is destroyed are dropped.
    void post(std::function<void()> task);
    // Runs `task` at the end of the present turn, after all I/O callbacks of the turn: the place to
    // destroy what must outlive its own callback. Tasks that a task defers run in the next turn.
    // Outside run(): in the first turn of the next run(). Dropped when the loop is destroyed first.
    void defer(std::function<void()> task);

    // Kinds of the handles that users of this loop hold open ("timer", "udp 127.0.0.1:4000", …).
    std::vector<std::string> open_handles() const;

    // For the other classes of this module.
    uv_loop_s* raw();
    // The one receive buffer of all UDP sockets of this loop.
    UdpReceiveBatch& receive_batch();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace janus_harness::net
