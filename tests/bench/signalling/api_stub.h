#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace janus_harness::bench {

// A process of its own that answers the Janus API with next to no work, over HTTP with long polls
// and over WebSockets on one port: `success` to create, attach, detach and destroy, `ack` to
// keepalive, `ack` and then an event to a message ("registered" to register, "hangup" to anything
// else). It knows nothing of SIP, of media or of errors: it is there so that what a client costs
// can be measured without the cost of a server. The capacity stub of tools/ is another thing.
class ApiStub {
  public:
    // Forks; call it before any thread is made. Aborts when the system refuses.
    ApiStub();
    ~ApiStub();
    ApiStub(const ApiStub&) = delete;
    ApiStub& operator=(const ApiStub&) = delete;

    std::uint16_t port() const { return port_; }
    std::string http_url() const;
    std::string web_socket_url() const;

  private:
    pid_t child_ = -1;
    std::uint16_t port_ = 0;
};

}  // namespace janus_harness::bench
