#pragma once

#include <string>
#include <string_view>

namespace janus_harness::capacity_stub {

// Sec-WebSocket-Accept for a Sec-WebSocket-Key (RFC 6455 4.2.2).
std::string web_socket_accept(std::string_view key);

}  // namespace janus_harness::capacity_stub
