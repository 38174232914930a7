#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "tools/capacity_stub/web_socket_frames.h"

namespace janus_harness::capacity_stub {

// A TCP connection of a client: HTTP first, WebSocket after an upgrade. Owns its socket.
class Connection {
  public:
    Connection(std::uint64_t id, int descriptor) : id_(id), descriptor_(descriptor) {}
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    std::uint64_t id() const { return id_; }
    int descriptor() const { return descriptor_; }
    // Appends what has come to `input`. False: the client has closed, or the connection is broken.
    bool read();
    // Sends what is in `output`. False: the connection is broken, or was to end and is done.
    bool flush();
    bool has_output() const { return !output.empty(); }

    std::string input;
    std::string output;
    bool close_when_flushed = false;
    bool flush_noted = false;                 // somebody will call flush() at the end of this turn
    bool watches_output = false;              // epoll tells when more can be sent
    std::uint64_t polled_session = 0;         // whose long poll waits here; 0: none
    std::unique_ptr<WebSocketFrames> frames;  // once it is a WebSocket

  private:
    std::uint64_t id_;
    int descriptor_;
};

}  // namespace janus_harness::capacity_stub
