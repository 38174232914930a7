#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "core/datagram.h"
#include "net/curl_multi.h"

// Inside this module only: the byte stream of a connection that libcurl opened (TCP or TLS).
namespace janus_harness::net {

class WebSocketStream {
  public:
    WebSocketStream(const CurlEasy& easy, bool secure);

    // Bytes moved; 0: nothing now, wait for the socket; nullopt: the connection is gone.
    std::optional<std::size_t> read(std::span<std::uint8_t> buffer);
    std::optional<std::size_t> write(ByteView bytes);
    curl_socket_t socket() const { return socket_; }

  private:
    const CurlEasy& easy_;
    bool secure_;
    bool attached_ = false;
    curl_socket_t socket_ = CURL_SOCKET_BAD;
};

}  // namespace janus_harness::net
