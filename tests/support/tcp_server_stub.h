#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/loop.h"
#include "net/timer.h"
#include "net/uv_handle.h"

namespace janus_harness::test {

// Runs the loop until something stops it. False when a watchdog had to, after 10 s.
inline bool run_with_watchdog(net::Loop& loop) {
    bool expired = false;
    net::Timer watchdog(loop, [&](TimePoint) {
        expired = true;
        loop.stop();
    });
    watchdog.start_at(net::Loop::now() + std::chrono::seconds(10));
    loop.run();
    return !expired;
}

// A TCP server on 127.0.0.1 and a port of the system's choice, on the same loop as the client.
class TcpServerStub {
  public:
    class Connection : public net::HandleOwner {
      public:
        explicit Connection(TcpServerStub& server);
        void write(std::string_view bytes);
        // Closes at once, without a word.
        void close() { handle_.reset(); }
        bool closed() const { return handle_.closed(); }

        std::string received;   // not yet taken by the test
        bool upgraded = false;  // for WebSocketServerStub
        std::string fragments;  // for WebSocketServerStub

      private:
        friend class TcpServerStub;
        void read();

        TcpServerStub& server_;
        net::UvHandle<uv_tcp_t> handle_;
    };
    using DataCallback = std::function<void(Connection&)>;

    TcpServerStub(net::Loop& loop, DataCallback on_data);
    virtual ~TcpServerStub() = default;

    std::uint16_t port() const { return port_; }
    // All connections ever accepted, closed ones too.
    const std::vector<std::unique_ptr<Connection>>& connections() const { return connections_; }
    void stop_listening() { listener_.owner.reset(); }

  private:
    void accept();

    struct Listener : net::HandleOwner {
        Listener() : HandleOwner("stub listener"), owner(this) {}
        TcpServerStub* server = nullptr;
        net::UvHandle<uv_tcp_t> owner;
    };

    net::Loop& loop_;
    DataCallback on_data_;
    Listener listener_;
    std::uint16_t port_ = 0;
    std::vector<std::unique_ptr<Connection>> connections_;
};

}  // namespace janus_harness::test
