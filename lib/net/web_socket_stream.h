#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "core/datagram.h"
#include "net/curl_multi.h"

// Inside this module only: the byte stream of a connection that libcurl opened (TCP or TLS).
namespace janus_harness::net {

class WebSocketStream {
  public:
    // A plain connection is taken out of libcurl's hands, and its easy handle given back: libcurl
    // would hold 9 KB for it, and look it up in a list of all connections with every call.
    WebSocketStream(std::unique_ptr<CurlEasy> easy, bool secure);
    ~WebSocketStream();
    WebSocketStream(const WebSocketStream&) = delete;
    WebSocketStream& operator=(const WebSocketStream&) = delete;

    // Bytes moved; 0: nothing now, wait for the socket; nullopt: the connection is gone.
    std::optional<std::size_t> read(std::span<std::uint8_t> buffer);
    std::optional<std::size_t> write(ByteView bytes);
    // True when a read that filled only part of its buffer took all that there is.
    bool drained_by_short_read() const { return easy_ == nullptr; }
    // Negative when the system had no descriptor left.
    curl_socket_t socket() const { return socket_; }

  private:
    std::unique_ptr<CurlEasy> easy_;  // of a TLS connection
    curl_socket_t socket_ = CURL_SOCKET_BAD;
};

}  // namespace janus_harness::net
